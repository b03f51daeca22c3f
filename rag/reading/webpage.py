"""Web pages as browsers save them: the main text, without navigation, comments and advertisements (trafilatura)."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.decoding import decode, decode_declared
from rag.reading.drafting import Draft, Part
from rag.reading.fields import Fields, described
from rag.reading.rows import row_parts
from rag.records import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENOUGH_CHARS = "100"
"""Shorter than this, trafilatura looks for the text by coarser means, which lose headings and paragraphs."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_HEAD_BYTES = 4096
"""Browsers look for the encoding no farther down."""

_BLOCKS = frozenset({"head", "p", "quote", "list", "item", "table", "row", "body", "div", "main"})
"""What stands apart in trafilatura's tree; whatever else is there is part of a line."""


def parse(data: bytes) -> Draft:
    return parse_page(_decoded(data))


def parse_page(page: str) -> Draft:
    from trafilatura import bare_extraction, html2txt
    from trafilatura.settings import DEFAULT_CONFIG, Document

    if "<html" not in page.lower():  # trafilatura refuses fragments; mails are often such
        page = f"<html><body>{page}</body></html>"
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["min_extracted_size"] = _ENOUGH_CHARS
    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
        config=config,
    )
    if not isinstance(found, Document) or found.body is None or not "".join(found.body.itertext()).strip():
        text = html2txt(page)
        if not text.strip():
            raise ArticleError("holds no text that a reader would see")
        return Draft([Part(BlockKind.BODY, text)])
    fields = Fields(
        title=found.title or "", publisher=found.sitename or "", authors=found.author or "", published=found.date or ""
    )
    return described(Draft(list(_parts(found.body))), fields)


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data, 0, _HEAD_BYTES)
    return decode_declared(data, declared[1].decode("ascii")) if declared else decode(data)


def _parts(element: "_Element") -> Iterator[Part]:
    """A part for each heading, paragraph, list item, quote and row of a table, and for any text between these."""
    if element.tag == "head":
        yield Part(BlockKind.HEADING, _text(element))
        return
    if element.tag == "row":
        yield from row_parts(list(_parts(cell)) for cell in element)
        return
    text = _flowing(element.text)
    for child in element:
        if child.tag in _BLOCKS:
            yield from _body(text)
            yield from _parts(child)
            text = ""
        else:
            text += _text(child)
        text += _flowing(child.tail)
    yield from _body(text)


def _body(text: str) -> Iterator[Part]:
    if text.strip():
        yield Part(BlockKind.BODY, text)


def _text(element: "_Element") -> str:
    """An element in a line of text; a line ends where the page breaks it, not where its source does."""
    if element.tag == "lb":
        return "\n"
    if element.tag == "code":
        return "".join(element.itertext())
    return _flowing(element.text) + "".join(_text(child) + _flowing(child.tail) for child in element)


def _flowing(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
