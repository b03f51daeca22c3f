"""Word documents (.docx, python-docx): paragraphs, tables and boxes, as their tracked changes left them."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part
from rag.reading.rows import Cell, table_parts
from rag.reading.titles import styled, titled
from rag.records import BlockKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from lxml.etree import _Element

_TEMPLATE_AUTHOR = "python-docx"
"""Whoever writes with that library and sets no properties leaves those of its template."""

_OLE = b"\xd0\xcf\x11\xe0"
"""How files of old Word begin, and new ones that a password locks."""

_GONE = ("w:del", "w:moveFrom")
_WRAPPINGS = ("w:ins", "w:moveTo", "w:sdt", "w:sdtContent", "w:smartTag", "w:customXml", "w:fldSimple")
_SECOND_DRAWING = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same box once more, for programs older than Word 2010."""


def parse(data: bytes) -> Draft:
    import docx

    if data.startswith(_OLE):
        raise ArticleError("is locked with a password or of an old kind of Word: save it as .docx without one")
    document = docx.Document(BytesIO(data))
    _flatten(document.element.body)
    parts = list(_parts(document))
    properties = document.core_properties
    if properties.author == _TEMPLATE_AUTHOR:
        return titled(parts, "", "")
    return titled(parts, properties.title or "", properties.author or "")


def _flatten(body: "_Element") -> None:
    """Put what python-docx passes over where it reads: what stands in controls, fields, boxes and tracked insertions.

    What tracked changes took away goes.
    """
    from docx.oxml.ns import qn
    from lxml.etree import strip_elements, strip_tags

    strip_elements(body, *map(qn, _GONE), _SECOND_DRAWING)
    strip_tags(body, *map(qn, _WRAPPINGS))
    for box in reversed(list(body.iter(qn("w:txbxContent")))):  # from the last: each goes right below its paragraph
        paragraph = next(box.iterancestors(qn("w:p")), None)
        if paragraph is not None:
            for block in reversed(box):
                paragraph.addnext(block)


def _parts(container: "Document | _Cell") -> Iterator[Part]:
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            yield from table_parts(_rows(block))
            continue
        style = block.style if block._p.style else None  # python-docx takes long to look the default style up
        yield Part((style and styled(style.name or "")) or BlockKind.BODY, block.text)


def _rows(table: "Table") -> Iterator[list[Cell]]:
    from docx.table import _Cell

    for row in table._tbl.tr_lst:
        cells: list[Cell] = [(row.grid_before, ())] if row.grid_before else []
        for cell in row.tc_lst:
            goes_on = cell.vMerge == "continue"
            own = None if goes_on else [part for part in _parts(_Cell(cell, table)) if part.text]
            cells.append((cell.grid_span, own))
        yield cells
