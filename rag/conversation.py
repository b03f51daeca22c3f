"""What is asked: a question that stands alone, a follow-up that leans on earlier ones, or nothing at all."""

import re
from collections.abc import Sequence

from rag.language import LANGUAGES, counted_words, detect
from rag.records import Language, Question

FEW_WORDS = 2
"""A question with so few content words may lean on the one before it: "Um wie viel pro Jahr?"."""

EARLIER_QUESTIONS = 2
EARLIER_CHARS = 300
"""How far back a follow-up reaches, and how much of each question: the model reads only so much."""

_OPENERS: dict[Language, str] = {
    "de": r"und|aber|oder|also|was ist mit|wie sieht es (?:mit|bei)",
    "en": r"and|but|or|so|what about|how about",
}
_POINTERS: dict[Language, str] = {
    "de": r"er|ihn|ihm|ihnen|dazu|davon|dafür|dagegen|darüber|daran|daraus|darauf|dort|dorthin|beiden?|diese[mnrs]?",
    "en": r"he|she|they|them|him|her|his|their|it|its|this|these|those",
}
_LEANS = {
    language: re.compile(
        rf"^\W*(?:{_OPENERS[language]})\b|\b(?:{_POINTERS[language]}|(?-i:sie)|(?:on|about|of|to|after) that)\b"
        r"|\b(?:das|that|there)\W*$",
        re.IGNORECASE,
    )
    for language in LANGUAGES
}
_GREETINGS: dict[Language, str] = {
    "en": r"hello|hi|hey|good (?:morning|evening|afternoon)|thanks?(?: you)?(?: very much| a lot)?|great|super|bye"
    r"|ok(?:ay)?(?!$)|how are you|who are you|what (?:can|do) you do|help(?: me)?",
    "de": r"hallo|hi|hey|moin|servus|guten (?:tag|morgen|abend)|danke(?: schön| sehr)?|vielen dank|super|prima"
    r"|tschüss|ok(?:ay)?|test|wie geht(?:['’]?s| es)(?: dir| ihnen)?|wer (?:bist du|sind sie)"
    r"|was (?:kannst du|können sie)",
}
_GREETED: dict[Language, str] = {"en": "there|all|everyone|belegt", "de": "zusammen|belegt"}
_ONLY_SMALL_TALK = {
    language: re.compile(
        rf"\W*(?:(?:{_GREETINGS[language]})(?:\W+|$)(?:(?:{_GREETED[language]})(?:\W+|$))*)+", re.IGNORECASE
    )
    for language in reversed(LANGUAGES)
}


def small_talk(text: str) -> Language | None:
    """The language in which nothing is asked: a greeting, thanks, who are you; German for no word at all."""
    if not re.search(r"\w", text):
        return "de"
    return next((language for language, only in _ONLY_SMALL_TALK.items() if only.fullmatch(text)), None)


def legible(text: str) -> str:
    """The text with a question mark for what is no Unicode, as a terminal may send it."""
    return text.encode("utf-8", "replace").decode()


def readings(asked: str, history: Sequence[str]) -> list[Question]:
    """The question as it may be meant, likeliest first; ``history`` holds the earlier ones, oldest first.

    A follow-up is read behind what it follows. A short question may be one or not: it is read alone first.
    """
    asked, *history = map(legible, (asked, *history))
    language = detect(asked)
    alone = Question(asked, asked, language)
    if not history:
        return [alone]
    behind = Question(asked, " ".join([*_chain(history), asked]), language)
    if _LEANS[language].search(asked):
        return [behind]
    return [alone, behind] if _is_short(asked, language) else [alone]


def _chain(history: Sequence[str]) -> list[str]:
    """The last question, with the one before it where it leans on that, oldest first."""
    chain: list[str] = []
    for earlier in reversed(history[-EARLIER_QUESTIONS:]):
        chain.insert(0, earlier[:EARLIER_CHARS])
        language = detect(earlier)
        if not _LEANS[language].search(earlier) and not _is_short(earlier, language):
            break
    return chain


def _is_short(asked: str, language: Language) -> bool:
    """Whether it has few content words among others; bare keywords ("Alaska Gipfel") are a question of their own."""
    content = counted_words(asked, language)
    return content <= FEW_WORDS and content < len(asked.split())
