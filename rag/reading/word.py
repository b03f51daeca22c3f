"""Word documents (.docx, python-docx): styles tell titles and headings, or else looks do, as in plain text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading import plain
from rag.reading.drafting import Draft, Part, clean
from rag.reading.fields import Fields, described
from rag.reading.plain import signed
from rag.reading.rows import row_parts
from rag.reading.rubrics import RUBRIC
from rag.records import BlockKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from lxml.etree import _Element

_STYLES = {
    "title": BlockKind.TITLE,
    "titel": BlockKind.TITLE,
    "subtitle": BlockKind.LEAD,
    "untertitel": BlockKind.LEAD,
    "heading": BlockKind.HEADING,
    "überschrift": BlockKind.HEADING,
    "caption": BlockKind.CAPTION,
    "beschriftung": BlockKind.CAPTION,
}
"""The first word of a style's name; some programs write it in the user's language."""

_TEMPLATE_AUTHOR = "python-docx"
"""Whoever writes with that library and sets no properties leaves those of its template."""

_OLE = b"\xd0\xcf\x11\xe0"
"""How files of old Word begin, and new ones that a password locks."""

_ABOVE = 3
"""So many rubrics and lines that sign a text may stand above its title."""
_OPENING = 10
"""By so many parts it is told whether a line is their title."""
_NO_TITLE = Part(BlockKind.TITLE, "")
"""What ``signed`` looks below for lines that sign a text."""

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
    draft = _titled([part for part in parts if part.text.strip()])
    properties = document.core_properties
    if properties.author == _TEMPLATE_AUTHOR:
        return draft
    titled = any(part.kind is BlockKind.TITLE for part in draft.parts)
    fields = Fields(
        title="" if titled else properties.title or "", authors="" if draft.authors else properties.author or ""
    )  # when the file was made says little: many are made from an old one
    return described(draft, fields)


def _titled(parts: Sequence[Part]) -> Draft:
    """The draft with its title, by style or the first heading or line that can be one, and who signs it when.

    Rubrics, names and days may stand above the title, too.
    """
    above = [signed(Draft([_NO_TITLE, part])) for part in parts[: _ABOVE + 1]]
    row = next((row for row, part in enumerate(parts) if part.kind is BlockKind.TITLE), None)
    if row is None:
        other = (
            row for row, draft in enumerate(above) if draft.parts[1].kind not in (BlockKind.BYLINE, BlockKind.DATE)
        )
        row = next((row for row in other if not RUBRIC.fullmatch(parts[row].text)), len(parts))
        if not _can_be_title(parts[row : row + _OPENING]):
            return signed(Draft(parts))
    kept = above[:row] if row <= _ABOVE else []
    title = Part(BlockKind.TITLE, parts[row].text)
    found = signed(Draft([*(draft.parts[1] for draft in kept), *parts[len(kept) : row], title, *parts[row + 1 :]]))
    return replace(
        found,
        publisher=found.publisher or next((draft.publisher for draft in kept if draft.publisher), None),
        authors=found.authors or next((draft.authors for draft in kept if draft.authors), ()),
        published=found.published or next((draft.published for draft in kept if draft.published), None),
    )


def _can_be_title(parts: Sequence[Part]) -> bool:
    """Whether the first part is a heading, or a line that would be the title of a plain text."""
    if not parts or parts[0].kind is not BlockKind.BODY:
        return bool(parts) and parts[0].kind is BlockKind.HEADING
    title = plain.parse("\n\n".join(part.text for part in parts)).parts[0]
    return title.kind is BlockKind.TITLE and title.text == clean(parts[0].text)


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
            yield from _rows(block)
            continue
        named = block.style if block._p.style else None  # python-docx takes long to look the default style up
        style = (named.name or "").lower().split() if named else []
        yield Part(_STYLES.get(style[0], BlockKind.BODY) if style else BlockKind.BODY, block.text)


def _rows(table: "Table") -> Iterator[Part]:
    """The table by its rows; what one line in a cell says for several rows is said in each."""
    from docx.table import _Cell

    above: dict[int, list[Part]] = {}
    for row in table._tbl.tr_lst:
        column, cells, news = row.grid_before, [], False
        for cell in row.tc_lst:
            goes_on = cell.vMerge == "continue"
            parts = above.get(column, []) if goes_on else [part for part in _parts(_Cell(cell, table)) if part.text]
            news = news or (bool(parts) and not goes_on)
            above[column] = parts if len(parts) == 1 else []
            column += cell.grid_span
            cells.append(parts)
        yield from row_parts(cells) if news else ()
