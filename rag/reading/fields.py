"""What people call a text and what stands beside it: the columns of a table, the front matter of a note."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rag.reading.drafting import Draft, Part, clean, given_date, in_order, signing_agency, split_names
from rag.reading.plain import body_parts, paragraphs
from rag.records import BlockKind

_NAMES = {
    "text": "text inhalt body content articlebody fulltext volltext artikeltext maintext beitrag article artikel",
    "title": "title titel headline überschrift ueberschrift schlagzeile subject betreff",
    "lead": "lead lede vorspann teaser standfirst subtitle untertitel unterzeile",
    "publisher": "publisher source quelle zeitung medium verlag newspaper outlet sitename site publication herausgeber",
    "authors": "authors author autor autoren autorin verfasser verfasserin byline creator",
    "published": "published date datum publishedat publicationdate datepublished pubdate erschienen erschienenam "
    "veröffentlicht veröffentlichtam veroeffentlicht erscheinungsdatum publishdate createdat zeitpunkt",
}
"""Each by its names, the best first, written without capitals, blanks and marks."""

_NAMES_CHARS = 500
"""Of names that are longer the rest is cut off: they are none."""

_DEPTH = 3
"""Lists of records of names are the deepest that texts and authors come in."""

_TOP = 3
"""Above a title stand rubrics, hardly more."""

_BY = re.compile(r"(?:von|by)\s+(?!de[mnr]\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fields:
    """A text and what is known of it, as written; empty where nothing is."""

    text: str = ""
    title: str = ""
    lead: str = ""
    publisher: str = ""
    authors: str = ""
    published: str = ""


def named_fields(pairs: Iterable[tuple[str, Any]]) -> Fields:
    """The fields among ``pairs`` of a name and a value: a string, a number, or a list or record of these."""
    given: dict[str, str] = {}
    for name, value in pairs:
        given.setdefault(_bare(name), _written(value))
    found = {
        field: next(filter(None, (given.get(name, "") for name in names.split())), "")
        for field, names in _NAMES.items()
    }
    return Fields(**found)


def holds_text(names: Iterable[str]) -> bool:
    """Whether one of the names is one that texts go by."""
    return not {_bare(name) for name in names}.isdisjoint(_NAMES["text"].split())


def _bare(name: str) -> str:
    return re.sub(r"[\W\d_]", "", name.lower())


def described(draft: Draft, fields: Fields) -> Draft:
    """The draft as ``fields`` describe it; their title and lead go first, and do not stand there twice."""
    parts = list(draft.parts)
    lead = clean(fields.lead)
    opening = " ".join(" ".join(part.text for part in parts[:_TOP]).split())
    if lead and " ".join(lead.rstrip("….").split()) not in opening:
        titled = bool(parts) and parts[0].kind is BlockKind.TITLE
        parts.insert(int(titled), Part(BlockKind.LEAD, lead))
    if title := clean(fields.title).replace("\n", " "):
        top = [part for part in parts[:_TOP] if clean(part.text) != title]
        parts = [Part(BlockKind.TITLE, title), *top, *parts[_TOP:]]
    return replace(
        draft,
        parts=parts,
        publisher=fields.publisher.strip()[:_NAMES_CHARS] or draft.publisher or signing_agency(parts),
        authors=_authors(fields.authors[:_NAMES_CHARS]) or draft.authors,
        published=given_date(fields.published) or draft.published,
    )


def drafted(fields: Fields) -> Draft:
    """The article that fields alone make: plain paragraphs under the title they give."""
    text = re.sub(r"\r\n?", "\n", fields.text).strip()
    return described(Draft(list(body_parts(list(paragraphs(text))))), fields)


def _authors(text: str) -> tuple[str, ...]:
    """The names in a field of authors, parted by semicolons or as in a byline; one may have its surname first."""
    names: list[str] = []
    for piece in map(str.strip, re.split(r"[;|\n]", text)):
        if (turned := in_order(piece)) != piece:
            names.append(turned)
        else:
            by = _BY.match(piece)
            names += split_names(piece[by.end() if by else 0 :])
    return tuple(names)


def _written(value: Any, depth: int = _DEPTH) -> str:
    if isinstance(value, list) and depth:
        return "\n\n".join(filter(None, (_written(item, depth - 1) for item in value)))
    if isinstance(value, dict) and depth:
        return _written(value.get("name", ""), depth - 1)
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
