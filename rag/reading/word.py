"""Word documents (.docx, python-docx): styles tell titles and headings, properties who wrote it when."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part
from rag.reading.fields import Fields, described
from rag.reading.plain import signed
from rag.records import BlockKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

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


def parse(data: bytes) -> Draft:
    import docx

    if data.startswith(_OLE):
        raise ArticleError("is locked with a password or of an old kind of Word: save it as .docx without one")
    document = docx.Document(BytesIO(data))
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


def _parts(document: "Document") -> Iterator[Part]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
            continue
        style = (block.style.name or "").lower().split() if block.style else []
        yield Part(_STYLES.get(style[0], BlockKind.BODY) if style else BlockKind.BODY, block.text)


def _rows(table: "Table") -> Iterator[Part]:
    """A row a part; a cell that spans columns is in the table once for each of them, and said once."""
    for row in table.rows:
        cells = dict.fromkeys(cell._tc for cell in row.cells)
        texts = {cell._tc: " ".join(cell.text.split()) for cell in row.cells}
        yield Part(BlockKind.BODY, " | ".join(filter(None, (texts[cell] for cell in cells))))
