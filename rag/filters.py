"""Which articles a question is about to begin with: "laut dpa", "in der taz", "since September", "last month"."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from heapq import nlargest

from rag.bilingual.lexicon import load_lexicon
from rag.corpus import Articles
from rag.errors import QuestionError
from rag.focus import QUOTED
from rag.language import QUESTION_WORDS, content_words, spoken_in, tokens
from rag.overview import overview_asked
from rag.pieces import asked_of_pieces, names_a_piece, subject_of
from rag.records import Filter, Language, Question

ACCORDING: dict[Language, str] = {
    "de": r"laut|gemäß|(?:nach\s)?(?:den\s)?Angaben\s(?:von|der|des)|nach\sInformationen\s(?:von|der|des)",
    "en": r"according\sto|as\sreported\sby",
}
_IN: dict[Language, str] = {"de": r"in|im|bei|beim|von|vom|aus", "en": r"in|by|from"}
_ARTICLE = r"(?:(?:der|dem|den|die|das|the)\s)?"
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
_LAST_FEW = re.compile(
    rf"\b{_PAST}\s(?P<count>\d{{1,3}}|{{words}})\s(?P<unit>{_UNITS})(?![\w-])".replace(
        "{words}", "zwei|drei|vier|two|three|four"
    ),
    re.IGNORECASE,
)
_COUNTS = {"zwei": 2, "two": 2, "drei": 3, "three": 3, "vier": 4, "four": 4}
_MONTH = (
    r"(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    r"|january|february|march|may|june|july|october|december)"
)
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

_SEASONS = {"frühjahr": 3, "frühling": 3, "spring": 3, "sommer": 6, "summer": 6, "herbst": 9, "autumn": 9, "winter": 12}
_SEASON = re.compile(
    rf"(?P<season>{'|'.join(_SEASONS)})\s(?P<year>\d{{4}})|(?:q|(?=\d\.?\squartal))(?P<number>[1-4])(?:\.?\squartal)?\s(?P<of>\d{{4}})",
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
_PIECE_OF = (
    r"\b(?:artikeln?|beitr(?:a|ä)gen?|beitrags?|texte?[sn]?|berichte?[sn]?|kommentare?[sn]?|meldungen|articles?|reports?|pieces?)\s"
    r"(?:von\s|vom\s|aus\s|in\s|im\s|from\s|by\s)?"
)
_SAYS = r"(?:was\s(?:schreibt|hat|brachte|gibt\ses\s(?:von|in|aus))|alles\s(?:von|aus)|what\s(?:has|did|does))\s(?:(?:der|die|das|the)\s)?"

Period = tuple[date | None, date | None]
"""The first and the last day, where there is one."""

_NAMES_TOLD = 5


def find_filter(question: Question, corpus: Articles, today: date) -> Filter:
    """The filter that a question's words ask for, be it one that no article meets; an empty one if it leaves them all.

    Only publishers and authors of the corpus are known, and in quotation marks nothing but such a name. A name that is
    a word of its own ("Welt", "Zeit") counts only behind "laut". "Last week" is reckoned back from ``today``, and so
    are months without a year. A question about an article itself is limited to those of the publisher, and of the day,
    month or year, that it names before its subject: a name that is a word only in front of the article ("der
    Welt-Artikel"), a month without a year in the last year that has such an article.
    """
    language = question.language
    of_all = overview_asked(question.asked, language, sources=(*corpus.publishers, *corpus.authors))
    asked, text = (_unquoted(said, corpus) for said in (question.asked, question.asked if of_all else question.text))
    since, until = next(filter(any, (_period(said, today) for said in (asked, text))), (None, None))
    sources = (
        [_named(said, language, names) for names in (corpus.publishers, corpus.authors)] for said in (asked, text)
    )
    publisher, author = next(filter(any, sources), (None, None))
    if of_all:
        publisher = publisher or next(iter(_listed_sources(asked, language, corpus.publishers)), None)
        author = author or next(iter(_listed_sources(asked, language, corpus.authors)), None)
        listed = Filter(publisher=publisher, author=author)
        since, until = _listed_period(asked, listed, corpus, today)
    elif asked_of_pieces(question.asked, language, publishers=corpus.publishers):
        subject = subject_of(question.asked, language)
        before = _unquoted(question.asked.removesuffix(subject), corpus)
        mentioned = _mentioned(before, language, corpus.publishers)
        if mentioned:
            publisher = mentioned[0] if len(mentioned) == 1 else None
        if since is until is None:
            since, until = _published(before, publisher, corpus)
    found = Filter(
        publisher=publisher,
        author=author if author and author.casefold() != (publisher or "").casefold() else None,  # agencies sign too
        since=since,
        until=until,
    )
    return found if of_all or corpus.left_by(found) < len(corpus) else Filter()


def _unquoted(text: str, corpus: Articles) -> str:
    """The text without what stands in quotation marks, but for names of publishers and authors: laut „dpa“."""

    def left(quote: re.Match[str]) -> str:
        said = quote[0][1:-1]
        known = any(said.casefold() == name.casefold() for name in (*corpus.publishers, *corpus.authors))
        return said if known else ""

    return QUOTED.sub(left, text)


def asks_only_where(text: str, language: Language, limit: Filter, today: date) -> bool:
    """Whether a text says nothing but what ``limit`` is made of: "Und laut taz?", "And since September?"."""
    left = text
    for name in filter(None, (limit.publisher, limit.author)):
        left = _as_source(name, language).sub("", left)
    if _period(text, today) == (limit.since, limit.until):
        for period in _PERIODS:
            left = period.sub("", left)
    asking = any(word.lower() in QUESTION_WORDS[language] for word in left.split())
    return left != text and not asking and not content_words(left, language)


def period_words(text: str) -> set[str]:
    """The words that say a period: no article need hold them."""
    said = [match[0] for period in _PERIODS for match in period.finditer(text)]
    return {word[0] for words in said for word in tokens(words)}


def require_met(filter: Filter | None, corpus: Articles, where: str = "") -> None:
    """Raise ``QuestionError`` where no article meets the filter: that the articles do not say would not be true.

    ``where`` names what holds the filter.
    """
    if filter and (why := unmet(filter, corpus)):
        raise QuestionError(where + why)


def unmet(filter: Filter, corpus: Articles) -> str | None:
    """Why no article meets the filter, and the remedy; None where one does."""
    if corpus.left_by(filter):
        return None
    if filter.publisher and not corpus.left_by(Filter(publisher=filter.publisher)):
        return _stranger("publisher", filter.publisher, corpus.publishers)
    if filter.author and not corpus.left_by(Filter(author=filter.author)):
        return _stranger("author", filter.author, corpus.authors)
    if not corpus.left_by(Filter(since=filter.since, until=filter.until)):
        period = "".join(f" {end} {day}" for end, day in (("since", filter.since), ("until", filter.until)) if day)
        days = corpus.published
        known = f"the dated ones are of {min(days)} to {max(days)}" if days else "none is dated, leave the days out"
        return f"no article was published{period}; {known}"
    return "no article meets publisher, author and days of the filter at once; leave one of them out"


def _stranger(kind: str, name: str, known: Iterable[str]) -> str:
    """That there is no such name, and which are most like it."""
    compared = SequenceMatcher(b=name.casefold())

    def likeness(other: str) -> float:
        compared.set_seq1(other.casefold())
        return compared.ratio()

    like = [repr(other) for other in nlargest(_NAMES_TOLD + 1, known, key=likeness)]
    told = ", ".join(like[:_NAMES_TOLD] + ["..."] * (len(like) > _NAMES_TOLD))
    return f"no article has the {kind} {name!r}; " + (f"there are {told}" if told else "none names one, leave it out")


def _named(text: str, language: Language, names: Iterable[str]) -> str | None:
    """The first of the names that the text gives as its source; the longest of those in one place."""
    folded = text.casefold()
    said = ((_as_source(name, language).search(text), name) for name in names if name.casefold() in folded)
    places = [(match.start(), -len(name), name) for match, name in said if match]
    return min(places)[-1] if places else None


def _as_source(name: str, language: Language) -> re.Pattern[str]:
    """How a text names its source; one that is a word only behind "laut"."""
    preposition = ACCORDING[language] if _is_a_word(name, language) else f"{ACCORDING[language]}|{_IN[language]}"
    said = rf"\b(?:{preposition})\s{_ARTICLE}{re.escape(name)}(?![\w-])|(?<![\w-]){re.escape(name)}\szufolge\b"
    return re.compile(said, re.IGNORECASE)


def _mentioned(text: str, language: Language, names: Iterable[str]) -> list[str]:
    """The names that the text holds, be it joined to another word, without those that are part of another."""
    folded = text.casefold()
    held = [name for name in names if name.casefold() in folded and _holds_name(text, language, name)]
    return [name for name in held if not any(name in other for other in held if other != name)]


def _holds_name(text: str, language: Language, name: str) -> bool:
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)(?:[\s-](?P<next>\w+))?", text, re.IGNORECASE)
    following = [match["next"] or "" for match in found]
    bare = re.sub(rf"^{_ARTICLE}", "", name, flags=re.IGNORECASE)
    return bool(following) and (
        not _is_a_word(bare, language) or any(names_a_piece(word, language) for word in following)
    )


def _listed_sources(text: str, language: Language, names: Iterable[str]) -> list[str]:
    """The names that a question for a list gives, in the nominative or not ("der Süddeutschen Zeitung"), longest first.

    One that is a word of its own only where the articles are said to be of it: "Artikel der Zeit".
    """
    folded = text.casefold()
    found = [name for name in names if _stem_of(name) in folded and _listed(name, language).search(text)]
    return sorted(found, key=len, reverse=True)


def _stem_of(name: str) -> str:
    """The beginning of its first word, which no ending changes."""
    return re.sub(rf"^{_ARTICLE}", "", name, flags=re.IGNORECASE).split(" ")[0].rstrip("e").casefold()


def _listed(name: str, language: Language) -> re.Pattern[str]:
    bare = re.sub(rf"^{_ARTICLE}", "", name, flags=re.IGNORECASE)
    spelled = r"\s".join(f"{re.escape(word.removesuffix('e'))}(?:e?[nrs]?|es)" for word in bare.split())
    if "-" not in bare and _is_a_word(bare, language):
        return re.compile(
            rf"(?:{_PIECE_OF}(?:(?:der|des|dem|den|die|the)\s)?|\b{_SAYS})(?P<name>{spelled})(?![\w-])", re.IGNORECASE
        )
    return re.compile(
        rf"(?<![\w-])(?<!über\s)(?<!about\s)(?<!\bon\s)(?<!\bzu\s)(?<!\bzur\s)(?<!\bzum\s)(?P<name>(?:(?:der|des|dem|den|die|the)\s)?{spelled})(?![\w]|-(?!(?:artikel|bericht|text|beitr)))",
        re.IGNORECASE,
    )


def unfiltered(text: str, limit: Filter, language: Language, corpus: Articles) -> str:
    """A question for a list without the publishers and authors it names, and the period of its filter."""
    for names in (corpus.publishers, corpus.authors):
        for name in _listed_sources(text, language, names):
            text = _listed(name, language).sub(lambda said: said[0].replace(said["name"], " "), text)
    for name in filter(None, (limit.publisher, limit.author)):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    if limit.since or limit.until:
        for said in (_BETWEEN, _ENDED, *_PERIODS, _WHOLE_PERIOD):
            text = said.sub(" ", text)
    return text


def _listed_period(text: str, source: Filter, corpus: Articles, today: date) -> Period:
    """The days that a question for a list limits it to: within, before, from or between what it names.

    A month without a year is the last one in which such an article appeared, or else the last one.
    """

    def bounds(written: str) -> Period:
        if season := _SEASON.fullmatch(written):
            return _season(season)
        years = [] if re.search(r"\d{4}", written) else sorted({day.year for day in corpus.published}, reverse=True)
        found = (_bounds(written, date(year, 12, 31)) for year in years)
        met = ((since, until) for since, until in found if corpus.left_by(replace(source, since=since, until=until)))
        return next(met, None) or _bounds(written, today)

    if match := _BETWEEN.search(text):
        year = re.search(r"\d{4}", match["last"])
        first = match["first"] if year is None or re.search(r"\d{4}", match["first"]) else f"{match['first']} {year[0]}"
        return bounds(first)[0], bounds(match["last"])[1]
    if match := _ENDED.search(text):
        return _ended(match["end"].lower(), *bounds(match["date"]))
    if any(_period(text, today)) and not _PIECES.search(text):
        return _period(text, today)
    if match := _WHOLE_PERIOD.search(text):
        since, until = _in_part(match["part"], *bounds(match["date"]))
        told_of = len(text) - len(subject_of(text, spoken_in(text))) <= match.start()
        if not told_of or corpus.left_by(replace(source, since=since, until=until)):
            return since, until  # else it is of what the articles are about: "über die Wahl 2017"
    return None, None


def _ended(word: str, since: date | None, until: date | None) -> Period:
    """The period that ends or begins at another one."""
    if word in _BEFORE:
        return None, since and since - timedelta(days=1)
    if word in _AFTER:
        return until and until + timedelta(days=1), None
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


def _is_a_word(name: str, language: Language) -> bool:
    """Whether the name is a word of that language, or such words with a hyphen between them."""
    folded = [word.folded for word in content_words(name, language)] if len(name.split()) == 1 else []
    other: Language = "en" if language == "de" else "de"
    return bool(folded) and all(load_lexicon().translations(word, other, inflected=False) for word in folded)


def _period(text: str, today: date) -> Period:
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


def _published(text: str, publisher: str | None, corpus: Articles) -> Period:
    """First and last day of the first date in the text when the publisher, or any, published something."""
    match = _MENTIONED.search(text)
    if match is None:
        return None, None
    years = sorted({day.year for day in corpus.published}, reverse=True)
    for year in years[:1] if re.search(r"\d{4}", match["date"]) else years:
        since, until = _bounds(match["date"], date(year, 12, 31))
        if since is None or until is None:
            break
        since, until = _in_part(match["part"], since, until)
        if corpus.left_by(Filter(publisher=publisher, since=since, until=until)):
            return since, until
    return None, None


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
