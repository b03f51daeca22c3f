"""Questions typed in a hurry: a word that nobody knows is read as a known one that is a slip of the finger away."""

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Protocol

from rag.bilingual.lexicon import load_lexicon
from rag.language import LANGUAGES, QUESTION_WORDS, folded, stem, tokens
from rag.records import Language
from rag.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from spellchecker import SpellChecker

LEAST = 4
"""Letters of a word that is looked at; shorter ones have too many neighbours."""

LEAST_TOLD = 5
"""Letters of a word that may be meant as one that tells something, not only as "which" or "wollen"."""

LEAST_CAPITAL = 8
"""Letters of one with a capital: it may be a name, and short names lie close together."""

PART = 3
"""Letters of each part of a compound at least."""

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzäöüß")


class Told(Protocol):
    """What the articles say of words in lower case."""

    def indexed(self, words: Collection[str]) -> Collection[str]:
        """Those of the words that an article holds, in any form."""

    def written(self, word: str) -> bool:
        """Whether one holds this very word, or a longer one."""


def mended(text: str, language: Language, told: Told) -> str:
    """The question with its misspelt words as they were meant; what is known, or like nothing known, stays.

    Known is what a dictionary of the language, the lexicon or an article holds, and a German compound of such words.
    The first letter is taken to be right. Of several words the likeliest meant is one that asks, then another of
    grammar, then one of the lexicon that the articles hold too, then any of the lexicon, then any of theirs, the more
    frequent the likelier. A word of the dictionary alone finds nothing, and that no article holds it is better said.
    """
    parts, end = [], 0
    for match in tokens(text):
        opens = not text[: match.start()].strip()
        meant = _meant(match[0], language, told, opens)
        if meant is not None:
            parts += [text[end : match.start()], meant]
            end = match.end()
    return "".join([*parts, text[end:]])


def _meant(token: str, language: Language, told: Told, opens: bool) -> str | None:
    """What a word was meant to be; None for itself."""
    word, capital = token.lower(), token[0].isupper() and not opens
    if not token.isalpha() or len(token) < (LEAST_CAPITAL if capital else LEAST) or token.isupper():
        return None
    spoken = LANGUAGES if len(word) >= LEAST_TOLD else (language,)
    if told.indexed([word]) or any(_known(word, one) for one in spoken) or (language == "de" and _is_compound(word)):
        return None
    dictionary = _dictionary(language)
    near = [slip for slip in dictionary.edit_distance_1(word) if slip[0] == word[0] and _LETTERS.issuperset(slip)]
    likeliest = [slip for slip in near if slip in QUESTION_WORDS[language]]
    likeliest = likeliest or [slip for slip in near if slip in STOP_WORDS[language]]
    if not likeliest and len(token) >= LEAST_TOLD:
        held = {slip for slip in told.indexed(near) if told.written(slip)}
        known = {slip for slip in near if _known(slip, language) and _translated(slip, language)}
        if any(_stem(slip, language) == _stem(word, language) for slip in held | known):
            return None  # a form of a word that is known
        likeliest = list(known & held or known or held)
    if not likeliest:
        return None
    meant = max(likeliest, key=lambda slip: (dictionary[slip], slip.isascii(), slip))
    return meant.capitalize() if token[0].isupper() else meant


def _known(word: str, language: Language) -> bool:
    if word in STOP_WORDS[language] or _translated(word, language, inflected=False):
        return True
    return word in _dictionary(language)


def _translated(word: str, language: Language, inflected: bool = True) -> bool:
    return load_lexicon().knows(folded(word, language) or word, language, inflected)


def _is_compound(word: str) -> bool:
    for at in range(PART, len(word) - PART + 1):
        opening = word[:at]
        if _known(word[at:], "de") and (_known(opening, "de") or (opening[-1] == "s" and _known(opening[:-1], "de"))):
            return True
    return False


def _stem(word: str, language: Language) -> str:
    return stem(folded(word, language) or word, language)


@cache
def _dictionary(language: Language) -> "SpellChecker":
    from spellchecker import SpellChecker  # reads a megabyte, and most questions need none

    return SpellChecker(language=language, distance=1)
