"""Any other text: essays, notes, exports. Titles, headings and promotions are told by their looks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.reading.drafting import (
    AGENCIES,
    Draft,
    Part,
    clean,
    find_date,
    parse_date,
    signing_agency,
    split_dateline,
    split_names,
    unwrap,
)
from rag.records import BlockKind

_TITLE_CHARS = 200
_HEADING_CHARS = 110
_SIGNATURE_CHARS = 120
_SIGNATURE_LINES = 3
"""Between title and text: authors, a publisher, a date."""

_WRAP_CHARS = 100
"""No hard-wrapped line is longer; a longer line is a paragraph of its own."""

_SENTENCE_END = re.compile(r"[.:;,…][\"”“»«)]*$|[!?][\"”“»«]$")
_BULLET = re.compile(r"[-–•*]\s")
_LINKS = re.compile(r"(?:(?:\(DIR\)\s*)?(?:\[\d+\]\s*)?(?:https?://|www\.|/)\S+(?:\s+|$))+")
_BY = re.compile(r"(?:Von|By)\s+(?P<names>.+)")
_NAME = re.compile(r"[A-ZÄÖÜ][\w.’'-]+(?:\s(?:von|van|de|der|zu|al)\b)*(?:\s[A-ZÄÖÜ][\w.’'-]*){1,3}")
_PUBLISHER = re.compile(r"[A-ZÄÖÜ]\S*(?:\s(?:[A-ZÄÖÜ&]\S*|der|die|das|für|am|im|of|the|for)){0,4}")
_STATUS = re.compile(
    r"\b(?:Stand|Aktualisiert|Veröffentlicht|Erschienen|Published|Updated|Posted)\b(?:\s*(?:am|vom|on|at))?\s*:?"
    r"|\b\d{1,2}[:.]\d{2}\s*(?:Uhr|a\.?m\.?|p\.?m\.?)?(?!\S)"
)
_PROMO = re.compile(
    r"""^(?:Lesen\sSie\s(?:auch|mehr|hier)|Mehr\szum\sThema|Lesetipp|Anzeige$|Werbung$|Jetzt\s|Folgen\sSie
          |Abonnieren|Newsletter|Podcast|Read\s(?:more|also)|Advertisement|Sign\sup|Subscribe|Follow\sus)
      | \b(?:Der|Unser|Im|Zum|The|Our)\sPodcast\b | \bPodcast\s(?:mit|von|with)\b
      | \bNewsletter\s(?:abonnieren|bestellen)\b""",
    re.VERBOSE,
)


def recognises(text: str) -> bool:
    return bool(text)


def parse(text: str) -> Draft:
    found = list(paragraphs(text))
    titled = _opens_with_title(found)
    signed = 1
    while titled and signed <= _SIGNATURE_LINES and signed + 1 < len(found) and _signature(found[signed]):
        signed += 1
    signatures = [(line, _signature(line)) for line in found[1:signed]] if titled else []
    story = list(body_parts(found[signed:] if titled else found))
    parts = [Part(BlockKind.TITLE, found[0])] if titled else []
    for line, signature in signatures:
        dated = any(part.kind is BlockKind.DATE for part in signature)
        parts.append(Part(BlockKind.DATE if dated else BlockKind.BYLINE, line))
    return _told(Draft([*parts, *story]), [part for _, signature in signatures for part in signature])


def signed(draft: Draft) -> Draft:
    """A draft of another format: lines below its title that sign and date it told apart, as in plain text.

    What they tell fills in what the format itself did not tell.
    """
    parts = list(draft.parts)
    told: list[Part] = []
    below = next((row for row, part in enumerate(parts, start=1) if part.kind is BlockKind.TITLE), len(parts))
    for row, part in enumerate(parts[below : below + _SIGNATURE_LINES], start=below):
        signature = _signature(clean(part.text)) if part.kind in (BlockKind.BODY, BlockKind.LEAD) else []
        if not signature:
            break
        dated = any(found.kind is BlockKind.DATE for found in signature)
        parts[row] = Part(BlockKind.DATE if dated else BlockKind.BYLINE, part.text)
        told += signature
    return _told(replace(draft, parts=parts), told)


def _told(draft: Draft, told: Sequence[Part]) -> Draft:
    """The draft with what signatures tell, or else its dateline, wherever it says nothing itself."""
    dates = [parse_date(part.text) for part in told if part.kind is BlockKind.DATE]
    publishers = [part.text for part in told if part.kind is BlockKind.DATELINE]
    names = tuple(name for part in told if part.kind is BlockKind.BYLINE for name in split_names(part.text))
    return replace(
        draft,
        publisher=draft.publisher or next(iter(publishers), None) or signing_agency([*told, *draft.parts]),
        authors=draft.authors or names,
        published=draft.published or next(iter(dates), None),
    )


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a text, whether it wraps its lines or gives each paragraph one.

    A title and the lines that sign and date it are not run together, though they follow each other.
    """
    for number, group in enumerate(re.split(r"\n\s*\n", text)):
        lines = [line.strip() for line in group.splitlines() if line.strip()]
        if not lines:
            continue
        longest = max(map(len, lines))
        wrapped = longest <= _WRAP_CHARS and all(2 * len(line) > longest for line in lines[:-1])
        if wrapped and not (number == 0 and any(map(_signature, lines[1 : _SIGNATURE_LINES + 1]))):
            yield unwrap(lines)
        else:
            yield from lines


def body_parts(found: Sequence[str]) -> Iterator[Part]:
    """Paragraphs as body, the first without its dateline; links, promotions and headings apart."""
    opening = True
    for row, line in enumerate(found):
        short = len(line) <= _HEADING_CHARS and not _SENTENCE_END.search(line) and not _BULLET.match(line)
        if _LINKS.fullmatch(line):
            yield Part(BlockKind.LINKS, line)
        elif short and _PROMO.search(line):
            yield Part(BlockKind.PROMO, line)
        elif short and any(len(following) > len(line) for following in found[row + 1 : row + 2]):
            yield Part(BlockKind.HEADING, line)
        elif opening:
            yield from split_dateline(line)
            opening = False
        else:
            yield Part(BlockKind.BODY, line)


def _opens_with_title(found: Sequence[str]) -> bool:
    """Whether the first paragraph is short, no sentence, no link, and followed by something longer."""
    first = found[0] if found else ""
    return (
        0 < len(first) <= _TITLE_CHARS
        and not _SENTENCE_END.search(first)
        and not _LINKS.fullmatch(first)
        and any(len(line) > len(first) for line in found[1:])
    )


def _signature(line: str) -> list[Part]:
    """What a line between title and text tells: names (byline), a date, a publisher (dateline); or nothing.

    It tells nothing unless all of it is such: "Ein Rückblick auf den 24. Februar" is no date line.
    """
    if len(line) > _SIGNATURE_CHARS:
        return []
    told: list[Part] = []
    rest = line
    if date := find_date(line):
        told.append(Part(BlockKind.DATE, date[0]))
        rest = _STATUS.sub(" ", line.replace(date[0], " "))
    rest = rest.strip(" ,;|·-–—:")
    by = _BY.fullmatch(rest)
    if by and all(_NAME.fullmatch(name) or name in AGENCIES for name in split_names(by["names"])):
        told.append(Part(BlockKind.BYLINE, by["names"]))
    elif rest and told and not by and _PUBLISHER.fullmatch(rest):
        told.append(Part(BlockKind.DATELINE, rest))
    elif rest:
        return []
    return told
