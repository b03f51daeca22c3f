"""Mails and mailboxes: subject, sender and day, and the text with that of mails attached to it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import reduce
from typing import BinaryIO

from rag.errors import ArticleError
from rag.reading import webpage
from rag.reading.decoding import decode_declared
from rag.reading.drafting import Draft, Part, in_order
from rag.reading.fields import Fields, described, drafted
from rag.records import BlockKind

_FROM = re.compile(rb"From ")
_FROM_DATED = re.compile(
    rb"From .{0,300}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d"
)
"""What each mail of a mailbox begins with, on a line that follows a blank one; all have a date, or none has."""

_LINE_BYTES = 1_000_000
"""A longer line is read piece by piece."""

_STUB_RATIO = 3
"""A plain part is a stub ("Zur Webansicht: ...") where the web page beside it has more than so many times its words."""

_MAIL = "message/rfc822"
_ASIDE = re.compile(r"\s\([^()]*\)$")
_ADDRESS = re.compile(r"<[^<>]*>")
_NAME_CHARS = 200
"""Of a sender's name the rest is cut off."""

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def parse(data: bytes) -> Draft:
    message = message_from_bytes(data)
    if not _is_mail(message):
        raise ArticleError("is no mail: it has no From, Subject or Date")
    found = list(_drafts(message))
    drafts = [draft for draft in found if isinstance(draft, Draft)]
    if not drafts:
        none = ArticleError("holds no text besides its attachments: save these as files of their own")
        raise next((error for error in found if isinstance(error, Exception)), none)
    whole = replace(drafts[0], parts=[part for draft in drafts for part in draft.parts])
    sender = _sender(message)
    fields = Fields(title=_header(message, "Subject"), published=_header(message, "Date"))
    return described(replace(whole, authors=(sender,)) if sender else whole, fields)


def _is_mail(message: Message) -> bool:
    return any(message[name] for name in ("From", "Subject", "Date"))


def _drafts(part: Message) -> Iterator[Draft | Exception]:
    """What a reader sees of a part, be it a whole mail, in order, and why else something cannot be read.

    A mail within a mail stands below its subject and its sender.
    """
    kind, payload = part.get_content_type(), part.get_payload()
    inner = [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []
    if kind != _MAIL and part.get_content_disposition() == "attachment":
        return
    if not inner:
        yield from _drafted(part)
    elif kind == "multipart/alternative":
        yield from _best(inner)
    elif kind != _MAIL:
        for child in inner:
            yield from _drafts(child)
    elif _is_mail(inner[0]):
        yield Draft([Part(BlockKind.HEADING, _header(inner[0], "Subject")), Part(BlockKind.BYLINE, _sender(inner[0]))])
        yield from _drafts(inner[0])


def _drafted(part: Message) -> Iterator[Draft | Exception]:
    kind = part.get_content_type()
    try:
        if kind in ("text/plain", "text/html") and (text := _text(part)).strip():
            yield drafted(Fields(text=text)) if kind == "text/plain" else webpage.parse_page(text)
    except Exception as error:  # noqa: BLE001 - a foreign parser may raise anything, and the rest can be read
        yield error


def _best(versions: Sequence[Message]) -> list[Draft | Exception]:
    """The plain version of a text, or one that it is a stub of."""
    plain_first = sorted(versions, key=lambda version: version.get_content_type() != "text/plain")
    best, *others = [list(_drafts(version)) for version in plain_first] or [[]]
    return reduce(lambda best, other: other if _words(other) > _STUB_RATIO * _words(best) else best, others, best)


def _words(drafts: Sequence[Draft | Exception]) -> int:
    return sum(len(part.text.split()) for draft in drafts if isinstance(draft, Draft) for part in draft.parts)


def messages(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | ArticleError]]:
    """The mails of a mailbox by their numbers, from 1; of one beyond ``max_bytes`` nothing is kept but the reason."""
    number, lines, size, blank, begins = 0, list[bytes](), 0, True, _FROM
    while line := stream.readline(_LINE_BYTES):
        if blank and begins.match(line):
            if not number and _FROM_DATED.match(line):
                begins = _FROM_DATED
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


def _sender(message: Message) -> str:
    """The name of who sent it, or else the address; ``Beer, Anna (Stadt Köln)`` is Anna Beer."""
    written = _raw_header(message, "From")
    name, address = parseaddr(written)
    if "@" not in address:  # the header is no address, or not one as it should be written
        name = _ADDRESS.sub("", written)
    name, address = _decoded(name), _decoded(address)
    return (in_order(_ASIDE.sub("", name)) or address)[:_NAME_CHARS]


def _header(message: Message, name: str) -> str:
    return _decoded(_raw_header(message, name))


def _raw_header(message: Message, name: str) -> str:
    return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _decoded(header: str) -> str:
    """A header, or a name in it, decoded; as written where it is damaged."""
    raw = header.encode("ascii", "surrogateescape")
    try:
        found = decode_header(decode_declared(raw, "utf-8"))
        parts = [(text, charset) if charset is None else _as_utf8(text, charset) for text, charset in found]
        return " ".join(str(make_header(parts)).split())
    except (ValueError, LookupError, ArticleError):
        return " ".join(raw.decode(errors="replace").split())


def _as_utf8(text: bytes, charset: str) -> tuple[bytes, str]:
    return decode_declared(text, charset).encode(), "utf-8"


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    return decode_declared(data, part.get_content_charset() or "utf-8")
