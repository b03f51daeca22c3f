"""Agency reports as portals print them: title, ``Von dpa Aktualisiert am ... Uhr``, caption, lead, text."""

import re
from collections.abc import Iterator

from rag.reading.drafting import Draft, Part, find_date, parse_date, signing_agency, split_names
from rag.reading.plain import body_parts, paragraphs
from rag.records import BlockKind

_SIGNATURE = re.compile(
    r"""Von\s(?P<authors>.+?)\s+
        (?P<date>(?:Aktualisiert|Veröffentlicht|Stand)\s*(?:am|vom)?:?\s*\d{1,2}\.\s?\d{1,2}\.\s?\d{4}
           (?:\s*[-–,|]\s*\d{1,2}:\d{2}(?:\sUhr)?)?)
        (?P<rest>.*)""",
    re.VERBOSE,
)
_CREDIT = re.compile(r"\((?:Quelle|Foto|Bild|Archivbild|Symbolbild): [^()]+\)\s*$")


def recognises(text: str) -> bool:
    return any(_SIGNATURE.fullmatch(line.strip()) for line in text.strip().splitlines()[:6])


def parse(text: str) -> Draft:
    found = list(paragraphs(text))
    at = next(row for row, line in enumerate(found) if _SIGNATURE.fullmatch(line))
    match = _SIGNATURE.fullmatch(found[at])
    assert match, "called on what recognises accepted"
    authors = split_names(match["authors"])
    date = find_date(match["date"])
    parts = [
        *(Part(BlockKind.TITLE, line) for line in found[:1] if at > 0),
        *(Part(BlockKind.LEAD, line) for line in found[1:at]),
        Part(BlockKind.BYLINE, f"Von {match['authors']}"),
        Part(BlockKind.DATE, match["date"]),
        Part(BlockKind.PROMO, match["rest"]),
        *_story_parts(found[at + 1 :]),
    ]
    return Draft(
        parts,
        publisher=signing_agency(parts),
        authors=authors,
        published=parse_date(date[0]) if date else None,
    )


def _story_parts(found: list[str]) -> Iterator[Part]:
    """Captions before the text, then the lead, which portals set apart as the first paragraph."""
    story = list(found)
    while story and _CREDIT.search(story[0]):
        yield Part(BlockKind.CAPTION, story.pop(0))
    if len(story) > 1:
        yield Part(BlockKind.LEAD, story.pop(0))
    for part in body_parts(story):
        credited = part.kind is BlockKind.BODY and _CREDIT.search(part.text)
        yield Part(BlockKind.CAPTION, part.text) if credited else part
