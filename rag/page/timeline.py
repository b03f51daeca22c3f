"""The quotes of an answer in the order of what they tell, each by the date it names or else its article's."""

import re
from dataclasses import dataclass
from datetime import date

from rag.periods import COUNTED, MONTHS
from rag.records import Answer, Citation, Language
from rag.rendering.labels import written_date

_NUMBERS = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
_MONTH = rf"(?-i:(?P<month>{'|'.join(form for name in _NUMBERS for form in (name.capitalize(), name.upper()))}))"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_COUNTING = (
    r"(?:\s(?:auf|bis|to)\s\d[\d.,]*)?"
    rf"(?:\s?{COUNTED}(?!\w)|\s(?-i:[A-ZÄÖÜ])\w|(?<=\d00)\s[a-z]{{4,}}s\b|\sim\s\w+\sauf\s\d)"
)
"""What follows a number that is no year: "2000 Soldaten", "1500 municipalities", "2000 auf 1500 Euro". Before an
English plural only a round number is none: "in 2014 prices rose"."""
_OF_MANY = r"(?:in|von)\s\d+\s(?-i:[a-zäöüß]+en\s[A-ZÄÖÜ])"
"""So too "von 2000 neuen Soldaten", where the adjective must be a dative."""
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}-(?P<number>\d\d)-(?P<day>\d\d)\b",
        rf"\b(?P<day>\d\d?)\.\s?(?P<number>\d\d?)\.\s?{_YEAR}\b",
        rf"\b(?P<day>\d\d?)(?:\.|st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b(?:,?\s{_YEAR}\b)?",
        rf"\b{_MONTH}\s(?P<day>\d\d?)(?:st|nd|rd|th)?\b(?:,?\s{_YEAR}\b)?",
        rf"\b{_MONTH}\s(?:of\s)?{_YEAR}\b",
        rf"\b(?:im|anfang|mitte|ende|seit|bis|ab|in|early|late|since|until|by(?!\sma(?:y|rch)\b))\s{_MONTH}\b",
        rf"\b(?!{_OF_MANY})(?:jahre?s?|seit|in|ab|bis|von|year|since|until|by|from)\s{_YEAR}\b(?!{_COUNTING})",
    )
)
"""What is a calendar date by itself: "gestern" and "am Montag" are none."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A citation and the date it stands under; month and day are 0 where only the rest is known."""

    citation: Citation
    year: int
    month: int
    day: int
    told: bool
    """Whether the sentence names the date; else it is the day its article appeared."""

    def written(self, language: Language) -> str:
        return written_date(self.year, self.month, self.day, language)


def timeline(answer: Answer) -> list[Dated]:
    """The citations that have a date, oldest first; of quotes that say the same only the first."""
    dated = (_dated(answer.cited(sentence)[0]) for sentence in answer.sentences)
    return sorted(filter(None, dated), key=lambda one: (one.year, one.month, one.day))


def _dated(citation: Citation) -> Dated | None:
    published = citation.quote.article.published
    for pattern in _DATES:
        if (match := pattern.search(citation.quote.text)) and (found := _calendar(match, published)):
            return Dated(citation, *found, told=True)
    return Dated(citation, published.year, published.month, published.day, told=False) if published else None


def _calendar(match: re.Match[str], published: date | None) -> tuple[int, int, int] | None:
    """Year, month and day of a date; a missing year is the likeliest by when the article appeared."""
    parts = match.groupdict()
    month = _NUMBERS[parts["month"].lower()] if parts.get("month") else int(parts.get("number") or 0)
    day = int(parts.get("day") or 0)
    years = [int(parts["year"])] if parts.get("year") else []
    if not years and published is None:
        return None
    candidates = []
    for year in years or [published.year - 1, published.year, published.year + 1]:  # type: ignore[union-attr]
        try:
            candidates.append(date(year, month or 1, day or 1))
        except ValueError:  # 31 February
            continue
    if not candidates:
        return None
    nearest = min(candidates, key=lambda one: _far(one, published) if published else 0)
    return nearest.year, month, day


def _far(day: date, published: date) -> int:
    """Days between the two; what is to come counts double, as news tell of what has been."""
    return max(2 * (day - published).days, (published - day).days)
