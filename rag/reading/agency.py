"""Agency reports as portals print them: title, ``Von dpa Aktualisiert am ... Uhr``, caption, lead, text."""

import re
from collections.abc import Iterator

from rag.reading.drafting import Draft, Part, find_date, parse_date, signing_agency, split_names, unwrap
from rag.reading.plain import body_parts, paragraphs
from rag.records import BlockKind

_SIGNATURE = re.compile(
    r"""^[ \t]*Von[ ](?P<authors>\S.{0,150}?)[ ]+
        (?P<date>(?:Aktualisiert|Veröffentlicht|Stand)[ ]?(?:am|vom)?:?[ ]?\d{1,2}\.[ ]?\d{1,2}\.[ ]?\d{4}
           (?:[ ]?[-–,|][ ]?\d{1,2}:\d{2}(?:[ ]Uhr)?)?)
        (?P<rest>.{0,80})$""",
    re.VERBOSE | re.MULTILINE,
)
_HEAD_CHARS = 1000
"""The signature stands near the top."""

_CREDIT = re.compile(r"\((?:Quelle|Foto|Bild|Archivbild|Symbolbild): [^()]+\)\s*$")


def parse(text: str) -> Draft | None:
    """None for what is no such report."""
    match = _SIGNATURE.search(text, 0, _HEAD_CHARS)
    if match is None:
        return None
    head = [unwrap(group.splitlines()) for group in re.split(r"\n\s*\n", text[: match.start()]) if group.strip()]
    authors = split_names(match["authors"])
    date = find_date(match["date"])
    parts = [
        *(Part(BlockKind.TITLE, line) for line in head[:1]),
        *(Part(BlockKind.LEAD, line) for line in head[1:]),
        Part(BlockKind.BYLINE, f"Von {match['authors']}"),
        Part(BlockKind.DATE, match["date"]),
        Part(BlockKind.PROMO, match["rest"]),
        *_story_parts(list(paragraphs(text[match.end() :]))),
    ]
    return Draft(
        parts,
        publisher=signing_agency(parts),
        authors=authors,
        published=parse_date(date[0]) if date else None,
    )


def _story_parts(story: list[str]) -> Iterator[Part]:
    """Captions before the text, then the lead, which portals set apart as the first paragraph."""
    while story and _CREDIT.search(story[0]):
        yield Part(BlockKind.CAPTION, story.pop(0))
    if len(story) > 1:
        yield Part(BlockKind.LEAD, story.pop(0))
    for part in body_parts(story):
        credited = part.kind is BlockKind.BODY and _CREDIT.search(part.text)
        yield Part(BlockKind.CAPTION, part.text) if credited else part
