"""Documents of LibreOffice (.odt, odfdo): paragraphs, tables and boxes, as their tracked changes left them."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part
from rag.reading.rows import Cell, table_parts
from rag.reading.titles import styled, titled
from rag.records import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element
    from odfdo import Document

_SCHEMA = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_SCHEMA}text:1.0}}"
_TABLE = f"{{{_SCHEMA}table:1.0}}"
_DRAWN = f"{{{_SCHEMA}drawing:1.0}}"
_OFFICE = f"{{{_SCHEMA}office:1.0}}"

_STYLE = f"{_TEXT}style-name"
_SHOWN = f"{_TEXT}display"
_CHANGE = f"{_TEXT}change-id"
_HEADING = f"{_TEXT}h"
_PARAGRAPHS = (f"{_TEXT}p", _HEADING)
_TABLES = f"{_TABLE}table"
_ROW = f"{_TABLE}table-row"
_COVERED = f"{_TABLE}covered-table-cell"
_CELLS = (f"{_TABLE}table-cell", _COVERED)
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_UNREAD = frozenset(
    [
        *(f"{_TEXT}{name}" for name in ("tracked-changes", "note", "ruby-text", "script")),
        *(f"{_TEXT}{name}" for name in ("table-of-content", "bibliography")),
        *(f"{_TEXT}{of}-index" for of in ("alphabetical", "illustration", "object", "table", "user")),
        f"{_OFFICE}annotation",
    ]
)
"""Comments, notes at the foot of a page, and lists of what stands elsewhere in the text."""

_ENCODED = re.compile(r"_([0-9a-f]{2,4})_")
"""How names of styles write what no name in XML may hold: ``Heading_20_1``."""

_ANCESTORS = 20
"""Of a style; some are made to be their own."""


def parse(data: bytes) -> Draft:
    from odfdo import Document
    from odfdo.security import SecurityError

    try:
        document = Document(BytesIO(data))
    except SecurityError:
        raise ArticleError("is packed as tightly as no text is: save it anew, if you trust it") from None
    names = document.get_parts()
    if "META-INF/manifest.xml" in names and document.manifest.get_elements("//manifest:encryption-data"):
        raise ArticleError("is locked with a password: save it without one")
    body = document.body._xml_element  # odfdo itself stumbles over comments, and over elements that it does not know
    if body.tag != f"{_OFFICE}text":
        raise ArticleError("is no text document: save it as one, or its tables as .csv")
    _drop_deleted(body)
    parts = list(_parts(body, _Styles(document, styled_apart="styles.xml" in names)))
    if "meta.xml" not in names:
        return titled(parts, "", "")
    meta = document.meta
    return titled(parts, meta.title or "", meta.initial_creator or meta.creator or "")


class _Styles:
    """What paragraphs are by their styles, each named for itself or after the one it is made from."""

    def __init__(self, document: "Document", *, styled_apart: bool) -> None:
        shared = document.styles.get_styles("paragraph") if styled_apart else []
        styles = [*shared, *document.content.get_styles("paragraph")]  # of one name, that of the text counts
        told = {style.get_attribute_string("style:name"): style.get_attribute_string for style in styles}
        self._display = {name: attribute("style:display-name") for name, attribute in told.items()}
        self._parents = {name: attribute("style:parent-style-name") for name, attribute in told.items()}
        self._kinds: dict[str, BlockKind | None] = {}

    def kind(self, paragraph: "_Element") -> BlockKind:
        name = paragraph.get(_STYLE, "")
        if name not in self._kinds:
            self._kinds[name] = next(filter(None, map(styled, self._names(name))), None)
        return self._kinds[name] or (BlockKind.HEADING if paragraph.tag == _HEADING else BlockKind.BODY)

    def _names(self, name: str) -> Iterator[str]:
        for _ in range(_ANCESTORS):
            yield self._display.get(name) or _ENCODED.sub(lambda code: chr(int(code[1], 16)), name)
            name = self._parents.get(name) or ""


def _drop_deleted(body: "_Element") -> None:
    """Empty what a tracked deletion left in place; most put it into a list of their own, which is not read."""
    from lxml.etree import iterwalk

    deleted = {
        region.get(f"{_TEXT}id")
        for region in body.iter(f"{_TEXT}changed-region")
        if region.find(f"{_TEXT}deletion") is not None
    }
    gone = set[str]()
    for event, element in iterwalk(body, events=("start", "end")):
        if event == "start" and element.tag == f"{_TEXT}change-start" and element.get(_CHANGE) in deleted:
            gone.add(element.get(_CHANGE))
        elif event == "start" and element.tag == f"{_TEXT}change-end":
            gone.discard(element.get(_CHANGE))
        if gone and event == "start":
            element.text = None
        elif gone:
            element.tail = None


def _parts(element: "_Element", styles: _Styles) -> Iterator[Part]:
    """The paragraphs and tables in an element; what stands in a box right below the paragraph that holds it."""
    for child in element:
        if child.tag in _PARAGRAPHS:
            boxes: list[_Element] = []
            yield Part(styles.kind(child), _told(child, boxes))
            for box in boxes:
                yield from _parts(box, styles)
        elif child.tag == _TABLES:
            yield from table_parts(_rows(child, styles))
        elif child.tag not in _UNREAD and child.get(_SHOWN) != "none":
            yield from _parts(child, styles)


def _told(element: "_Element", boxes: "list[_Element]") -> str:
    """The text of a paragraph or a part of it as a reader sees it; what is drawn in it goes to ``boxes``."""
    told = _flowing(element.text)
    for child in element:
        if child.tag in _BLANKS:
            told += _BLANKS[child.tag]
        elif isinstance(child.tag, str) and child.tag.startswith(_DRAWN):
            boxes.append(child)
        elif isinstance(child.tag, str) and child.tag not in _UNREAD:
            told += _told(child, boxes)
        told += _flowing(child.tail)
    return told


def _flowing(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _rows(table: "_Element", styles: _Styles) -> Iterator[list[Cell]]:
    """The rows of a table, be they grouped, but not those of tables in it."""
    below: dict[int, int] = {}  # by column: rows that the cell above still covers
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLES)) is not table:
            continue
        column, cells = 0, list[Cell]()
        for cell in row.iterchildren(*_CELLS):
            goes_on = cell.tag == _COVERED and below.get(column, 0) > 0
            below[column] = below[column] - 1 if goes_on else _count(cell, "number-rows-spanned") - 1
            own = [part for part in _parts(cell, styles) if part.text.strip()]
            width = _count(cell, "number-columns-repeated")
            cells.append((width, None if goes_on else own))
            column += width
        yield cells


def _count(cell: "_Element", name: str) -> int:
    return int(cell.get(f"{_TABLE}{name}", "1"))
