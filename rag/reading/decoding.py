"""Bytes -> text, for the encodings that German news articles come in.

A guess by statistics (charset-normalizer) reads "Ärger über Öl" in cp1252 as Arabic, so the rule is
fixed: byte order mark, then UTF-16 by its zero bytes, then UTF-8, then cp1252.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BufferedReader, TextIOWrapper
from typing import AnyStr

from rag.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZERO_SHARE = 0.5
"""UTF-16 text in a Latin script has nearly every second byte zero."""

_SAMPLE_BYTES = 4096

_WESTERN = frozenset({"iso8859-1", "iso8859-15", "cp1252"})
"""What pages and mails are said to be in that were turned to UTF-8 since."""

_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f]")
_CONTROL_SHARE = 0.001
"""A stray form feed or end mark does no harm; a binary file has hundreds."""


def decode(data: bytes) -> str:
    """The text of a file's bytes, lines ended by newlines; ``ArticleError`` with a reason that can follow its name."""
    if not data.strip():
        raise ArticleError("is empty")
    text = _decoded(data)
    if "\0" in text or len(_CONTROL.findall(text)) > max(1, _CONTROL_SHARE * len(text)):
        raise ArticleError("is not text (it holds control characters)")
    text = re.sub(r"\r\n?", "\n", text).strip()
    if not text:
        raise ArticleError("is empty")
    return text


def decode_declared(data: bytes, name: str) -> str:
    """The text of bytes declared to be in the encoding ``name``; as ``decode`` reads it where that cannot be so.

    A byte order mark goes before the declaration, and UTF-8 before one of Latin-1 and its kin. Raises what
    ``decode`` raises.
    """
    with suppress(LookupError, ValueError):
        declared = codecs.lookup(name).name
        # UTF-16 is told by its mark or its zero bytes: a page that only says so, in ASCII, is none.
        if not declared.startswith("utf-16") and not data.startswith(tuple(mark for mark, _ in _MARKS)):
            if declared in _WESTERN:  # any bytes can be that, but none are UTF-8 by chance
                with suppress(UnicodeDecodeError):
                    return data.decode("utf-8").replace("\0", "")
            # Who says Latin-1 means cp1252: browsers are told to read it so.
            return data.decode("cp1252" if declared == "iso8859-1" else name).replace("\0", "")
    return decode(data)


def read_lines(stream: BufferedReader, max_bytes: int) -> Iterator[str | ArticleError]:
    """The lines of a file too large to be held, each decoded by itself, or why it cannot be.

    Of a line longer than ``max_bytes`` nothing is kept.
    """
    sample = stream.peek(_SAMPLE_BYTES)[:_SAMPLE_BYTES]
    encoding = next((name for mark, name in _MARKS if sample.startswith(mark)), None) or _unmarked(sample)
    if encoding.startswith("utf-16"):
        text = TextIOWrapper(stream, encoding, errors="replace", newline="\n")
        try:
            yield from _pieces(text.readline, "\n", max_bytes)
        finally:
            with suppress(ValueError):  # who opened the stream may have closed it
                text.detach()
        return
    stream.read(len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
    for piece in _pieces(stream.readline, b"\n", max_bytes):
        try:
            yield piece if isinstance(piece, ArticleError) else _decoded(piece)
        except ArticleError as error:
            yield error


def _pieces(readline: Callable[[int], AnyStr], line_end: AnyStr, max_length: int) -> Iterator[AnyStr | ArticleError]:
    too_long = False
    while piece := readline(max_length):
        if len(piece) == max_length and not piece.endswith(line_end):
            too_long = True
            continue
        yield _too_long(max_length) if too_long else piece
        too_long = False
    if too_long:
        yield _too_long(max_length)


def _too_long(max_bytes: int) -> ArticleError:
    return ArticleError(f"is longer than {max_bytes / 1e6:g} MB: shorten it, or raise RAG_MAX_FILE_MB")


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _unmarked(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(f"cannot be decoded as {encoding}: byte {error.start} is damaged") from None


def _unmarked(data: bytes) -> str:
    if data[1::2].count(0) > _ZERO_SHARE * len(data) / 2:
        return "utf-16-le"
    if data[::2].count(0) > _ZERO_SHARE * len(data) / 2:
        return "utf-16-be"
    return "utf-8" if _mostly_utf8(data) else "cp1252"


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes beyond ASCII are UTF-8, be it with a damaged place.

    A damaged UTF-8 file read as cp1252 would show "GrÃ¼ÃŸe": better to say that it is damaged.
    """
    replaced = data.decode("utf-8", errors="replace")
    damaged = replaced.count("\N{REPLACEMENT CHARACTER}")
    return damaged == 0 or sum(character > "\x7f" for character in replaced) > 2 * damaged
