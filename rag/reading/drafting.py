"""What every format shares: cleaning text, and assembling labelled parts to an ``Article``."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from rag.language import detect
from rag.records import Article, Block, BlockKind

AGENCIES = frozenset("AFP AP APA Bloomberg KNA Reuters dapd ddp dpa dts epd sda sid taz".split())
"""Who signs a dateline: ``Berlin (dpa) -``, ``Berlin taz |``."""

_SIGNING = AGENCIES | {"ots"}
"""The press releases that one agency hands on are signed so, too, but not its own."""

_DATED = re.compile(
    r"""[A-ZÄÖÜ][\w./()-]{1,30}(?:\s[\w./()-]{1,30}){0,3},\s(?:den\s)?
        \d{1,2}\.\s?(?:[A-ZÄÖÜ]\w{2,8}|\d{1,2}\.)\s?\d{4}\s?(?:[–—:]|-{1,2})\s""",
    re.VERBOSE,
)
"""How a press release begins: "Osnabrück, 3. Februar 2025 – "."""

_DATELINE = re.compile(
    r"""[A-ZÄÖÜ][\w./ -]{1,60}?                                                        # Berlin, Kiew/Moskau
        (?:,\s(?:\d{1,2}\.?\s?[^\W\d]{3,9}|[^\W\d]{3,9}\.?\s\d{1,2})\.?)?\s*           # , 4. Sep
        (?:\([\w/ -]{2,30}\) (?:\s?[-–—:]\s | \s*$) | \w{1,30}\s\|\s)""",  # (dpa) -   taz |
    re.VERBOSE,
)
_DATE = re.compile(
    r"""\b(?:\d{4}-\d{2}-\d{2}
        | \d{1,2}\.\s?\d{1,2}\.\s?\d{4}
        | \d{1,2}\.?\s[^\W\d_]{3,9}\.?\s\d{4}
        | [^\W\d_]{3,9}\.?\s\d{1,2},\s\d{4})\b""",
    re.VERBOSE,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufdd0\ufdd1\ufeff]"
)
"""Controls, soft hyphens, zero-width spaces, halves of characters and marks that turn the writing direction: none is
text to quote, and each can hide what a quote really says."""

PAGE_BREAK = "\f"
"""Stands in the parts of a draft with pages wherever a page begins, the first one included."""

_DATE_CHARS = 80
"""No field that is a date is longer."""

_EPOCH = re.compile(r"(?P<seconds>1[0-8]\d{8})(?:\d{3})?(?:\.\d+)?")
"""Seconds or milliseconds since 1970, from September 2001 to March 2030: a number beyond may be 1999123112."""

_NUMBERS = re.compile(
    r"""(?: (?P<year>\d{4}) (?P<mark>[-/.]) (?P<month>\d{1,2}) (?P=mark) (?P<day>\d{1,2})
        | (?P<first>\d{1,2}) \.\s? (?P<second>\d{1,2}) \.\s? (?P<short>[0-37-9]\d) ) (?!\.?\d)""",
    re.VERBOSE,
)
"""Two digits of a year from 40 to 69 leave the century open. 04/09/2025 is left alone: it is two days."""

_BETWEEN_NAMES = re.compile(r",\s*|\s+(?:und|UND|and|&|/)\s+")
PLACE = re.compile(r"(?:Bad\s)?[A-ZÄÖÜ][\w/-]*[a-zäöüß](?:\s(?:am|an der|im)\s[A-ZÄÖÜ]\w+)?")
"""How most names of places look, and many others."""

PLACES = frozenset(
    """Ankara Athen Augsburg Basel Berlin Bern Bielefeld Bochum Bonn Bremen Brüssel Budapest Dortmund Dresden Duisburg
    Düsseldorf Erfurt Essen Frankfurt Freiburg Genf Graz Halle Hamburg Hannover Innsbruck Istanbul Jerusalem Karlsruhe
    Kassel Kiel Kiew Köln Leipzig Linz London Lübeck Luxemburg Madrid Magdeburg Mainz Mannheim Moskau München Münster
    Nürnberg Paris Peking Potsdam Prag Rom Rostock Saarbrücken Salzburg Schwerin Straßburg Stuttgart Tokio Warschau
    Washington Wien Wiesbaden Wuppertal Zürich""".split()
)

_LONG_PLACE = re.compile(r".* (?:am|an der|im) [A-ZÄÖÜ]\w+")
_PARTICLES = r"(?:(?:von|van|vom|zu|zur|de|del|den|der|di|du|la|le)\b\s?)"
_NAME = r"[A-ZÄÖÜÀ-Þ][^\W\d_]*[a-zß-ÿ][\w’'-]*"
_SURNAME_FIRST = re.compile(
    rf"(?P<last>{_PARTICLES}*{_NAME}),\s*(?P<first>{_NAME}(?:\s{_NAME})?)\s?(?P<behind>{_PARTICLES}*)"
)
_OFFICE = re.compile(r"(?:redaktion|presse|amt|ressort|agentur|stadt|kreis|ministerium|team|newsletter)", re.IGNORECASE)

SENTENCE_END = re.compile(r"[.!?…][\"”“»«’)]*$")

_HYPHENATED = re.compile(r"(?<=\w)-\n(?!(?:und|oder|bis|sowie|and|or|to)\b)(?=\w)")


@dataclass(frozen=True, slots=True)
class Part:
    """One block to be: its kind and its text, still uncleaned."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a format found in a file, before any offset is fixed."""

    parts: Sequence[Part]
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: date | None = None
    paged: bool = False


