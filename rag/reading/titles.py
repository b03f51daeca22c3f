"""Titles of documents: by style, or else by looks, as in plain text, or else by the file's properties."""

from collections.abc import Sequence
from dataclasses import replace

from rag.reading import plain
from rag.reading.drafting import Draft, Part, clean
from rag.reading.fields import Fields, described
from rag.reading.plain import signed
from rag.reading.rubrics import RUBRIC
from rag.records import BlockKind

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

_ABOVE = 3
"""So many rubrics and lines that sign a text may stand above its title."""
_OPENING = 10
"""By so many parts it is told whether a line is their title."""
_NO_TITLE = Part(BlockKind.TITLE, "")
"""What ``signed`` looks below for lines that sign a text."""


def styled(name: str) -> BlockKind | None:
    """What a paragraph is by the name of its style; None if that does not tell."""
    return next((_STYLES.get(word) for word in name.lower().split()[:1]), None)


def titled(parts: Sequence[Part], title: str, author: str) -> Draft:
    """The draft of a document whose properties name ``title`` and ``author``: for what its text does not tell.

    When the file was made says little: many are made from an old one.
    """
    draft = _titled([part for part in parts if part.text.strip()])
    told = any(part.kind is BlockKind.TITLE for part in draft.parts)
    return described(draft, Fields(title="" if told else title, authors="" if draft.authors else author))


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
