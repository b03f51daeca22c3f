"""Word documents (.docx, python-docx): styles tell titles and headings, properties who wrote it when."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part
from rag.reading.fields import Fields, described
from rag.reading.plain import signed
from rag.reading.rows import row_parts
from rag.records import BlockKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
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
    first = next((row for row, part in enumerate(parts) if part.text.strip()), 0)
    draft = signed(Draft(parts[first:]))
    properties = document.core_properties
    if properties.author == _TEMPLATE_AUTHOR:
        return draft
    titled = any(part.kind is BlockKind.TITLE for part in draft.parts)
    fields = Fields(
        title="" if titled else properties.title or "",
        authors="" if draft.authors else properties.author or "",
        published=properties.created.date().isoformat() if properties.created and not draft.published else "",
    )
    return described(draft, fields)


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
            for row in block.rows:  # a cell that spans columns is in it once for each of them
                yield from row_parts(list(_parts(cell)) for cell in {cell._tc: cell for cell in row.cells}.values())
            continue
        style = (block.style.name or "").lower().split() if block.style else []
        yield Part(_STYLES.get(style[0], BlockKind.BODY) if style else BlockKind.BODY, block.text)