def unwrap(lines: Sequence[str]) -> str:
    """Hard-wrapped lines as one paragraph; a word broken at its own hyphen is joined again."""
    return _HYPHENATED.sub("-", "\n".join(line.strip() for line in lines)).replace("\n", " ")


def clean(text: str) -> str:
    """Invisible characters out, NFC, white space collapsed within each line, empty lines out."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def find_date(text: str) -> re.Match[str] | None:
    """The first stretch of ``text`` that is a calendar date, written in German or English."""
    return next((match for match in _DATE.finditer(text) if parse_date(match[0])), None)


def is_date(text: str) -> bool:
    """Whether all of ``text`` is a calendar date as ``find_date`` finds them."""
    return _DATE.fullmatch(text) is not None and parse_date(text) is not None


def parse_date(text: str) -> date | None:
    """``10 Apr 2025``, ``04.09.2025``, ``4. September 2025``, ``2025-09-04``: a date, or None."""
    import dateparser  # 0.2 s, and only building needs it

    order = "YMD" if re.match(r"\d{4}", text) else "DMY"
    settings = {"STRICT_PARSING": True, "DATE_ORDER": order}
    parsed = dateparser.parse(text, languages=["de", "en"], settings=settings)
    return parsed.date() if parsed else None


def given_date(text: str) -> date | None:
    """The day that a field made for it names; None for what is no date or could be two.

    Read are ISO 8601, RFC 2822 as in mails, dates written out or in numbers, and seconds or milliseconds
    since 1970, whose day is that in UTC.
    """
    text = text.strip()[:_DATE_CHARS]
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch["seconds"]), UTC).date()
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return parsedate_to_datetime(text).date()
    if written := find_date(text):
        return parse_date(written[0])
    if numbers := _NUMBERS.match(text):
        with suppress(ValueError):
            return _numbered(numbers)
    return None


def _numbered(numbers: re.Match[str]) -> date:
    if numbers["year"]:
        return date(int(numbers["year"]), int(numbers["month"]), int(numbers["day"]))
    short = int(numbers["short"])
    return date(short + (2000 if short < 40 else 1900), int(numbers["second"]), int(numbers["first"]))


def split_names(text: str) -> tuple[str, ...]:
    """``Anna Beer, Max Kurz und dpa`` as its names; the place behind ``Anna Beer und Max Kurz, Berlin`` is none."""
    names = [name for name in _BETWEEN_NAMES.split(text.strip()) if name]
    last = text.rpartition(",")[2].strip()
    if len(names) > 1 and (last in PLACES or _LONG_PLACE.fullmatch(last)):
        names.pop()
    return tuple(names)


def in_order(name: str) -> str:
    """``Beer, Anna`` and ``Beer, Anna von`` as they are spoken; what is no such name, or of an office, as it is."""
    turned = _SURNAME_FIRST.fullmatch(name)
    if turned is None or {turned["last"], turned["first"]} & (AGENCIES | PLACES) or _OFFICE.search(name):
        return name
    return " ".join(filter(None, (turned["first"], turned["behind"].strip(), turned["last"])))


def split_dateline(paragraph: str) -> list[Part]:
    """A report's first paragraph as dateline and body, or as body alone when neither agency nor day signs it."""
    match = _DATELINE.match(paragraph)
    if match is None or _SIGNING.isdisjoint(re.findall(r"\w+", match[0])):
        match = _DATED.match(paragraph)
    if match is None:
        return [Part(BlockKind.BODY, paragraph)]
    return [
        Part(BlockKind.DATELINE, match[0]),
        Part(BlockKind.BODY, paragraph[match.end() :]),
    ]


