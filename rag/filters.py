"""Which articles a question is about to begin with: "laut dpa", "in der taz", "since September", "last month"."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from rag.bilingual.lexicon import load_lexicon
from rag.corpus import Articles
from rag.focus import OF_A_PIECE, about_a_piece, asked_for
from rag.language import content_words
from rag.records import Filter, Language

_ACCORDING: dict[Language, str] = {
    "de": r"laut|gemäß|(?:den\s)?Angaben\s(?:von|der|des)|nach\sInformationen\s(?:von|der|des)",
    "en": r"according\sto|as\sreported\sby",
}
_IN: dict[Language, str] = {"de": r"in|bei|von|aus", "en": r"in|by|from"}
_ARTICLE = r"(?:(?:der|dem|den|die|das|the)\s)?"
_UNIT = {"day": r"tag\w*|days?", "week": r"wochen?|weeks?", "month": r"monat\w*|months?", "year": r"jahr\w*|years?"}
_UNITS = "|".join(_UNIT.values())
_PAST = r"(?:letzte|vergangene|vorige|last|past|previous)[nmrs]?"
_LAST = re.compile(rf"\b(?P<which>{_PAST}|diese[nmrs]?|this)\s(?P<unit>{_UNITS})\b", re.IGNORECASE)
_LAST_FEW = re.compile(
    rf"\b{_PAST}\s(?P<count>\d{{1,3}}|{{words}})\s(?P<unit>{_UNITS})\b".replace(
        "{words}", "zwei|drei|vier|two|three|four"
    ),
    re.IGNORECASE,
)
_COUNTS = {"zwei": 2, "two": 2, "drei": 3, "three": 3, "vier": 4, "four": 4}
_MONTH = (
    r"(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    r"|january|february|march|may|june|july|october|december)"
)
_DATED = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}|(?:\d{{1,2}}\.?\s)?{_MONTH}(?:\s\d{{1,2}},)?(?:\s\d{{4}})?"
    r"|(?:19|20)\d\d)"
)
_SINCE = re.compile(rf"\b(?:seit|ab|since)\s(?:dem\s)?(?P<date>{_DATED})\b", re.IGNORECASE)
_PIECES = re.compile(
    rf"\b(?:artikeln?|berichten?|beiträgen?|meldungen|articles|reports)\s(?:aus|vom|von|im|from|of|in)\s"
    rf"(?:dem\s|den\s|the\s)?(?:jahr(?:e|en)?\s|year\s)?(?P<date>{_DATED})\b",
    re.IGNORECASE,
)
_MENTIONED = re.compile(
    rf"\b(?:(?P<part>anfang|mitte|ende|early|mid|late)[\s-])?(?!(?-i:may|march)\b)(?P<date>{_DATED})\b", re.IGNORECASE
)
_PART_ENDS = {"anfang": 10, "early": 10, "mitte": 20, "mid": 20}
_PART_STARTS = {"mitte": 11, "mid": 11, "ende": 21, "late": 21}
_QUOTED = re.compile(r"[„“\"»«].+?[“”\"«»]")


def find_filter(text: str, language: Language, corpus: Articles, today: date) -> Filter:
    """The filter that a question's words ask for, as far as it leaves some articles and not all; else an empty one.

    Only publishers and authors of the corpus are known. A name that is a word of its own ("Welt", "Zeit") counts
    only behind "laut". Months without a year and "last week" are reckoned back from ``today``. A question about a
    piece itself means one by the publisher and of the day or month that it names anywhere.
    """
    since, until = _period(text, today)
    publisher = _named(text, language, corpus.publishers)
    if asked_for(text, language) in OF_A_PIECE:
        unquoted = _QUOTED.sub("", text)
        if since is until is None:
            since, until = _piece_period(unquoted, corpus, today)
        publisher = publisher or _mentioned(unquoted, language, corpus.publishers)
    author = _named(text, language, corpus.authors)
    found = Filter(
        publisher=publisher,
        author=author if author != publisher else None,  # agencies sign as authors too
        since=since,
        until=until,
    )
    return found if found and 0 < corpus.left_by(found) < len(corpus) else Filter()


def _named(text: str, language: Language, names: Iterable[str]) -> str | None:
    """The first of the names that the text gives as its source; the longest of those in one place."""
    folded = text.casefold()
    for name in sorted({name for name in names if name.casefold() in folded}, key=lambda name: (-len(name), name)):
        preposition = _ACCORDING[language] if _is_a_word(name) else f"{_ACCORDING[language]}|{_IN[language]}"
        said = rf"\b(?:{preposition})\s{_ARTICLE}{re.escape(name)}(?![\w-])|(?<![\w-]){re.escape(name)}\szufolge\b"
        if re.search(said, text, re.IGNORECASE):
            return name
    return None


def _mentioned(text: str, language: Language, names: Iterable[str]) -> str | None:
    """The longest of the names that the text holds; one that is a word of its own only before the piece."""
    held = []
    for name in names:
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)(?:[\s-](?P<next>\w+))?", text, re.IGNORECASE)
        bare = re.sub(rf"^{_ARTICLE}", "", name, flags=re.IGNORECASE)
        if match and (not _is_a_word(bare) or about_a_piece(match["next"] or "", language)):
            held.append(name)
    return max(held, key=len, default=None)


def _is_a_word(name: str) -> bool:
    folded = [word.folded for word in content_words(name, "de")]
    return len(name.split()) == 1 and any(load_lexicon().translations(word, "en") for word in folded)


def _period(text: str, today: date) -> tuple[date | None, date | None]:
    if match := _LAST_FEW.search(text):
        count = _COUNTS.get(match["count"].lower()) or int(match["count"])
        days = {"day": 1, "week": 7, "month": 31, "year": 366}[_unit(match["unit"])]
        return today - timedelta(days=count * days), None
    if match := _LAST.search(text):
        return _calendar(_unit(match["unit"]), match["which"].lower().startswith(("diese", "this")), today)
    if match := _SINCE.search(text):
        return _bounds(match["date"], today)[0], None
    if match := _PIECES.search(text):
        return _bounds(match["date"], today)
    return None, None


def _piece_period(text: str, corpus: Articles, today: date) -> tuple[date | None, date | None]:
    """First and last day of the first date in the text; without a year, of the last year that has articles then."""
    match = _MENTIONED.search(text)
    if match is None or not corpus.published:
        return None, None
    for years in range(today.year - min(corpus.published).year + 1):
        since, until = _bounds(match["date"], today - timedelta(days=365 * years))
        if since is not None and until is not None:
            part = (match["part"] or "").lower()
            since, until = since.replace(day=_PART_STARTS.get(part, since.day)), _cut(until, _PART_ENDS.get(part))
            if any(since <= day <= until for day in corpus.published):
                return since, until
    return None, None


def _cut(day: date, last: int | None) -> date:
    return day if last is None else day.replace(day=min(day.day, last))


def _unit(word: str) -> str:
    return next(unit for unit, pattern in _UNIT.items() if re.fullmatch(pattern, word, re.IGNORECASE))


def _calendar(unit: str, current: bool, today: date) -> tuple[date, date]:
    """The calendar day, week (from Monday), month or year that ``today`` lies in, or the one before."""
    start = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    if current:
        return start, today
    end = start - timedelta(days=1)
    return _calendar(unit, True, end)[0], end


def _bounds(written: str, today: date) -> tuple[date | None, date | None]:
    """First and last day of a day, month or year; a month without a year is the last one that has begun."""
    import dateparser  # 0.2 s, and few questions need it

    days = []
    for end in ("first", "last"):
        parsed = dateparser.parse(
            written,
            languages=["de", "en"],
            settings={
                "PREFER_DATES_FROM": "past",
                "PREFER_DAY_OF_MONTH": end,
                "PREFER_MONTH_OF_YEAR": end,
                "RELATIVE_BASE": datetime.combine(today, datetime.min.time()),
                "DATE_ORDER": "YMD" if re.match(r"\d{4}-", written) else "DMY",
            },
        )
        days.append(parsed.date() if parsed else None)
    return days[0], days[1]
