"""Zip archives: their members one by one, unpacked in memory and no farther than the limits go."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader, RawIOBase
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from rag.errors import ArticleError
from rag.reading.kinds import ZIP, is_junk, page_names, suffix_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_MEMBERS = 100_000
_ENTRY = b"PK\x01\x02"
"""What each entry of an archive's list of members begins with."""

_SAID_UTF8 = 0x800
"""The flag of names in UTF-8; without it ``zipfile`` reads them as cp437."""

_RATIO = 100
_RATIO_FROM_BYTES = 1_000_000
"""Text is packed to a fifth; a member of this size packed a hundredfold was made to fill memories."""

_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error, KeyError, IndexError)
"""What ``zipfile`` raises on bytes that are no archive."""


def members(file: BinaryIO, max_bytes: int) -> Iterator[tuple[str, BufferedReader | ArticleError]]:
    """The files in an archive by their names, each to be read before the next, or why it is not opened.

    A name that is not fit to be shown is given in ``ascii``. What is read of all of them together is bounded by
    ``max_bytes``. Raises ``ArticleError`` where the archive itself cannot be read.
    """
    try:
        archive = ZipFile(_Listed(file))
    except _DAMAGE:
        raise ArticleError("is damaged or no zip archive") from None
    archive.fp = cast(IO[bytes], file)
    budget = _Budget(max_bytes)
    seen: set[str] = set()
    files = [(_name(member), member) for member in archive.infolist() if not member.is_dir()]
    pages = page_names([name for name, _ in files])
    for name, member in files:
        if is_junk(name, pages):
            continue
        try:
            _check(member, name, seen)
            budget.require(member.file_size)
            seen.add(name)
            stream: BufferedReader = BufferedReader(_Unpacked(archive.open(member), budget))
            with stream:
                yield name, stream
        except ArticleError as error:
            yield name if name.isprintable() else ascii(name), error
        except _DAMAGE:
            yield name, ArticleError("is damaged")


def _name(member: ZipInfo) -> str:
    """The path of a member; macOS writes it in UTF-8 and does not say so."""
    name = member.filename
    if not member.flag_bits & _SAID_UTF8:
        with suppress(ValueError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


class _Listed:
    """An archive while ``zipfile`` reads its list of members, which it does at once.

    A list that would itself fill the memory is refused by what it holds: ``zipfile`` does not go by the number of
    members that the archive says it has, so that may be a lie.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._read = file.read

    def read(self, size: int = -1, /) -> bytes:
        data = self._read(size)
        if data.count(_ENTRY) > MAX_MEMBERS:
            raise ArticleError(f"holds more than {MAX_MEMBERS} files: split it")
        return data


def _check(member: ZipInfo, name: str, seen: set[str]) -> None:
    path = PurePosixPath(name)
    if not name.isprintable():
        raise ArticleError("has a name that is not readable text: rename it")
    if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", name):
        raise ArticleError("has a name that leads out of its archive: rename it")
    if suffix_of(name) == ZIP:
        raise ArticleError("is an archive inside an archive: unpack it, and leave it beside the other")
    if name in seen:
        raise ArticleError("is in its archive twice: the first was read")
    if member.flag_bits & 1:
        raise ArticleError("is locked with a password: unpack it, and leave it beside the archive")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ArticleError("is packed in a way that is not read: pack it again as an ordinary zip")
    if member.file_size > max(_RATIO_FROM_BYTES, _RATIO * member.compress_size):
        raise ArticleError(f"is packed more than {_RATIO}-fold, as no text is: unpack it, if you trust it")


class _Budget:
    """Bytes that may still be unpacked."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._left = total

    def require(self, size: int) -> None:
        """Raise ``ArticleError`` unless so many are left."""
        if size > self._left:
            raise ArticleError(
                f"is past the first {self._total / 1e6:g} MB of its archive: split that, or raise RAG_MAX_ARCHIVE_MB"
            )

    def spend(self, size: int) -> None:
        self.require(size)
        self._left -= size


class _Unpacked(RawIOBase):
    """A member as it is unpacked: whatever its list entry says, no more than the budget allows."""

    def __init__(self, member: IO[bytes], budget: _Budget) -> None:
        self._member = member
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        try:
            data = self._member.read(len(view))
        except _DAMAGE:
            raise ArticleError("is damaged") from None
        self._budget.spend(len(data))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._member.close()
        super().close()
