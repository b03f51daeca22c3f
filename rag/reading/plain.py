"""Any other text: essays, notes, exports. Titles, headings and promotions are told by their looks."""

import re
from collections.abc import Iterator, Sequence

from rag.reading.drafting import Draft, Part, find_date, parse_date, signing_agency, split_dateline, split_names, unwrap
from rag.records import BlockKind

_TITLE_CHARS = 200
_HEADING_CHARS = 110
_HEADER_CHARS = 120
_HEADER_LINES = 3
"""Between title and text: a signature, a publisher, a date."""

_WRAP_CHARS = 100
"""No hard-wrapped line is longer; a longer line is a paragraph of its own."""

_SENTENCE_END = re.compile(r"[.:;,…][\"”“»«)]*$")
_SIGNED = re.compile(r"(?:Von|By)\s+(?P<authors>[A-ZÄÖÜ].{2,80})")
_LINKS = re.compile(r"(?:(?:\(DIR\)\s*)?(?:\[\d+\]\s*)?(?:https?://|www\.|/)\S+\s*)+")
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
    header = _header_lines(found) if _opens_with_title(found) else 0
    head, story = found[:header], list(body_parts(found[header:]))
    signed = next(filter(None, map(_SIGNED.fullmatch, head[1:])), None)
    dated = next((line for line in head[1:] if find_date(line)), "")
    date = find_date(dated)
    source = dated.replace(date[0], "").strip(" ,|·-–—") if date else None
    return Draft(
        [
            *(Part(BlockKind.TITLE, line) for line in head[:1]),
            *(Part(BlockKind.DATE if find_date(line) else BlockKind.BYLINE, line) for line in head[1:]),
            *story,
        ],
        publisher=source or signing_agency(story),
        authors=split_names(signed["authors"]) if signed else (),
        published=parse_date(date[0]) if date else None,
    )


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a text, whether it wraps its lines or gives each paragraph one."""
    for group in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in group.splitlines() if line.strip()]
        if not lines:
            continue
        longest = max(map(len, lines))
        wrapped = longest <= _WRAP_CHARS and all(2 * len(line) > longest for line in lines[:-1])
        yield from [unwrap(lines)] if wrapped else lines


def body_parts(found: Sequence[str]) -> Iterator[Part]:
    """Paragraphs as body, the first without its dateline; links, promotions and headings apart."""
    opening = True
    for row, line in enumerate(found):
        short = len(line) <= _HEADING_CHARS and not _SENTENCE_END.search(line)
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


def _header_lines(found: Sequence[str]) -> int:
    """How many lines stand above the text: the title, and at most three that sign or date it."""
    count = 1
    while count <= _HEADER_LINES and count + 1 < len(found) and _is_signature(found[count]):
        count += 1
    return count


def _is_signature(line: str) -> bool:
    if len(line) > _HEADER_CHARS or _SENTENCE_END.search(line):
        return False
    return bool(_SIGNED.fullmatch(line) or find_date(line))
