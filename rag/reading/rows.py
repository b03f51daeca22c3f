"""Rows of tables, which people make both of figures and of whole pages."""

from collections.abc import Iterable, Sequence

from rag.reading.drafting import SENTENCE_END, Part
from rag.records import BlockKind


def row_parts(cells: Iterable[Sequence[Part]]) -> list[Part]:
    """A row as one line; as the parts of its cells where the table only lays out a page."""
    filled = [parts for cell in cells if (parts := [part for part in cell if part.text.strip()])]
    if len(filled) == 1 or any(map(_laid_out, filled)):
        return [part for parts in filled for part in parts]
    return [Part(BlockKind.BODY, " | ".join(" ".join(" ".join(part.text for part in cell).split()) for cell in filled))]


def _laid_out(parts: Sequence[Part]) -> bool:
    """Whether a cell holds paragraphs of text, not a figure or a list of names."""
    return len(parts) > 1 and any(
        part.kind is not BlockKind.BODY or SENTENCE_END.search(part.text.strip()) for part in parts
    )
