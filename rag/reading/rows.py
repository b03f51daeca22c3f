"""Tables by their rows; people make them both of figures and of whole pages."""

from collections.abc import Iterable, Iterator, Sequence

from rag.reading.drafting import SENTENCE_END, Part
from rag.records import BlockKind

Cell = tuple[int, Sequence[Part] | None]
"""How many columns a cell takes, and its parts; None where the cell above goes on."""


def table_parts(rows: Iterable[Iterable[Cell]]) -> Iterator[Part]:
    """The table by its rows; what one line in a cell says for several rows is said in each."""
    above: dict[int, Sequence[Part]] = {}
    for row in rows:
        column, cells, news = 0, list[Sequence[Part]](), False
        for width, own in row:
            parts = above.get(column, ()) if own is None else own
            news = news or bool(own)
            above[column] = parts if len(parts) == 1 else ()
            column += width
            cells.append(parts)
        yield from row_parts(cells) if news else ()


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
