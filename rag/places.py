"""Where an index is kept: in a folder of this machine, or in Milvus."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

_SCHEMES = {"milvus": "http", "milvus+tls": "https"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_NAME_IN_FILE = "articles"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """One index of a Milvus; its text is what ``RAG_INDEX`` says.

    milvus://HOST:PORT/NAME         a server, Standalone or Distributed; milvus+tls:// for an encrypted connection
    milvus:///PATH/TO/FILE.db       Milvus Lite: one process at a time, in a file of this machine
    """

    text: str
    uri: str
    """What pymilvus connects to: an address of http or https, or the path of the file."""
    name: str
    """Several indexes may live in one Milvus."""

    def __str__(self) -> str:
        return self.text

    @property
    def is_file(self) -> bool:
        return "://" not in self.uri

    @property
    def file(self) -> Path | None:
        """Where Milvus Lite keeps it; None of a server."""
        return Path(self.uri) if self.is_file else None


Place: TypeAlias = Path | MilvusAddress


def from_home(path: Path) -> Path:
    """The path, with what ``~`` stands for; itself where that is nobody's home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def place_of(text: str | Path | MilvusAddress) -> Place:
    """A folder by its path, or a Milvus by its address; raises ``ValueError`` for an address that is none."""
    if not isinstance(text, str) or not text.startswith(("milvus:", "milvus+tls:")):
        return text if isinstance(text, MilvusAddress) else from_home(Path(text))
    parts = urlsplit(text)
    if text.startswith("milvus:///") and parts.path.endswith(".db"):
        return MilvusAddress(text, parts.path, _NAME_IN_FILE)
    name = parts.path.removeprefix("/")
    if not parts.hostname or parts.port == 0 or not _NAME.fullmatch(name):  # a port that is none raises ValueError
        raise ValueError(
            "give milvus://HOST:PORT/NAME (NAME of letters, digits and _), or milvus:///PATH/TO/FILE.db for Milvus Lite"
        )
    if "@" in parts.netloc:
        raise ValueError("user and password do not belong in the address: give them as RAG_MILVUS_TOKEN=USER:PASSWORD")
    return MilvusAddress(text, f"{_SCHEMES[parts.scheme]}://{parts.netloc}", name)
