"""What is asked: a question that stands alone, a follow-up that leans on earlier ones, or nothing at all."""

import re
from collections.abc import Sequence

from rag.language import LANGUAGES, content_words, detect
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
_SMALL_TALK = re.compile(
    r"""\W*(?:hallo|hi|hey|hello|moin|servus|guten\s(?:tag|morgen|abend)|good\s(?:morning|evening|afternoon)
        |danke(?:\s?schön)?|vielen\sdank|thanks?(?:\syou)?|ok(?:ay)?|super|prima|great|tschüss|bye|test
        |wie\sgeht(?:'|’)?(?:s|\ses)(?:\s(?:dir|ihnen))?|how\sare\syou)
        (?:\s(?:zusammen|belegt|there|all|everyone|very\smuch|sehr))?\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_small_talk(text: str) -> bool:
    """Whether nothing is asked: no word at all, a greeting, thanks."""
    return not re.search(r"\w", text) or _SMALL_TALK.fullmatch(text) is not None


def readings(asked: str, history: Sequence[str]) -> list[Question]:
    """The question as it may be meant, likeliest first; ``history`` holds the earlier ones, oldest first.

    A follow-up is read behind what it follows. A short question may be one or not: it is read alone first.
    """
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
    content = len(content_words(asked, language))
    return content <= FEW_WORDS and content < len(asked.split())
