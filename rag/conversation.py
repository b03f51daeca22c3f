"""A follow-up and the questions before it -> a question that stands alone; and what is no question."""

import re
from collections.abc import Sequence

from rag.language import LANGUAGES, content_words, detect
from rag.records import Language, Question

FEW_WORDS = 2
"""A question with at most so many content words leans on the one before it: "Um wie viel pro Jahr?"."""

_OPENERS: dict[Language, str] = {
    "de": r"und|aber|oder|also|was ist mit|wie sieht es (?:mit|bei)|wieso|warum",
    "en": r"and|but|or|so|what about|how about",
}
_POINTERS: dict[Language, str] = {
    "de": r"er|sie|ihn|ihm|ihnen|dessen|deren|dazu|davon|damit|dafür|dagegen|darüber|daran|dabei|daraus|darauf|"
    r"dort|dorthin|beiden?|dies(?:e[mnrs]?)?|jene[mnrs]?|derselben?|letztere[rn]?",
    "en": r"he|she|they|them|him|her|his|hers|their|it|its|that|this|those|these|there|both|then",
}
_FOLLOWS = {
    language: re.compile(rf"^\W*(?:{_OPENERS[language]})\b|\b(?:{_POINTERS[language]})\b", re.IGNORECASE)
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


def stand_alone(asked: str, history: Sequence[str]) -> Question:
    """The question with what it leans on: ``history`` holds the earlier questions, oldest first.

    A follow-up is searched behind the question it follows, and that one likewise.
    """
    language = detect(asked)
    if not history or not follows(asked, language):
        return Question(asked, asked, language)
    earlier = stand_alone(history[-1], history[:-1])
    return Question(asked, f"{earlier.text} {asked}", language)


def follows(asked: str, language: Language) -> bool:
    """Whether the question leans on an earlier one: by its opening, a pronoun, or too few words.

    Bare keywords ("Alaska Gipfel") stand alone, however few.
    """
    said, content = len(asked.split()), len(content_words(asked, language))
    return bool(_FOLLOWS[language].search(asked)) or (content <= FEW_WORDS and content < said)
