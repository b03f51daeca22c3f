"""Mails and mailboxes: subject, sender and day, and the text, plain unless the plain part is a stub."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import BinaryIO

from rag.errors import ArticleError
from rag.reading import webpage
from rag.reading.decoding import decode_declared
from rag.reading.drafting import Draft
from rag.reading.fields import Fields, described, drafted

_FROM = b"From "
"""What each mail of a mailbox begins with, at the start of a line that follows a blank one."""

_LINE_BYTES = 1_000_000
"""A longer line is read piece by piece."""

_STUB_RATIO = 3
"""A plain part is a stub ("Zur Webansicht: ...") where the web page beside it has more than so many times its words."""

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def parse(data: bytes) -> Draft:
    message = message_from_bytes(data)
    if not any(message[name] for name in ("From", "Subject", "Date")):
        raise ArticleError("is no mail: it has no From, Subject or Date")
    name, address = parseaddr(_header(message, "From"))
    fields = Fields(title=_header(message, "Subject"), authors=name or address, published=_header(message, "Date"))
    bodies = [part for part in message.walk() if not part.is_multipart() and not part.get_filename()]
    text = _first_text(bodies, "text/plain")
    try:
        html = _first_text(bodies, "text/html")
        page = webpage.parse_page(html) if html else None
    except Exception:  # a foreign parser may raise anything, and the plain part can be read without it
        if not text:
            raise
        page = None
    if page and sum(len(part.text.split()) for part in page.parts) > _STUB_RATIO * len(text.split()):
        return described(page, fields)
    if text:
        return drafted(replace(fields, text=text))
    raise ArticleError("holds no text besides its attachments: save these as files of their own")


def messages(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | ArticleError]]:
    """The mails of a mailbox by their numbers, from 1; of one beyond ``max_bytes`` nothing is kept but the reason."""
    number, lines, size, blank = 0, list[bytes](), 0, True
    while line := stream.readline(_LINE_BYTES):
        if blank and line.startswith(_FROM):
            if number:
                yield number, _message(lines, size, max_bytes)
            number, lines, size = number + 1, [], 0
        elif not number:
            raise ArticleError("is no mailbox: it does not begin with a line From ...")
        else:
            size += len(line)
            if size <= max_bytes:
                lines.append(line)
        blank = not line.strip()
    if number:
        yield number, _message(lines, size, max_bytes)


def _message(lines: list[bytes], size: int, max_bytes: int) -> bytes | ArticleError:
    if size > max_bytes:
        return ArticleError(f"is larger than {max_bytes / 1e6:g} MB: take it out, or raise RAG_MAX_DOCUMENT_MB")
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines))


def _header(message: Message, name: str) -> str:
    """A header, decoded; as written where it is damaged."""
    values = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    raw = next(values, "").encode("ascii", "surrogateescape")
    try:
        found = decode_header(decode_declared(raw, "utf-8"))
        parts = [(text, charset) if charset is None else _as_utf8(text, charset) for text, charset in found]
        return " ".join(str(make_header(parts)).split())
    except (ValueError, LookupError, ArticleError):
        return " ".join(raw.decode(errors="replace").split())


def _as_utf8(text: bytes, charset: str) -> tuple[bytes, str]:
    return decode_declared(text, charset).encode(), "utf-8"


def _first_text(bodies: Sequence[Message], kind: str) -> str:
    """The text of the first part of this kind that has any; empty if none has."""
    return next(filter(str.strip, (_text(part) for part in bodies if part.get_content_type() == kind)), "")


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    return decode_declared(data, part.get_content_charset() or "utf-8")
