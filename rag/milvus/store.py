"""Generations of the index in Milvus."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, StoreError
from rag.index import Index, LocalIndex, passage_terms
from rag.milvus import layout
from rag.milvus.articles import Known, MilvusArticles
from rag.milvus.index import MilvusIndex
from rag.milvus.rows import batches, rows_of
from rag.milvus.server import Server, connect
from rag.places import MilvusAddress, Place
from rag.records import Filter
from rag.store import Changes, Manifest, Source, generation_name, manifest_for, manifest_from, source_from

PROBED = 50
"""Sentences, evenly spread, that a new generation must find before it comes into use."""

FOUND = 0.999
"""The cosine, at least, at which a sentence is found by its own vector."""

_REBUILD = "run `rag build`"
_GENERATION = r"\d{8}T\d{6}_\d{6}"


@dataclass(frozen=True, slots=True)
class MilvusStore:
    """Implements ``rag.stores.Store``."""

    address: MilvusAddress
    token: str

    @property
    def place(self) -> Place:
        return self.address

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Milvus has no locks: of two builders the one that began last wins, and the other one fails or is replaced."""
        connect(self.address, self.token)
        yield

    def save(
        self, index: LocalIndex, settings: Mapping[str, float | str], sources: Sequence[Source], changes: Changes
    ) -> tuple[Index, Manifest]:
        server = connect(self.address, self.token)
        generation = generation_name().replace("-", "_")
        manifest = manifest_for(index, settings, sources, changes)
        try:
            self._write(server, generation, index, manifest, sources)
            saved = self._open(server, generation)
            self._check_counts(server, generation, manifest)
            _probe(index, saved, f"{self.address} ({generation})")
        except BaseException:
            self._drop(server, generation)
            raise
        named = self._named(server)
        before = next((one for one in named if self._worth_keeping(server, one)), None)
        if before is not None:
            server.point(self._previous, self._collection(before, "facts"))
        elif server.target(self._previous) is not None:
            server.do("drop_alias", self._previous)
        server.point(self._alias, self._collection(generation, "facts"))
        with suppress(StoreError):  # Milvus Lite lists none where it cannot read one
            named += self._before(server, generation)
        for other in {*named} - {before}:
            self._drop(server, other)
        return saved, manifest

    def roll_back(self) -> Manifest:
        server = self._reached()
        current = self._required(server)
        damage: StoreError | None = None
        for other in dict.fromkeys([*self._named(server), *self._before(server, current)]):
            if other == current:
                continue
            try:
                manifest = self._whole(server, other)
            except StoreError as error:
                damage = damage or error
                continue
            server.point(self._alias, self._collection(other, "facts"))
            server.point(self._previous, self._collection(current, "facts"))
            return manifest
        raise damage or IndexMissing(
            f"there is no earlier index in {self.address} to go back to: only one has been built"
        )

    def current(self) -> str:
        return self._required(self._reached())

    def manifest(self) -> tuple[str, Manifest]:
        server = self._reached()
        generation = self._required(server)
        return generation, self._manifest(server, generation)

    def check(self) -> Manifest:
        server = self._reached()
        return self._whole(server, self._required(server))

    def index(self, whole: bool = False) -> Index:  # noqa: ARG002 - rows are counted in any case
        server = self._reached()
        while True:
            generation = self._required(server)
            try:
                index = self._open(server, generation)
                self._check_counts(server, generation, self._manifest(server, generation))
            except StoreError:
                if self._in_use(server) == generation:
                    raise
                continue  # builds that ended meanwhile have dropped it: the newest is read then
            return index

    def sources(self) -> list[Source]:
        server = self._reached()
        generation = self._required(server)
        self._load_one(server, self._collection(generation, "facts"))
        lines = self._document(server, generation, "sources")
        return [source_from(line) for line in lines.splitlines()]

    def _reached(self) -> Server:
        """The Milvus to read from; a file is not made by looking for it."""
        if self.address.is_file and not Path(self.address.uri).exists():
            raise self._missing()
        return connect(self.address, self.token)

    def _missing(self) -> IndexMissing:
        return IndexMissing(f"there is no index in {self.address}: {_REBUILD}")

    @property
    def _alias(self) -> str:
        return f"belegt_{self.address.name}"

    @property
    def _previous(self) -> str:
        return f"before_{self._alias}"

    def _collection(self, generation: str, part: str) -> str:
        return f"{self._alias}_{generation}_{part}"

    def _collections(self, generation: str) -> dict[str, str]:
        return {part: self._collection(generation, part) for part in layout.PARTS}

    def _generation_of(self, collection: str | None) -> str | None:
        """The generation that a collection belongs to; None where it is none of this index."""
        found = re.fullmatch(f"{self._alias}_({_GENERATION})_({'|'.join(layout.PARTS)})", collection or "")
        return found and found[1]

    def _in_use(self, server: Server) -> str | None:
        return self._generation_of(server.target(self._alias))

    def _named(self, server: Server) -> list[str]:
        """The generation in use and the one before it, as far as there are any."""
        named = (self._generation_of(server.target(alias)) for alias in (self._alias, self._previous))
        return [generation for generation in named if generation is not None]

    def _required(self, server: Server) -> str:
        generation = self._in_use(server)
        if generation is None:
            raise self._missing()
        return generation

    def _write(
        self, server: Server, generation: str, index: LocalIndex, manifest: Manifest, sources: Sequence[Source]
    ) -> None:
        """Every collection of a generation, indexed and loaded."""
        for part, rows in rows_of(index, manifest, sources).items():
            collection, written = self._collection(generation, part), 0
            server.create(collection, layout.schema(part, manifest.model.dimension))
            for batch in batches(rows):
                server.do("upsert", collection, batch)  # a batch that is sent again must not stand there twice
                written += len(batch)
            server.do("flush", collection)
            server.index(collection, layout.indexes(part, written))
        self._load(server, generation)

    def _load(self, server: Server, generation: str) -> None:
        for collection in self._collections(generation).values():
            self._load_one(server, collection)

    def _load_one(self, server: Server, collection: str) -> None:
        try:
            server.do("load_collection", collection)
        except StoreError as error:
            if self.address.is_file:  # what Milvus Lite cannot load it cannot read
                raise IndexDamaged(f"{error}: {_REBUILD}") from error
            raise

    def _open(self, server: Server, generation: str) -> MilvusIndex:
        self._load(server, generation)
        manifest = self._manifest(server, generation)
        fields = json.loads(self._document(server, generation, "known"))
        known = Known(
            publishers=tuple(fields["publishers"]),
            authors=tuple(fields["authors"]),
            published=frozenset(map(date.fromisoformat, fields["published"])),
            languages=frozenset(fields["languages"]),
        )
        collections = self._collections(generation)
        return MilvusIndex(server, collections, manifest, MilvusArticles(server, collections, manifest.articles, known))

    def _manifest(self, server: Server, generation: str) -> Manifest:
        self._load_one(server, self._collection(generation, "facts"))
        written = self._document(server, generation, "layout")
        if written != str(layout.LAYOUT):
            raise IndexMismatch(
                f"the index in {self.address} has layout {written}, this version reads {layout.LAYOUT}: {_REBUILD}"
            )
        return manifest_from(self._document(server, generation, "manifest"), self.address)

    def _document(self, server: Server, generation: str, name: str) -> str:
        where = f'key >= "{name}/" and key < "{name}0"'  # 0 comes behind the slash
        found = server.all_rows(self._collection(generation, "facts"), where, ["key", "text"])
        pieces = sorted((row["key"], row["text"]) for row in found)
        if not pieces:
            raise IndexDamaged(f"{self.address} holds no {name} of generation {generation}: {_REBUILD}")
        return "".join(text for _, text in pieces)

    def _whole(self, server: Server, generation: str) -> Manifest:
        """What a generation says of itself, which is seen to be true."""
        manifest = self._manifest(server, generation)
        self._open(server, generation)
        self._check_counts(server, generation, manifest)
        return manifest

    def _worth_keeping(self, server: Server, generation: str) -> bool:
        """Whether one can go back to a generation; that it cannot be looked at now is no damage."""
        with suppress(StoreError):
            try:
                self._whole(server, generation)
            except (IndexDamaged, IndexMismatch):
                return False
        return True

    def _check_counts(self, server: Server, generation: str, manifest: Manifest) -> None:
        counted = {
            "articles": (server.count(self._collection(generation, "articles"), "piece == 0"), manifest.articles),
            "passages": (server.count(self._collection(generation, "passages")), manifest.passages),
            "sentences": (server.count(self._collection(generation, "sentences")), manifest.sentences),
        }
        for what, (found, expected) in counted.items():
            if found != expected:
                raise IndexDamaged(
                    f"{self.address} holds {found} {what} of generation {generation}, "
                    f"its manifest says {expected}: run `rag build --full`"
                )

    def _drop(self, server: Server, generation: str) -> None:
        """Drop the collections of a generation, as far as it can be done: the next build tries again."""
        for collection in self._collections(generation).values():
            with suppress(StoreError):
                server.do("drop_collection", collection)

    def _before(self, server: Server, generation: str) -> list[str]:
        """The generations that began before this one, newest first: not those of builds that are under way."""
        found = {self._generation_of(collection) for collection in server.do("list_collections")}
        return sorted((one for one in found if one is not None and one < generation), reverse=True)


def _probe(built: LocalIndex, saved: Index, place: str) -> None:
    """Raise ``IndexDamaged`` unless searches of the saved index find what was built, where it was built."""
    for row in range(0, len(built.sentence_rows), max(1, len(built.sentence_rows) // PROBED)):
        owner = built.sentence_rows[row, :1].astype(np.int64)
        ((passage, sentences),) = saved.passages(owner)
        (stems, grams), there = passage_terms(built.passage(int(owner[0]))), built.sentence(row)
        found = saved.candidates(
            dict.fromkeys(stems[:1], 1.0), dict.fromkeys(grams[:1], 1.0), built.vectors.vector(row), Filter(), 10
        )
        if not (
            passage == built.passage(int(owner[0]))
            and there in sentences
            and found.cosines.max() >= FOUND
            and (not stems or found.words.max() > 0)
            and (not grams or found.grams.max() > 0)
        ):
            raise IndexDamaged(f"{place} does not find {there.article.id} at {there.start}: {_REBUILD}")
