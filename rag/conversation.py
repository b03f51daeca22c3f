"""What is asked: a question that stands alone, a follow-up that leans on earlier ones, or more of the same."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag.asking import ORDINALS, PLACED, Overview
from rag.filters import ACCORDING
from rag.focus import is_date
from rag.holdings import asks_what_happened
from rag.language import LANGUAGES, counted_words, patterns, spoken_in, tokens
from rag.overview import is_list, list_asked, overview_asked, points_back, subject_words
from rag.picking import place_asked
from rag.records import Language, Question
from rag.talk import LISTED, more_asked, small_talk
from rag.voices import voice_asked

FEW_WORDS = 2
"""A question with so few content words may lean on the one before it: "Um wie viel pro Jahr?"."""

EARLIER_CHARS = 300
"""How much of an earlier question counts: the model reads only so much."""

_JOINED: dict[Language, str] = {
    "de": r"(?:und|aber|oder|also)(?![\w-])",
    "en": r"(?:and|but|or|so(?!\s(?:far|called|many|much)\b))(?![\w-])",
}
"""But for a name that begins so ("Oder-Deich") and a word that says more with the next one."""

_OPENERS: dict[Language, str] = {
    "de": rf"{_JOINED['de']}|was ist mit|wie sieht es (?:mit|bei)",
    "en": rf"{_JOINED['en']}|so far|what about|how about",
}
_POINTS_NOWHERE = "".join(f"(?<!{verb} )" for verb in "gibt gab geht ging kommt kam handelt".split())
"""Es, but for "gibt es"."""
_THEREOF = "bei durch für gegen hinter mit nach neben ran raus rauf rin rüber runter von vor zu zwischen".replace(
    " ", "|"
)
_POINTERS: dict[Language, str] = {
    "de": rf"{_POINTS_NOWHERE}es|er|ihn|ihm|ihnen|(?-i:sie)|beiden?|diese[mnrs]?|dort|dorthin"
    rf"|(?<!, )da(?:{_THEREOF})|das (?:de[mnr]|die|eine?[nmrs]?|auch|denn|eigentlich|jetzt|nicht|so)",
    "en": r"he|she|they|them|him|it|this|these|those|too|(?:on|about|of|to|after) that",
}
_POSSESSIVES: dict[Language, str] = {"de": r"ihre?[nmrs]?|seine?[nmrs]?|dessen|deren", "en": r"his|her|their|its"}
_LEANS = {
    language: re.compile(
        rf"^\W*(?:{_OPENERS[language]})\b"  # Und wann?
        rf"|\b(?:{_POINTERS[language]})\b"  # Wo war er?
        rf"|^\W*\w+(?-i:[^A-ZÄÖÜ]*)\b(?:{_POSSESSIVES[language]})\b"  # Wer ist sein Nachfolger?
        r"|\b(?:das|die|that|there)\W*$|\bdas(?-i:\s[a-zäöüß]+)\W*$",  # Wer sagt das? Was hat das gekostet?
        re.IGNORECASE,
    )
    for language in LANGUAGES
}
"""A possessive behind a name or, in German, a noun may be that one's: "Wann legte Merz sein Amt nieder?"."""

