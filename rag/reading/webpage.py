"""Web pages as browsers save them: the main text, without navigation, comments and advertisements (trafilatura)."""

import codecs
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.decoding import decode
from rag.reading.drafting import Draft, Part
from rag.reading.fields import Fields, described
from rag.records import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENOUGH_CHARS = "100"
"""Shorter than this, trafilatura looks for the text by coarser means, which lose headings and paragraphs."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_HEAD_BYTES = 4096
"""Browsers look for the encoding no farther down."""

_TOP_LEVEL = frozenset({"head", "p", "quote", "code", "list", "item", "table", "row", "body", "div", "main"})


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
    """The page's text: the encoding it declares goes before the rule for other files, a byte order mark before both."""
    declared = _CHARSET.search(data, 0, _HEAD_BYTES)
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = declared[1].decode("ascii").lower()
        try:
            # Pages that say Latin-1 mean cp1252: browsers are told to read it so.
            return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name).replace("\0", "")
        except (LookupError, ValueError):
            pass
    return decode(data)


def _parts(element: "_Element") -> Iterator[Part]:
    """A part for each heading, paragraph, list item, quote and row of a table."""
    if element.tag == "head":
        yield Part(BlockKind.HEADING, _text(element))
    elif element.tag == "row":
        yield Part(BlockKind.BODY, " | ".join(filter(None, map(_text, element))))
    elif any(child.tag in _TOP_LEVEL for child in element):
        for child in element:
            yield from _parts(child)
    else:
        yield Part(BlockKind.BODY, _text(element))


def _text(element: "_Element") -> str:
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    return "".join(element.itertext()).strip()
