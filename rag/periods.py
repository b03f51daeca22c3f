"""The periods that questions name: "seit Mai", "last week", "between March and June 2024", "aus dem Frühjahr"."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from rag.language import tokens
from rag.records import Span

Period = tuple[date | None, date | None]
"""The first and the last day, where there is one."""

Met = Callable[[date | None, date | None], bool]
"""Whether any article is of the days, both included."""

_UNIT = {
    "day": r"tag(?:e[ns]?|s)?|days?",
    "week": r"wochen?|weeks?",
    "month": r"monat(?:e[ns]?|s)?|months?",
    "year": r"jahr(?:e[ns]?|s)?|years?",
}
_UNITS = "|".join(_UNIT.values())
_CALENDAR_UNITS = "|".join(pattern for unit, pattern in _UNIT.items() if unit != "day")  # that is one of the story
_PAST = r"(?:letzte|vergangene|vorige|last|past|previous)[nmrs]?"
_LAST = re.compile(
    rf"\b(?P<which>{_PAST}|diese[nmrs]?|this)\s(?P<unit>{_CALENDAR_UNITS})(?![\w-]|\s(?:des|vor|of|before)\b)",
    re.IGNORECASE,
)
"""But for what ends in the story: "the last day", "in der letzten Woche vor der Wahl"."""
_COUNTS = {"zwei": 2, "two": 2, "drei": 3, "three": 3, "vier": 4, "four": 4}
_LAST_FEW = re.compile(
    rf"\b{_PAST}\s(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})\s(?P<unit>{_UNITS})(?![\w-])", re.IGNORECASE
)
MONTHS = [names.split() for names in (
    "januar jänner january", "februar feber february", "märz march", "april", "mai may", "juni june", "juli july",
    "august", "september", "oktober october", "november", "dezember december",
)]  # fmt: skip
_MONTH = rf"(?:{'|'.join(name for names in MONTHS for name in names)})"
_SHORT = r"(?:jan|feb|apr|jun|jul|aug|sept?|okt|oct|nov|dez|dec)"
_DATED = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}"
    rf"|(?:\d{{1,2}}(?:\.|st|nd|rd|th)?\s)?{_MONTH}(?:\s\d{{1,2}}(?:st|nd|rd|th)?\b,?)?(?:\s\d{{4}})?"
    rf"|\d{{1,2}}\.?\s{_SHORT}\.?(?:\s\d{{4}})?|{_SHORT}\.?\s\d{{4}}|(?:19|20)\d\d)"
)
COUNTED = (
    r"(?:(?:tage|wochen|monate|jahre|stunden|minuten)n?|(?:days|weeks|months|years|hours|minutes)"
    r"|uhr|euros?|€|dollars?|\$|£|prozent|percent|per\scent|%|grad|tonnen|kilo\w*|\w*meter|\w*liter|m|qm|km|kg|metres|meters|miles"
    r"|mann|leuten?|menschen|frauen|soldaten|people|men|women|children|soldiers|workers|guests|visitors|residents|homes|jobs"
    r"|(?!\w*(?:bayern|pommern|luzern|lautern))(?-i:[A-ZÄÖÜ])\w{2,}(?:ern|eln|ungen|onen|[ae]nten|ätzen))"
)
"""What a number in front of it counts; in German also the plurals whose ending few names share."""
_NO_COUNT = rf"(?!\d{{4}}\s?{COUNTED}(?!\w))"
_SINCE = re.compile(rf"\b(?:seit|since)\s(?:dem\s)?{_NO_COUNT}(?P<date>{_DATED})(?!\w)", re.IGNORECASE)
_PIECES = re.compile(
    rf"\b(?:artikeln?|berichten?|beiträgen?|meldungen|articles|reports)\s(?:aus|vom|von|im|from|of|in)\s"
    rf"(?:dem\s|den\s|the\s)?(?:jahr(?:e|en)?\s|year\s)?{_NO_COUNT}(?P<date>{_DATED})(?!\w)",
    re.IGNORECASE,
)
_PERIODS = (_LAST_FEW, _LAST, _SINCE, _PIECES)
_MENTIONED = re.compile(
    rf"\b(?:(?P<part>anfang|mitte|ende|early|mid|late)[\s-])?(?!(?-i:may|march)\b)(?P<date>{_DATED})(?!\w)"
    r"(?!(?<=\b\d{4})\s(?-i:[A-ZÄÖÜ]))",
    re.IGNORECASE,
)
_PART_DAYS = {
    "anfang": (1, 10),
    "early": (1, 10),
    "mitte": (11, 20),
    "mid": (11, 20),
    "ende": (21, 31),
    "late": (21, 31),
}

_DAY = timedelta(days=1)
_SEASONS = {"frühjahr": 3, "frühling": 3, "spring": 3, "sommer": 6, "summer": 6, "herbst": 9, "autumn": 9, "winter": 12}
_SEASON = re.compile(
    rf"(?P<season>{'|'.join(_SEASONS)})\s(?P<year>(?:19|20)\d\d)|(?:q|(?=\d\.?\squartal))(?P<number>[1-4])(?:\.?\squartal)?\s(?P<of>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _SEASON.pattern)
_LISTED_DATE = rf"(?:{_UNNAMED}|(?!(?-i:may|march)\b){_DATED})"
_YEAR_SAID = r"(?:(?:dem|den|der|das|the)\s)?(?:jahr(?:e|en)?\s|year\s)?"
_BETWEEN = re.compile(
    rf"\b(?:von|vom|zwischen|from|between)\s{_YEAR_SAID}(?P<first>{_LISTED_DATE})\s(?:bis|und|to|and|until|till|through)\s(?:zum\s)?{_YEAR_SAID}"
    rf"(?P<last>{_LISTED_DATE})(?!\w)",
    re.IGNORECASE,
)
_BEFORE, _AFTER, _TO = (
    frozenset({"vor", "before"}),
    frozenset({"nach", "after"}),
    frozenset({"bis", "until", "till", "by", "up to"}),
)
_ENDED = re.compile(
    rf"\b(?P<end>vor|before|nach|after|bis|until|till|by|up\sto|seit|since|ab)\s(?:(?:zum|ende)\s)?{_YEAR_SAID}{_NO_COUNT}(?P<date>{_LISTED_DATE})(?!\w)",
    re.IGNORECASE,
)
_WHOLE_PERIOD = re.compile(
    rf"\b(?:(?:aus|vom|von|im|in|from|of|for|on)\s)?{_YEAR_SAID}(?:(?P<part>anfang|mitte|ende|early|mid|late)[\s-])?{_NO_COUNT}(?P<date>{_LISTED_DATE})(?!\w)",
    re.IGNORECASE,
)


def period_said(text: str, today: date) -> Period:
    """The period that a question limits itself to: "seit Mai", "last week", "articles from March"."""
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


def listed_period(text: str, subject_at: int, days: Iterable[date], met: Met, today: date) -> Period:
    """The days that a question for a list limits it to: within, before, from or between what it names.

    A month without a year is the last one of these ``days`` that is ``met``, or else the last one. A period behind
    ``subject_at``, where it says what the articles are about, counts only if it is met.
    """

    def bounds(written: str) -> Period:
        if season := _SEASON.fullmatch(written):
            return _season(season)
        years = [] if re.search(r"\d{4}", written) else _years(days)
        found = (_bounds(written, date(year, 12, 31)) for year in years)
        return next((one for one in found if met(*one)), None) or _bounds(written, today)

    if match := _BETWEEN.search(text):
        year = re.search(r"\d{4}", match["last"])
        first = match["first"] if year is None or re.search(r"\d{4}", match["first"]) else f"{match['first']} {year[0]}"
        return bounds(first)[0], bounds(match["last"])[1]
    if match := _ENDED.search(text):
        return _ended(match["end"].lower(), *bounds(match["date"]))
    if any(period_said(text, today)) and not _PIECES.search(text):
        return period_said(text, today)
    if match := _WHOLE_PERIOD.search(text):
        since, until = _in_part(match["part"], *bounds(match["date"]))
        if match.start() < subject_at or met(since, until):
            return since, until  # else it is of what the articles are about: "über die Wahl 2017"
    return None, None


def _ended(word: str, since: date | None, until: date | None) -> Period:
    """The period that ends or begins at another one."""
    if word in _BEFORE:
        return None, since and max(since, date.min + _DAY) - _DAY
    if word in _AFTER:
        return until and min(until, date.max - _DAY) + _DAY, None
    return (None, until) if word in _TO else (since, None)


def _in_part(part: str | None, since: date | None, until: date | None) -> Period:
    """The beginning, middle or end of a month; another period as it is."""
    if not (part and since and until and since < until and since.month == until.month):
        return since, until
    first, last = _PART_DAYS[part.lower()]
    return since.replace(day=first), until.replace(day=min(last, until.day))


def _season(said: re.Match[str]) -> tuple[date, date]:
    """First and last day; a winter is that which begins in its year."""
    year = int(said["year"] or said["of"])
    first = 3 * int(said["number"]) - 2 if said["number"] else _SEASONS[said["season"].lower()]
    last = first + 2
    end = date(year + (last > 12), (last - 1) % 12 + 1, 1)
    return date(year, first, 1), end.replace(day=monthrange(end.year, end.month)[1])


def published_period(text: str, days: Iterable[date], met: Met) -> Period:
    """First and last day of the first date in the text that is met, a month without a year in the last such year."""
    match = _MENTIONED.search(text)
    return (None, None) if match is None else _met_period(match, days, met)


def articles_period(text: str, days: Iterable[date], met: Met) -> Period:
    """The same of "Artikel aus dem April" in the text."""
    match = _PIECES.search(text)
    return (None, None) if match is None else published_period(match[0], days, met)


def published_periods(text: str, days: Iterable[date], met: Met) -> list[tuple[Span, tuple[date, date]]]:
    """The dates in the text that are met: where they stand, first and last day."""
    found = ((match.span(), _met_period(match, days, met)) for match in _MENTIONED.finditer(text))
    return [(span, (since, until)) for span, (since, until) in found if since and until]


def published_words(text: str, days: Iterable[date], met: Met) -> set[str]:
    """The words of the dates in the text that an article is of."""
    dated = (match for match in _MENTIONED.finditer(text) if any(_met_period(match, days, met)))
    return {word[0] for match in dated for word in tokens(match[0])}


def _met_period(match: re.Match[str], days: Iterable[date], met: Met) -> Period:
    years = _years(days)
    for year in years[:1] if re.search(r"\d{4}", match["date"]) else years:
        since, until = _bounds(match["date"], date(year, 12, 31))
        if since is None or until is None:
            break
        since, until = _in_part(match["part"], since, until)
        if met(since, until):
            return since, until
    return None, None


def tells_of_day(text: str, day: date, published: date | None) -> bool:
    """Whether the text gives the day as a date; one without a year is the nearest to when it was published."""
    month, year = rf"(?:{'|'.join(MONTHS[day.month - 1])})", r"(?:,?\s(?P<year{}>\d{{4}})(?!\d))?"
    written = (
        rf"(?<![\d.])0?{day.day}(?:\.|st|nd|rd|th)?\s(?:of\s)?{month}\b{year.format(1)}",
        rf"\b{month}\s0?{day.day}(?:st|nd|rd|th)?(?![\w.]){year.format(2)}",
        rf"(?<![\d.])0?{day.day}\.\s?0?{day.month}\.\s?(?P<year3>\d{{4}})(?!\d)|\b(?P<year4>{day.year:04}){day:-%m-%d}\b",
    )
    near = published is not None and abs(published - day) < timedelta(days=183)
    for match in re.finditer("|".join(written), text, re.IGNORECASE):
        years = [said for name, said in match.groupdict().items() if said]
        if int(years[0]) == day.year if years else near:
            return True
    return False


def period_words(text: str) -> set[str]:
    """The words that say a period: no article need hold them."""
    said = [match[0] for period in _PERIODS for match in period.finditer(text)]
    return {word[0] for words in said for word in tokens(words)}


def without_periods(text: str, listed: bool) -> str:
    """The text without the periods it names, of a question for a list any date."""
    for said in (_BETWEEN, _ENDED, *_PERIODS, _WHOLE_PERIOD) if listed else _PERIODS:
        text = said.sub(" ", text)
    return text


def _years(days: Iterable[date]) -> list[int]:
    """Each once, the last first."""
    return sorted({day.year for day in days}, reverse=True)


def _unit(word: str) -> str:
    return next(unit for unit, pattern in _UNIT.items() if re.fullmatch(pattern, word, re.IGNORECASE))


def _calendar(unit: str, current: bool, today: date) -> tuple[date, date]:
    """The calendar week (from Monday), month or year that ``today`` lies in, or the one before."""
    start = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[unit]
    if current:
        return start, today
    end = start - timedelta(days=1)
    return _calendar(unit, True, end)[0], end


def _bounds(written: str, today: date) -> Period:
    """First and last day of a day, month or year; a month without a year is the last one that has begun."""
    import dateparser  # 0.2 s, and few questions need it

    days: list[date | None] = []
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
    since, until = days
    if since and until and until < since:  # of the month that has begun, its last day is still to come
        until = since.replace(day=monthrange(since.year, since.month)[1])
    return since, until
