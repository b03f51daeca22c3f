"""Any other text: essays, notes, exports. Titles, headings and promotions are told by their looks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rag.reading.drafting import (
    AGENCIES,
    PLACE,
    PLACES,
    Draft,
    Part,
    clean,
    find_date,
    given_date,
    signing_agency,
    split_dateline,
    split_names,
    unwrap,
)
from rag.reading.rubrics import RUBRIC
from rag.records import BlockKind

_TITLE_CHARS = 200
_HEADING_CHARS = 110
_SIGNATURE_CHARS = 120
_SIGNATURE_LINES = 3
"""Between title and text: authors, a publisher, a date."""

WRAP_CHARS = 100
"""No hard-wrapped line is longer; a longer line is a paragraph of its own."""

_SENTENCE_END = re.compile(r"[.:;,…][\"”“»«)]*$|[!?][\"”“»«]$")
_OF_DAY = re.compile(r"\W*\b(?:vom|of|from)?\W*$")
_BULLET = re.compile(r"\s*[-–•*]\s")
_LABEL = re.compile(r"\s*\w[\w .-]{0,20}:\s")
_ENDED = re.compile(r"[.!?:;…][\"”“»«)]*$")
_LINKS = re.compile(r"(?:(?:\(DIR\)\s*)?(?:\[\d+\]\s*)?(?:https?://|www\.|/)\S+(?:\s+|$))+")
_BY = re.compile(r"(?:Von|VON|von|By|BY|by)\s+(?P<names>.+)")
_NAME = re.compile(r"[A-ZÄÖÜ][\w.’'-]+(?:\s(?:von|van|de|der|zu|al)\b)*(?:\s[A-ZÄÖÜ][\w.’'-]*){1,3}")
_PUBLISHER = re.compile(
    r"[A-ZÄÖÜ]\S*(?:\s(?:[A-ZÄÖÜ&]\S*|der|die|das|für|am|im|of|the|for)){0,4}|[\w-]+(?:\.[\w-]+){0,3}\.[a-z]{2,4}"
)
_PAPER = re.compile(
    r"""(?:zeitung|blatt|anzeiger|nachrichten|kurier|(?<!ge)bote|presse|post|rundschau|allgemeine|spiegel|journal|magazin
           |merkur|echo|times|standard)\b
      | \b(?:Zeit|Welt|Bild|Stern|Focus)\b | (?-i:^[A-ZÄÖÜ. ]+$) | \.[a-z]{2,4}$ | ^taz$""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a name has that is a paper's beyond doubt."""