_SOURCED = {language: re.compile(rf"^\W*(?:{ACCORDING[language]})\b", re.IGNORECASE) for language in LANGUAGES}
_ENDINGS = re.compile(r"(?<=\w)['’](?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
"""What is no word of its own: "Putin's"."""

_ASKING = patterns(de=r"\b(?:wie\s\w+|seit|bis|ab|genau)\b", en=r"\b(?:how\s\w+|since|until|exactly|else)\b")
"""What makes up a question together with a question word: "wie lange", "bis wann genau"."""

_LIST_GOES_ON = patterns(
    de=r"\W*und\s(?P<rest>(?:über|zu[mr]?|(?P<when>im|in|aus|seit|vor|nach|bis|ab))\s.+)",
    en=r"\W*(?:and|(?:and\s)?what\sabout)\s(?P<rest>(?:on|about|regarding|(?P<when>in|from|since|before|after|until))\s.+)",
)
"""Behind a list of articles asks for those on another subject, or of another time."""
_CAPITALS = r"(?-i:[A-ZÄÖÜ])[\w.’'-]*"
_AND_WHO = {
    language: re.compile(
        rf"\W*(?:{_OPENERS[language]})\s(?P<who>(?:(?:der|die|das|dem|the)\s)?{_CAPITALS}(?:\s{_CAPITALS}){{0,3}})\W*",
        re.IGNORECASE,
    )
    for language in LANGUAGES
}
"""Asks the same of somebody else: "Und Ann Lee?"."""
_PLACED = patterns(
    de=rf"\W*(?:de[nrms]|die|das|nummer|artikel)\s(?:{PLACED['de']}e[nrsm]?|\d{{1,2}})(?:\sartikel)?(?:\sbitte)?\W*",
    en=rf"\W*(?:the|number|article)\s(?:{PLACED['en']}|\d{{1,2}})(?:\s(?:one|article))?(?:\splease)?\W*",
)
"""Names one of a list before, and nothing else: "den zweiten"."""
_LEADING_ARTICLE = re.compile(r"\b(?:der|die|das|dem|the)\s(?-i:[A-ZÄÖÜ])", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WHICH = re.compile(
    r"\W*(?:und\s|and\s)?(?:(?:in|aus|von)\s)?(?:welche[nr]?|which)(?:\sartikeln?|\sarticles?|\sones?)?"
    r"(?:\s(?:sind\sdas|are\s(?:they|those)))?\W*",
    re.IGNORECASE,
)
"""Asks which articles were counted: "In welchen Artikeln?"."""

_ON: dict[Language, str] = {"de": "über", "en": "on"}
_OPEN: dict[Language, str] = {"de": "Öffne den {} Artikel", "en": "Open the {} article"}
_PLACES: dict[Language, list[str]] = {"de": [f"{stem}en" for stem in ORDINALS["de"]], "en": [*ORDINALS["en"]]}
_LAST: dict[Language, str] = {"de": "letzten", "en": "last"}
_HAPPENED: dict[Language, str] = {"de": "Was geschah", "en": "What happened"}
_ARTICLES: dict[Language, str] = {"de": "Artikel", "en": "articles"}
"""How what is asked behind a list is put as a question of its own."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was asked so far, without what asked nothing of the articles."""

    questions: tuple[str, ...] = ()
    """Oldest first."""
    further: tuple[int, int] = (0, 0)
    """How often more was asked for behind the last one but one, and behind the last one."""

    sources: Collection[str] = ()
    """Names of publishers and authors, by which a list may be asked for."""

    def asks_for_more(self, text: str) -> bool:
        """Whether it asks to be shown more of what the last question asked for."""
        if not self.questions or more_asked(text):
            return bool(self.questions)
        listed = [listed for listed in LISTED if more_asked(text, listed)]
        return bool(listed) and list_asked(self.questions[-1], self.sources) in listed

    def behind(self, text: str) -> "Past":
        """What the text is asked behind: for another one of a list the list, whatever of it was opened since."""
        past = self
        while _is_placed(text) and past.questions and _is_placed(past.questions[-1]):
            past = replace(past, questions=past.questions[:-1], further=(0, past.further[0]))
        return past


def past_of(history: Sequence[str], sources: Collection[str] = ()) -> Past:
    """``history`` holds all that was said so far, oldest first; ``sources`` as in ``Past``."""
    past = Past(sources=sources)
    for text in map(legible, history):
        if past.asks_for_more(text):
            past = replace(past, further=(past.further[0], past.further[1] + 1))
        elif small_talk(text) is None and more_asked(text) is None:
            past = replace(past, questions=(*past.questions, text), further=(past.further[1], 0))
    return past


def legible(text: str) -> str:
    """The text with a question mark for what is no Unicode, as a terminal may send it."""
    return text.encode("utf-8", "replace").decode()


def readings(asked: str, history: Sequence[str]) -> list[Question]:
    """The question as it may be meant, likeliest first; ``history`` holds the earlier ones, oldest first.

    A follow-up is read behind what it follows, without the "And" that joins it to that. One that holds more, or a short
    question, may be none after all: it is read behind it first, and then alone, unless it holds nothing but question
    words, to which any article has an answer ("Wie lange?").
    """
    asked, *history = map(legible, (asked, *history))
    language = spoken_in(asked)
    if not history:
        return [Question(asked, asked, language)]
    if (of_list := _behind_list(asked, history, language)) is not None:
        return [of_list]
    if _stands_alone(asked):
        return [Question(asked, asked, language)]
    leans, short = _leans(asked, language), _is_short(asked, language)
    own = _unjoined(asked, language)
    alone = Question(asked, own, language)
    behind = replace(alone, earlier=" ".join(leaned_on(history)))
    if (of_another := _of_another(asked, history, language)) is not None:
        is_office = _LEADING_ARTICLE.search(own) is not None  # or a thing: "Und die Kosten?"
        return [replace(alone, asked=of_another), *([behind] if is_office else [])]
    if short and (leans or not counted_words(_ASKING[language].sub("", asked), language)):
        return [behind]
    return [behind, alone]


def _of_another(asked: str, history: Sequence[str], language: Language) -> str | None:
    """The question before, of somebody else's words: "Und Macron?" behind "Was sagt Merz zur Rente?"."""
    match, own = _AND_WHO[language].fullmatch(asked), voice_asked(asked, language)
    who = match["who"] if match else own.phrase if own and own.verbatim and own.alone else None
    before = (text for text in reversed(history) if not _AND_WHO[spoken_in(text)].fullmatch(text))
    asked_of = next(before, "")
    voice = voice_asked(asked_of, spoken_in(asked_of))
    return _unjoined(asked_of, language).replace(voice.phrase, who) if who and voice and voice.verbatim else None


def _is_placed(asked: str) -> bool:
    """Whether it names one of a list by its place, and nothing else: "den zweiten"."""
    return any(_PLACED[language].fullmatch(_unjoined(asked, language)) for language in LANGUAGES)


def _behind_list(asked: str, history: Sequence[str], language: Language) -> Question | None:
    """What is asked behind a list of articles, or of what happened in a period: those on another subject or of another
    time, in the year named before; the same once more; or one of them.
    """
    before = (text for text in reversed(history) if _LIST_GOES_ON[spoken_in(text)].match(text) is None)
    listed = next(before, "")
    dated = any(asks_what_happened(listed, one) for one in LANGUAGES)
    if not (dated or is_list(listed)):
        return None
    if rest := _other_list(asked, language):
        year = _YEAR.search(listed)
        if is_date(rest.split()[-1]):
            subject = [] if dated else _subject_of_list(listed)
            rest = " ".join([_ON[language], *subject, rest]) if subject else rest
            rest += f" {year[0]}" if year and not _YEAR.search(rest) else ""
        return Question(asked, f"{_HAPPENED[language] if dated else _ARTICLES[language]} {rest}", language)
    if _WHICH.fullmatch(asked):
        return Question(asked, listed, spoken_in(listed))
    place = place_asked(asked, language) if _is_placed(asked) else None
    if place is None or place >= len(_PLACES[language]):
        return None
    said = _LAST[language] if place < 0 else _PLACES[language][place]
    return Question(asked, _OPEN[language].format(said), language, " ".join(leaned_on(history)))


def _subject_of_list(asked: str) -> list[str]:
    """The words for what a list was asked for on; none where it was of all articles."""
    return [word for word in subject_words(asked, spoken_in(asked)) if not is_date(word)]


def _other_list(asked: str, language: Language) -> str | None:
    """What other articles are asked for behind a list: those on another subject, or of another time."""
    match = _LIST_GOES_ON[language].match(asked)
    if match is None or (match["when"] and not any(is_date(word[0]) for word in tokens(match["rest"]))):
        return None
    return match["rest"].rstrip("?!. ")


def asked_again(question: Question, history: Sequence[str]) -> Question:
    """The last earlier question, behind the one it leans on, where a question says to look that says no more."""
    *before, last = leaned_on(history)
    return replace(question, asked=_unjoined(last, spoken_in(last)), earlier=" ".join(before), where=question.asked)


def leaned_on(history: Sequence[str]) -> list[str]:
    """What a follow-up leans on, oldest first: the last question, and if that leans too the last one that does not.

    Two at most, as many characters of each as count; none without a history.
    """
    if not history:
        return []
    *before, last = (earlier[:EARLIER_CHARS] for earlier in history)
    if not before or _stands_alone(last):
        return [last]
    return [next(filter(_stands_alone, reversed(before)), before[0]), last]


def _stands_alone(asked: str) -> bool:
    """Whether it leans on nothing and is not short, or is what somebody says: "Was sagt Merz?"."""
    language = spoken_in(asked)
    voice = voice_asked(asked, language)
    is_whole = voice is not None and voice.verbatim and voice.alone
    return not _leans(asked, language) and (is_whole or not _is_short(asked, language))


def _leans(asked: str, language: Language) -> bool:
    return _LEANS[language].search(asked) is not None


def _unjoined(asked: str, language: Language) -> str:
    """Without the word that joins it to what was said before: "Wie viele?" for "Und wie viele?"."""
    joined = re.match(rf"\W*{_JOINED[language]}\W*(?=\w)", asked, re.IGNORECASE)
    return asked[joined.end()].upper() + asked[joined.end() + 1 :] if joined else asked


def _is_short(asked: str, language: Language) -> bool:
    """Whether it has few content words among others, or behind "laut" but a source; bare keywords ("Alaska Gipfel") are
    a question of their own. One for an overview is short where it is of what was spoken of, or sums up no article that
    it names.
    """
    wanted = overview_asked(asked, language)
    if wanted is not None:
        of_before = wanted is Overview.SUMMARY and not subject_words(asked, language)
        return of_before or points_back(asked, language)
    said = _ENDINGS.sub("", asked)
    content = counted_words(_SOURCED[language].sub("", said), language)
    return content <= FEW_WORDS and content < sum(1 for _ in tokens(said))
