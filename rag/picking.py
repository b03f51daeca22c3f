"""Which of several articles a question means: the newest, the three oldest, the second of a list."""

import re

from rag.asking import AGES, ONE, ORDINALS, PLACED
from rag.focus import NUMBERS
from rag.language import LANGUAGES, patterns
from rag.pieces import subject_of
from rag.records import Age, Language

_AGE = {language: re.compile(rf"\b{AGES[language]}\b", re.IGNORECASE) for language in LANGUAGES}
_OLD = ("ält", "oldest", "earliest")
_ONE_OF_AGE = patterns(
    de=r"\b(?:der|die|das)\s(?:aller)?(?:neueste|jüngste|aktuellste|älteste|letzte)\b",
    en=rf"\b{AGES['en']}(?:\s{ONE['en']}|\W*$)",
)
"""In German "neueste" is of one, "neuesten" of many."""
COUNTS = {word: number for word, number in NUMBERS.items() if number <= 10}
_COUNT = rf"\d{{1,3}}|{'|'.join(COUNTS)}"
_COUNTED = {
    language: re.compile(rf"\b(?:(?P<count>{_COUNT})\s{ages}|{ages}\s(?P<behind>{_COUNT})\b)", re.IGNORECASE)
    for language, ages in AGES.items()
}
"""As many of an age: "die drei neuesten", "the last 5"."""
_PLACE = patterns(
    de=rf"\b(?P<place>{PLACED['de']}e[nrsm]?)\b|\b(?:artikel|nummer|nr\.?)\s(?P<number>\d{{1,2}})\b",
    en=rf"\b(?P<place>{PLACED['en']})\b|\b(?:article|number|no\.?)\s(?P<number>\d{{1,2}})\b",
)
"""A place in a list: "den zweiten", "article 4"."""


def age_asked(question: str, language: Language) -> Age | None:
    """Whether the newest articles are to come first, or the oldest; an age of what they are about is none."""
    said = _AGE[language].search(_before_subject(question, language))
    if said is None:
        return None
    return "oldest" if said[0].lower().startswith(_OLD) else "newest"


def number_asked(question: str, language: Language) -> int | None:
    """How many articles are asked for by their age: one ("der neueste"), or as many as it says."""
    asked = _before_subject(question, language)
    if counted := _COUNTED[language].search(asked):
        said = (counted["count"] or counted["behind"]).lower()
        return COUNTS.get(said) or max(1, int(said))
    return 1 if _ONE_OF_AGE[language].search(asked) else None


def _before_subject(question: str, language: Language) -> str:
    return question.removesuffix(subject_of(question, language))


def place_asked(question: str, language: Language) -> int | None:
    """Which article of a list before is meant, from 0; -1 for the last one; None where it does not say."""
    match = _PLACE[language].search(question)
    if match is None:
        return None
    word = (match["place"] or match["number"]).lower()
    if word.isdigit():
        return max(0, int(word) - 1)
    return next((at for at, stem in enumerate(ORDINALS[language]) if word.startswith(stem)), -1)
