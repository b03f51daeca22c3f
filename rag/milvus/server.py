"""One Milvus, reached through pymilvus; what it refuses is said with a remedy."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import IndexBusy, StoreError
from rag.places import MilvusAddress

CONNECT_SECONDS = 10.0

_FULL = ("Errno 28", "No space left")
"""What is said where a disk is."""

_BATCH = 1000
_QUIET = ("pymilvus", "milvus_lite", "grpc._server")
"""Loggers of what fails: it is raised anyway, or pymilvus asks Milvus Lite for what only a server can."""


class Server:
    """What this package does with a Milvus. Every method raises ``StoreError``, in one line, where that fails."""

    def __init__(self, address: MilvusAddress, client: Any) -> None:
        self.address = address
        self._client = client

    def do(self, method: str, *given: object, **named: object) -> Any:
        """Call a method of pymilvus's client."""
        with self._reported(method):
            return getattr(self._client, method)(*given, **named)

    @contextmanager
    def _reported(self, method: str) -> Iterator[None]:
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except MilvusException as error:
            reason = " ".join(str(error.message).split())
            remedy = ": free some space" if any(said in reason for said in _FULL) else ""
            raise StoreError(f"{self.address} failed to {method.replace('_', ' ')}: {reason}{remedy}") from error

    def create(self, collection: str, schema: object) -> None:
        """Make a collection. Its reads may be a little behind its writes, which spares each the wait for the slowest
        node: to a generation in use nothing is written.
        """
        self.do("create_collection", collection, schema=schema, consistency_level="Eventually")

    def index(self, collection: str, indexes: object) -> None:
        """Make the indexes of a collection and wait until they stand, which in Milvus Lite they do at once."""
        self.do("create_index", collection, indexes, sync=not self.address.is_file)

    def search(
        self,
        collection: str,
        field: str,
        vector: object,
        where: str,
        limit: int,
        fields: Sequence[str] = (),
        **how: int,
    ) -> list[Any]:
        """The rows of the highest inner product, highest first: of each ``row``, ``distance`` and its ``entity``."""
        (hits,) = self.do(
            "search",
            collection,
            data=[vector],
            anns_field=field,
            filter=where,
            limit=limit,
            output_fields=list(fields),
            search_params={"metric_type": "IP", "params": how},
        )
        return list(hits)

    def rows(self, collection: str, where: str, fields: Sequence[str]) -> list[dict[str, Any]]:
        """The rows that an expression leaves, in no order; so few that one answer holds them."""
        return list(self.do("query", collection, filter=where, output_fields=list(fields)))

    def all_rows(self, collection: str, where: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows that an expression leaves, however many, in the order of their keys."""
        batches = self.do("query_iterator", collection, filter=where, output_fields=list(fields), batch_size=_BATCH)
        try:
            while batch := self._next(batches):
                yield from batch
        finally:
            batches.close()

    def _next(self, batches: Any) -> list[dict[str, Any]]:
        with self._reported("query"):
            return list(batches.next())

    def count(self, collection: str, where: str = "") -> int:
        """How many rows an expression leaves, everything written before included."""
        (row,) = self.do("query", collection, filter=where, output_fields=["count(*)"], consistency_level="Strong")
        return int(row["count(*)"])

    def target(self, alias: str) -> str | None:
        """The collection that an alias stands for."""
        from pymilvus.exceptions import MilvusException

        with self._reported("describe_alias"):
            try:
                return str(self._client.describe_alias(alias)["collection_name"])
            except MilvusException as error:
                if any(said in str(error.message) for said in ("does not exist", "not found")):
                    return None
                raise

    def point(self, alias: str, collection: str) -> None:
        """Have an alias stand for a collection from now on, in one step."""
        self.do("create_alias" if self.target(alias) is None else "alter_alias", collection, alias)


@lru_cache
def connect(address: MilvusAddress, token: str) -> Server:
    """The Milvus at an address, connected once a process; raises ``StoreError`` where it cannot be reached."""
    try:
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException
    except ImportError:
        raise StoreError(
            f"{address} needs pymilvus, which is not installed: run pip install '.[milvus]' in Belegt's folder"
        ) from None
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if address.file:
        try:
            address.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{address} cannot be made ({error.strerror or error}): name another file with --index"
            ) from error
    try:
        return Server(address, MilvusClient(address.uri, token=token, timeout=CONNECT_SECONDS))
    except MilvusException as error:
        if address.file:
            raise _not_opened(address, address.file) from error
        raise StoreError(
            f"{address} cannot be reached ({error.message}): start Milvus there, or set RAG_INDEX to where it runs"
        ) from error


def _not_opened(address: MilvusAddress, file: Path) -> StoreError:
    """Why Milvus Lite does not open its file: it names no reason, but there are few."""
    try:
        import milvus_lite  # noqa: F401
    except ImportError:
        return StoreError(
            f"{address} needs Milvus Lite, which is not installed: run pip install '.[milvus]' in Belegt's folder"
        )
    if _is_locked(file / "LOCK"):
        return IndexBusy(
            f"{address} cannot be opened, as another process has it open: stop that one, "
            "or start `milvus-lite server` on it for several"
        )
    if file.exists() and not file.is_dir():
        return StoreError(f"{address} is no file of Milvus Lite: name another one with --index")
    return StoreError(
        f"{address} cannot be opened, as it is damaged or cannot be written there: "
        "change who may write there, or name another file with --index"
    )


def _is_locked(lock: Path) -> bool:
    """Whether another process holds the lock of Milvus Lite, which is one of the system's."""
    if not lock.is_file():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