def signing_agency(parts: Sequence[Part]) -> str | None:
    """The agency that a dateline or a byline among ``parts`` names first."""
    signed = (part.text for part in parts if part.kind in (BlockKind.DATELINE, BlockKind.BYLINE))
    return next((agency for text in signed for agency in _agencies(text)), None)


def _agencies(text: str) -> list[str]:
    return [name for name in re.findall(r"\w+", text) if name in AGENCIES]


def assemble(name: str, draft: Draft) -> Article:
    """The article of a draft: parts cleaned, empty ones dropped, body paragraphs in a row merged.

    A dateline stays on the line of the paragraph it opens; every other two blocks are parted by a
    blank line, and so are the paragraphs inside one. A title is one line.
    """
    written: list[str] = []
    end = 0
    blocks: list[Block] = []
    pages: list[int] = []
    for part in draft.parts:
        body, begun = _clean_pages(part.text) if draft.paged else (clean(part.text), [])
        if part.kind is BlockKind.TITLE:
            body = body.replace("\n", " ")
        previous = blocks[-1] if blocks else None
        gap = "" if not (previous and body) else " " if previous.kind is BlockKind.DATELINE else "\n\n"
        start = end + len(gap)
        pages += [start + offset for offset in begun]
        if not body:
            continue
        written += (gap, body)
        end = start + len(body)
        if previous and previous.kind is part.kind is BlockKind.BODY:
            blocks[-1] = Block(part.kind, previous.start, end)
        else:
            blocks.append(Block(part.kind, start, end))
    text = "".join(written)
    title = next((text[b.start : b.end] for b in blocks if b.kind is BlockKind.TITLE), None)
    return Article(
        id=name,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        blocks=tuple(blocks),
        title=title,
        publisher=_on_one_line(draft.publisher or "") or None,
        authors=tuple(filter(None, map(_on_one_line, draft.authors))),
        published=draft.published,
        language=detect(text),
        pages=tuple(min(page, len(text)) for page in pages),
    )


def _clean_pages(text: str) -> tuple[str, list[int]]:
    """The cleaned text of a part, and where in it pages begin: at the first letter that follows the break."""
    first, *others = map(clean, text.split(PAGE_BREAK))
    body, begun = first, []
    for piece in others:
        begun.append(len(body) + 1 if body else 0)
        body = " ".join(filter(None, [body, piece]))
    return body, begun


def _on_one_line(text: str) -> str:
    return clean(text).replace("\n", " ")
