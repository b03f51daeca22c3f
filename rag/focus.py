"""What a question asks for, and where a sentence says it."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

from rag.bilingual.lexicon import load_lexicon
from rag.language import OTHER, content_words
from rag.records import Language, Span
from rag.stopwords import STOP_WORDS


class Asked(StrEnum):
    """The kind of answer a question wants."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    WORDS = "words"
    """Somebody's very words."""
    MEANING = "meaning"
    SEVERAL = "several"
    """A list or a comparison."""
    OTHER = "other"


_QUESTIONS: dict[Language, tuple[tuple[Asked, str], ...]] = {
    "de": (
        (
            Asked.NUMBER,
            r"wie ?vie?le?[nrms]?|wie (?:hoch|gro(?:ß|ss)|lange?|alt|weit|oft|häufig|schnell|teuer|schwer|tief)",
        ),
        (Asked.NUMBER, r"was kost\w+|prozent\w*|anteil|anzahl|welche[nr]? (?:zahl|summe|menge|preis|betrag)"),
        (Asked.DATE, r"wann|welche[mnrs]? (?:jahr|tag|monat|datum|wochentag|zeitpunkt|woche)\w*"),
        (Asked.REASON, r"warum|wieso|weshalb|weswegen|wozu|welche[nmr] gr(?:u|ü)nd\w*|begründung"),
        (
            Asked.SEVERAL,
            r"unterscheide\w*|unterschied\w*|vergleich\w*|worin|nenne|zähle|beide[nr]?|welche (?:zwei|drei|vier)",
        ),
        (Asked.PERSON, r"wer|wen|wem|wessen"),
        (
            Asked.PLACE,
            r"wo|wohin|woher|welche[mnrs]? (?:stadt|land|ort|region|gemeinde|bundesland|dorf|gebiet|landesteil)",
        ),
        (
            Asked.WORDS,
            r"mit welche[mnr] (?:worten?|bild|begriff|vergleich|ausdruck)|wie (?:nannte|nennt|bezeichnete?)|wörtlich|als was",
        ),
        (Asked.MEANING, r"was (?:ist|sind|war|waren|bedeutet|heißt|versteht|meint)|versteht man unter"),
    ),
    "en": (
        (Asked.NUMBER, r"how (?:many|much|large|big|high|long|old|far|tall|often|fast|deep)"),
        (Asked.NUMBER, r"(?:what|which) (?:share|sum|amount|age|price|number|percentage|proportion)|percent\w*"),
        (Asked.DATE, r"when|(?:what|which) (?:year|day|date|month|time|weekday|week)|how soon"),
        (Asked.REASON, r"why|(?:what|which) (?:reason|motive|cause)s?|what (?:makes|made)"),
        (Asked.SEVERAL, r"differ\w*|compare\w*|both|list|name (?:the|all)|which (?:two|three|four)"),
        (Asked.PERSON, r"who|whom|whose"),
        (Asked.PLACE, r"where|(?:what|which) (?:city|country|town|region|place|village|state)"),
        (Asked.WORDS, r"(?:what|which) (?:words?|image|metaphor|phrase|term)|how (?:did|does) \w+ (?:describe|call)"),
        (Asked.MEANING, r"what (?:is|are|was|were) (?:a|an|the)|what does .+ mean|meant by"),
    ),
}
_ASKED = {
    language: tuple((asked, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for asked, pattern in patterns)
    for language, patterns in _QUESTIONS.items()
}

_NUMBER_WORDS = (
    r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|\w*zehn|elf|zwölf|\w*zig|\w*(?:hundert|tausend)|\w*und\w*zig|"
    r"dutzende?|hälfte|drittel|viertel|halb\w*|doppelt\w*|verdoppel\w*|million\w*|milliarde\w*|mio|mrd|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w*ty|\w*teen|dozens?|half|third|quarter|"
    r"hundreds?|thousands?|millions?|billions?"
)
_UNITS = (
    r"prozent\w*|%|million\w*|milliarde\w*|mio\.|mrd\.|euro|€|dollar|\$|kilometer\w*|meter\w*|jahre?n?|tage?n?|"
    r"stunden?|minuten?|wochen?|monate?n?|grad|tonnen?|kilo\w*|percent|years?|days?|hours?|people|(?-i:[A-ZÄÖÜ])\w+"
)
_MONTHS = (
    r"januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|"
    r"january|february|march|may|june|july|october|december|jan|feb|apr|jun|jul|aug|sept?|okt|oct|nov|dez|dec"
)
_DAYS = (
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)\w*|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_PERIODS = (
    r"(?:wochen?|monate?n?|jahre?n?|jahres|tage?n?|tages|stunden?|uhr|abend|vorabend|morgen|nacht|mittag|nachmittag|"
    r"frühjahr|frühling|sommer|herbst|winter|jahrhundert\w*|jahresende|monatsende|wochenende|quartal|"
    r"days?|weeks?|months?|years?|hours?|spring|summer|autumn|evening|night)"
)
_DATE = re.compile(
    rf"""\b(?:\d{{4}}-\d\d-\d\d | \d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{4}})?
        | (?:\d{{1,2}}\.?\s|(?:Anfang|Mitte|Ende|early|late)\s)?(?:{_MONTHS})\b\.?(?:\s\d{{1,2}},)?(?:\s\d{{4}})?
        | (?:1[5-9]|20)\d\d(?!\s(?:(?-i:[A-ZÄÖÜ])|people|men|women|children|soldiers|jobs|homes|workers|cases|votes)) | {_DAYS} | heute | gestern | today | yesterday | tomorrow
        | (?:(?:seit|vor|nach|in|am|bis|zum|im|binnen|for|since|within|after|before)\s)?(?:\w+\s){{0,2}}?{_PERIODS}
        | (?:nächste\w*|kommende\w*|vergangene\w*|vorige\w*|letzte\w*|next|last)\s\w+ )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:\d[\d., ]*\d|\d|(?:{_NUMBER_WORDS})\b)(?:\s(?:bis|zu|to|von|of)\s\w+)?(?:\s?(?:{_UNITS})(?!\w))?",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:niemand\w*|(?:keine?[nrms]?|no)\s(?P<counted>\w+)|nobody|no one|none)\b", re.IGNORECASE)
COUNTED_LETTERS = 4
"""Letters of what is counted that the question must hold: "keine Toten" tells how many "Tote", "kein Zweifel" nothing."""

_COUNTED_PERIOD = re.compile(rf"(?:\d|\b(?:{_NUMBER_WORDS}))\s(?:\w+\s)?{_PERIODS}\b", re.IGNORECASE)
"""A number of years or hours, and no date: "for three years"."""

_AMOUNT = re.compile(rf"(?P<number>\d[\d., ]*\d|\d|(?:{_NUMBER_WORDS}))\s?(?P<counted>{_UNITS})", re.IGNORECASE)
NUMBERS = {
    word: number
    for words, numbers in (
        (
            "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
            range(2, 20),
        ),
        (
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
            range(2, 20),
        ),
        ("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig", range(20, 100, 10)),
        ("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
    )
    for word, number in zip(words.split(), numbers, strict=True)
}
_THOUSANDS: dict[Language, re.Pattern[str]] = {
    "de": re.compile(r"(?<=\d)[. ](?=\d{3}(?!\d))"),
    "en": re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))"),
}
_NOT_A_NAME = "|".join(word.capitalize() for word in sorted(STOP_WORDS["de"] | STOP_WORDS["en"]))
_NAME = re.compile(
    rf"\b(?!(?:{_NOT_A_NAME})\b)[A-ZÄÖÜ][\w’'-]*[a-zäöüß](?:\s(?:von|van|de|der|al|bin|Mc|[A-Z]\.))?"
    r"(?:\s[A-ZÄÖÜ][\w’'-]*[a-zäöüß])+"
)
_ADJECTIVE = re.compile(r"e[mnrs]?$")
_CLAIMS_REASON = re.compile(
    r"\b(?:weil|da|denn|zumal|deshalb|daher|darum|deswegen|wegen|aufgrund|angesichts|infolge\w*|dank d\w+|abhäng\w*|grund|"
    r"gründen?|ursachen?|begründe\w*|damit|um\b.{3,90}\bzu|sonst|because|since|due|reasons?|therefore|so that|in order|"
    r"owing|thanks to|depend\w*|as a result|amid)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[„“\"»«‚‘].+?[“”\"«»‘’]")

_SAID_BY = {
    Asked.NUMBER: _NUMBER,
    Asked.DATE: _DATE,
    Asked.REASON: _CLAIMS_REASON,
    Asked.WORDS: QUOTED,
}
TRANSLATED = 0.3
"""Probability of its translations from which a word is one of the dictionary: "Treffen", not "Macron"."""

_MARKED = frozenset({Asked.NUMBER, Asked.DATE, Asked.WORDS})
_NEW = frozenset({Asked.NUMBER, Asked.DATE, Asked.PERSON})
"""What the question does not know yet."""

_PRICE_ASKED = (
    r"was kost\w+|wie ?viel\b.*\b(?:kost\w+|(?-i:(?:be)?zahl(?:t|te|en|ten))|verdien\w*|geld|wert)|"
    r"how much\b.*\b(?:costs?|pay|paid|earn\w*|money|worth|charge\w*)|"
    r"(?:welche\w*|what|which)\b.*\b(?:preis|summe|betrag|gehalt|price|salary)|wie teuer|how expensive|"
    r"(?:viele?|many) (?:euro|dollar|pfund|pound)s?"
)
_SHARE = (
    r"%|\b(?:prozent\w*|percent\w*|per cent|hälfte|(?:zwei|drei)?(?:drittel|viertel)|\w*(?:fünftel|zehntel)|half|"
    r"(?:a|one|two|three)[ -](?:third|quarter|fifth|tenth)s?|thirds?|quarters?|\w+ in (?:two|three|four|five|six|eight|ten)|"
    r"jede[rs]? \w+te)\b"
)
_PRICE = (
    r"[€$£]|\b(?:euros?|eur|usd|chf|dollars?|pfund|pounds?|cents?|pence|rappen|franken|francs?|kron(?:en|or|er)|rubel|yen|"
    r"mio|mrd|millionen|million|milliard\w*|billions?|billionen|trillions?|\d+(?:p|bn|m))\b|"
) + _SHARE
"""A price may have risen by a share."""

_LENGTH = (
    r"\b(?:\w*(?:jahr|stunde|minute|woche|monat|sekunde|kilometer)\w*|meter\w*|tage?n?|km|years?|days?|hours?|weeks?|months?|"
    r"minutes?|seconds?|decades?|centur\w+|nights?|nächten?|metres?|meters?|miles?|yards?|feet|foot|until|bis)\b"
)
_AGE = (
    r"\b\d{1,3}[ -]?(?:jahre?|jährige?\w*|years?|year-old)|jährige?\w*\b|\b(?:jahre|monate|wochen|years|months|weeks)\W(?:alt|old)|"
    r"\b(?:geboren|born|aged?|altere?s?)\b|,\s\d{1,3},"
)
_DAY = (
    rf"\b(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.|(?:{_MONTHS})\b)|\d{{1,2}}(?:th|st|nd|rd)?\s(?:of\s)?(?:{_MONTHS})\b|"
    rf"(?:{_MONTHS})\s\d|{_DAYS}|\d{{4}}-\d\d-\d\d|heute|gestern|today|yesterday)"
)
_MEASURES = tuple(
    (asked, re.compile(rf"\b(?:{wanted})\b", re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, wanted, told in (
        (Asked.NUMBER, _PRICE_ASKED, _PRICE),
        (Asked.NUMBER, r"prozent\w*|anteil|percent\w*|(?:what|which) share|proportion", _SHARE),
        (Asked.NUMBER, r"wie lange|how long", _LENGTH),
        (Asked.NUMBER, r"wie alt|how old|(?:what|which) age", _AGE),
        (Asked.DATE, r"welche[mnrs]? jahr|(?:what|which) year", r"\b(?:1[5-9]|20)\d\d\b"),
        (Asked.DATE, r"welche[mnrs]? (?:tag|datum|wochentag)|(?:what|which) (?:date|day|weekday)", _DAY),
    )
)
"""Of a kind, what a question may ask for more narrowly, and how a sentence in either language tells it."""


def asked_for(question: str, language: Language) -> Asked:
    """What the question wants of the story, by its question words; the first pattern that fits decides."""
    return next((asked for asked, pattern in _ASKED[language] if pattern.search(question)), Asked.OTHER)


def is_date(word: str) -> bool:
    """Whether the word is a date: a month, a day, a year."""
    return _DATE.fullmatch(word) is not None


def holds(asked: Asked, question: str, sentence: str, language: Language) -> bool:
    """Whether the sentence holds something of the kind: a reason, a quotation, or a number, date or name that is new.

    A price, a share, a duration, an age, a year and a day must be told as such. True for kinds that no pattern tells.
    ``language`` is the sentence's.
    """
    if asked in _NEW:
        measures = [told for of, wanted, told in _MEASURES if of is asked and wanted.search(question)]
        told_so = not measures or any(told.search(sentence) for told in measures)
        return told_so and find_focus(asked, question, sentence, language) is not None
    pattern = _SAID_BY.get(asked)
    return pattern is None or pattern.search(sentence) is not None


def amount(text: str, language: Language) -> tuple[str, str] | None:
    """The number, in digits, and what is counted in a focus such as ``26 Länder``.

    None where it does not say both, or says the number in words that may mean one of several: ``Dutzende``.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    told = match["number"].lower()
    number = _in_digits(told, language) if told[0].isdigit() else str(NUMBERS.get(told, ""))
    return (number, match["counted"]) if number else None


def _in_digits(told: str, language: Language) -> str:
    """The number as any language and precision would say it: "1.5" for "1,50"; what is no number as it is."""
    plain = _THOUSANDS[language].sub("", told)
    try:
        return f"{Decimal(plain.replace(',', '.') if language == 'de' else plain).normalize():f}"
    except InvalidOperation:
        return plain


def find_focus(asked: Asked, question: str, sentence: str, language: Language) -> Span | None:
    """Where the sentence says what was asked for: the first stretch of that kind that the question lacks.

    ``language`` is the sentence's.
    """
    if asked is Asked.PERSON:
        known = question.lower()
        new = (span for span, words in person_names(sentence, language) if words[-1].lower() not in known)
        return next(new, None)
    if asked not in _MARKED:
        return None
    found = _DATE.finditer(sentence) if asked is Asked.NUMBER else ()
    dates = [match.span() for match in found if not _COUNTED_PERIOD.search(match[0])]
    for match in _SAID_BY[asked].finditer(sentence):
        inside_date = any(start <= match.start() < end for start, end in dates)
        asked_already = re.search(rf"(?<!\w){re.escape(match[0])}(?!\w)", question, re.IGNORECASE)
        if not asked_already and not inside_date:
            return match.span()
    return _none_of(question, sentence) if asked is Asked.NUMBER else None


def _none_of(question: str, sentence: str) -> Span | None:
    """Where the sentence says that there is none of what the question counts."""
    for match in _NONE.finditer(sentence):
        counted = (match["counted"] or "").lower()[:COUNTED_LETTERS]
        if counted in question.lower():
            return match.span()
    return None


def person_names(sentence: str, language: Language) -> Iterator[tuple[Span, list[str]]]:
    """Names of persons, and the words of them that are in no dictionary.

    These are capitals in a row: two of which no dictionary has ("Keir Starmer"), or the last, behind what is no
    adjective ("Maria Sacharowa", not "Europäische Union").
    """
    for match in _NAME.finditer(sentence):
        words = match[0].split()
        own = [word for word in words if not is_in_dictionary(word, language)]
        if len(own) > 1 or (own == words[-1:] and not _ADJECTIVE.search(words[-2])):
            yield match.span(), own


@lru_cache(maxsize=1 << 14)
def is_in_dictionary(word: str, language: Language) -> bool:
    """Whether the lexicon likely translates the word; what is the same in both languages it does not list."""
    folded = [found.folded for found in content_words(word, language)]
    found = (entry for one in folded for entry in load_lexicon().translations(one, OTHER[language]))
    shares = (share for translation, share in found if len(translation) > 1)  # "s" is what is left of "Tubman's"
    return not folded or sum(shares) > TRANSLATED