_SHORT_DATE = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?\d{2}\b(?![.:]?\d)")
_BEFORE_DATE = re.compile(
    r"""(?:\bvom\b)? \s*
        (?:\b(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|Mo|Di|Mi|Do|Fr|Sa|So
               |(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b \.?,?)? \s*
        (?:\bden\b)? \s*$""",
    re.VERBOSE,
)
_STATUS = re.compile(
    r"\b(?:Stand|Aktualisiert|Veröffentlicht|Erschienen|Published|Updated|Posted|Quelle|Source)\b"
    r"(?:\s*(?:am|vom|on|at))?\s*:?"
    r"|\b\d{1,2}[:.]\d{2}\s*(?:Uhr|a\.?m\.?|p\.?m\.?)?(?!\S)"
    r"|\b(?:Nr|No|S|Seite|Ausgabe|Page|p)\b\.?\s*\d+(?:[-–]\d+)?|\bLesedauer:?\s*\d+\s*Min(?:\.|uten|\b)"
)
_PROMO = re.compile(
    r"""^(?:Lesen\sSie\s(?:auch|mehr|hier)|Mehr\szum\sThema|Lesetipp|Anzeige$|Werbung$|Jetzt\s|Folgen\sSie
          |Abonnieren|Newsletter|Podcast|Read\s(?:more|also)|Advertisement|Sign\sup|Subscribe|Follow\sus)
      | \b(?:Der|Unser|Im|Zum|The|Our)\sPodcast\b | \bPodcast\s(?:mit|von|with)\b
      | \bNewsletter\s(?:abonnieren|bestellen)\b""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Signature:
    """What a line between title and text tells."""

    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: date | None = None

    @property
    def kind(self) -> BlockKind:
        return BlockKind.DATE if self.published else BlockKind.BYLINE


def parse(text: str) -> Draft:
    """Above the title may stand what kind of text it is, and who signs and dates it."""
    found = list(paragraphs(text))
    told_above = [called for line in found[:1] if (called := _rubric(line))]
    above = [Part(BlockKind.PROMO, found[0]) for _ in told_above]
    while above and len(above) < min(_SIGNATURE_LINES, len(found)) and (signature := _signature(found[len(above)])):
        above.append(Part(signature.kind, found[len(above)]))
        told_above.append(signature)
    found = found[len(above) :]
    titled = _opens_with_title(found)
    signed = 1
    while titled and signed <= _SIGNATURE_LINES and signed + 1 < len(found) and _signature(found[signed]):
        signed += 1
    lines = found[1:signed] if titled else []
    told = [signature for line in lines if (signature := _signature(line))]
    story = list(body_parts(found[signed:] if titled else found))
    parts = [*above, *([Part(BlockKind.TITLE, found[0])] if titled else [])]
    parts += (Part(signature.kind, line) for line, signature in zip(lines, told, strict=True))
    return _told(Draft([*parts, *story]), [*told, *told_above])


def signed(draft: Draft) -> Draft:
    """A draft of another format: lines below its title and lead that sign and date it told apart, as in plain text.

    What they tell fills in what the format itself did not tell.
    """
    parts = list(draft.parts)
    told: list[_Signature] = []
    below = next((row for row, part in enumerate(parts, start=1) if part.kind is BlockKind.TITLE), len(parts))
    while below < len(parts) and parts[below].kind is BlockKind.LEAD and not _signature(clean(parts[below].text)):
        below += 1
    for row, part in enumerate(parts[below : below + _SIGNATURE_LINES], start=below):
        signature = _signature(clean(part.text)) if part.kind in (BlockKind.BODY, BlockKind.LEAD) else None
        if not signature:
            break
        parts[row] = Part(signature.kind, part.text)
        told.append(signature)
    return _told(replace(draft, parts=parts), told)


def _told(draft: Draft, told: Sequence[_Signature]) -> Draft:
    """The draft with what signatures tell, or else its dateline, wherever it says nothing itself."""
    authors = tuple(name for signature in told for name in signature.authors)
    publishers = [signature.publisher for signature in told if signature.publisher]
    agencies = [name for name in authors if name in AGENCIES]
    days = [signature.published for signature in told if signature.published]
    days += [day for part in draft.parts if part.kind is BlockKind.DATELINE and (day := _day_of(part.text))]
    return replace(
        draft,
        publisher=draft.publisher or next(iter([*publishers, *agencies]), None) or signing_agency(draft.parts),
        authors=draft.authors or authors,
        published=draft.published or next(iter(days), None),
    )


def _day_of(line: str) -> date | None:
    written = find_date(line)
    return given_date(written[0]) if written else None


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a text, whether it wraps its lines or gives each paragraph one.

    A title and the lines that sign and date it are not run together, though they follow each other.
    """
    for number, group in enumerate(re.split(r"\n\s*\n", text)):
        lines = [line.rstrip() for line in group.splitlines() if line.strip()]
        top = enumerate(lines[: _SIGNATURE_LINES + 1]) if number == 0 else ()
        told = max((row + 1 for row, line in top if row and _signature(line.strip())), default=0)
        yield from map(str.strip, lines[:told])
        yield from _unwrapped(lines[told:])


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Lines in a row as paragraphs: as they are, unless most of their ends look like those of hard-wrapped lines."""
    width = max((len(line) for line in lines if len(line) <= WRAP_CHARS and " " in line.strip()), default=0)
    wraps = [_wraps(before, line, width) for before, line in pairwise(lines)]
    strays = sum(
        not wrap and not _ENDED.search(before) and not _begins(before, line)
        for wrap, (before, line) in zip(wraps, pairwise(lines), strict=True)
    )
    wrapped = sum(wraps) > 2 * strays
    paragraph: list[str] = []
    for line, wrap in zip(lines, [*wraps, False], strict=False):
        paragraph.append(line)
        if not (wrapped and wrap):
            yield unwrap(paragraph)
            paragraph = []


def _wraps(before: str, line: str, width: int) -> bool:
    """Whether a line goes on in the next because its first word found no place, or hardly any, in ``width``.

    Letters differ in width, so a line copied from print may end at three quarters, unless it ends a sentence.
    """
    reach = len(before) + 1 + len(line.split(maxsplit=1)[0])
    if _begins(before, line) or (_BULLET.match(line) and reach <= width):
        return False
    if before.endswith("-"):
        return True
    return width > 0 and (reach > width if _ENDED.search(before) else 4 * reach > 3 * width)


def _begins(before: str, line: str) -> bool:
    """Whether a line is no continuation by its looks: an item of a list, indented farther, or a paragraph by itself.

    A dash may also stand at the start of a line by chance, and behind a bullet lines are indented.
    """
    if any(len(one) > WRAP_CHARS and " " in one.strip() for one in (before, line)):
        return True
    if _BULLET.match(before):
        return _BULLET.match(line) is not None
    if _LABEL.match(before) and _LABEL.match(line):
        return True
    farther = len(line) - len(line.lstrip()) > len(before) - len(before.lstrip())
    return farther or (_BULLET.match(line) is not None and _ENDED.search(before) is not None)


def body_parts(found: Sequence[str]) -> Iterator[Part]:
    """Paragraphs as body, the first without its dateline; links, promotions and headings apart."""
    opening = True
    for row, line in enumerate(found):
        short = len(line) <= _HEADING_CHARS and not _SENTENCE_END.search(line) and not _BULLET.match(line)
        if _LINKS.fullmatch(line):
            yield Part(BlockKind.LINKS, line)
        elif short and _PROMO.search(line):
            yield Part(BlockKind.PROMO, line)
        elif opening and len(parts := split_dateline(line)) > 1:
            yield from parts
            opening = False
        elif short and any(len(following) > len(line) for following in found[row + 1 : row + 2]):
            yield Part(BlockKind.HEADING, line)
        else:
            yield Part(BlockKind.BODY, line)
            opening = opening and not _SENTENCE_END.search(line)


def _opens_with_title(found: Sequence[str]) -> bool:
    """Whether the first paragraph is short, no sentence, link or dateline, and followed by something longer."""
    first = found[0] if found else ""
    return (
        0 < len(first) <= _TITLE_CHARS
        and not _SENTENCE_END.search(first)
        and not _LINKS.fullmatch(first)
        and split_dateline(first)[-1].text != ""
        and any(len(line) > len(first) for line in found[1:])
    )


def _rubric(line: str) -> _Signature | None:
    """What a line tells that only calls the text a press release, perhaps of a day; None of any other."""
    written = find_date(line)
    if written and not line[written.end() :].strip(" .|"):
        called = _OF_DAY.sub("", line[: written.start()])
        return _Signature(published=given_date(written[0])) if RUBRIC.fullmatch(called) else None
    return _Signature() if RUBRIC.fullmatch(line) else None


def _signature(line: str) -> _Signature | None:
    """What a line between title and text tells: names, a date, a publisher; None unless all of it is such.

    "Ein Rückblick auf den 24. Februar" is no date line, "Hannover, 4. September 2025" one without a publisher.
    """
    if len(line) > _SIGNATURE_CHARS:
        return None
    written = find_date(line) or _SHORT_DATE.search(line)
    published = given_date(written[0]) if written else None
    rest, issue = line, False
    if written and published:
        head = _BEFORE_DATE.sub("", line[: written.start()])
        issue = line[len(head) :].lstrip().startswith("vom")
        rest = _STATUS.sub(" ", f"{head} {line[written.end() :]}")
    rest = rest.strip(" ,;|·-–—:()")
    if not rest:
        return _Signature(published=published) if published else None
    if by := _BY.fullmatch(rest):
        names = split_names(by["names"])
        whole = all(_NAME.fullmatch(name) or name in AGENCIES for name in names)
        return _Signature(authors=names, published=published) if whole else None
    if not written or not published or not (_PUBLISHER.fullmatch(rest) or rest in AGENCIES):
        return None
    paper = _PAPER.search(rest) is not None
    in_words = any(map(str.isalpha, written[0]))
    if rest in PLACES or (in_words and not paper and line.startswith(f"{rest},") and PLACE.fullmatch(rest)):
        return _Signature(published=published)
    return _Signature(publisher=rest, published=published) if paper or not issue else None
