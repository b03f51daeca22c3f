"""Questions typed in a hurry: a word that nobody knows is read as a known one that is a slip of the finger away."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Protocol

from rag.bilingual.lexicon import LIKELY, in_lexicon, load_lexicon
from rag.language import LANGUAGES, OTHER, QUESTION_WORDS, folded, stem, tokens
from rag.overview import asks_for_overview
from rag.pieces import names_a_piece
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

LEAST_EXCHANGED = 7
"""Letters of a word that may have a wrong one, or one too many; in shorter ones letters were left out, doubled or
swapped: names typed in lower case lie close to words (weidel, weiden; kickl, kick; mbappe, mappe).
"""

MOST = 12
"""Words of a text that are looked at: each unknown one has hundreds of neighbours to look up."""

PART, LONG_PART = 3, 4
"""Letters of each part of a compound at least, and of one that is no name: of shorter parts many could be made."""

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzäöüß")


class Told(Protocol):
    """What the articles say of words in lower case."""

    def indexed(self, words: Collection[str]) -> Collection[str]:
        """Those of the words that an article holds, in any form."""

    def written(self, word: str) -> bool:
        """Whether one holds this very word, or a longer one."""


def mended(text: str, language: Language, told: Told) -> str:
    """The question with its misspelt words as they were meant; what is known, or like nothing known, stays.

    Known is what a dictionary, the lexicon or an article holds, a German compound of such words, and what asks for an
    overview ("summarise").
    The first letter is taken to be right. Of several words the likeliest meant is one that asks, then another of
    grammar, then "Artikel" and the like, then one of the lexicon that the articles hold too, then one that they hold in
    translation, then any of theirs, the more frequent the likelier. Any other finds nothing, and that no article holds
    what was typed is better said. Of a long text only the first ``MOST`` unknown words are looked at.
    """
    parts, end, looked_at = [], 0, 0
    for match in tokens(text):
        if looked_at == MOST:
            break
        if _is_fine(match[0], language, told):
            continue
        looked_at += 1
        opens = not text[: match.start()].strip()
        meant = _meant(match[0], language, told, opens)
        if meant is not None:
            parts += [text[end : match.start()], meant]
            end = match.end()
    return "".join([*parts, text[end:]])


def is_compound(word: str, part: int = PART) -> bool:
    """Whether a German word in lower case is made of two that are known, each of ``part`` letters at least."""
    for at in range(part, len(word) - part + 1):
        opening = word[:at]
        if _known(word[at:], "de") and (_known(opening, "de") or (opening[-1] == "s" and _known(opening[:-1], "de"))):
            return True
    return False


def _is_fine(token: str, language: Language, told: Told) -> bool:
    """Whether a word is known, or none that slips are looked for in."""
    word = token.lower()
    if not token.isalpha() or len(token) < LEAST or token.isupper():
        return True
    if language == "en" and word.endswith("t") and word[:-1] in STOP_WORDS["en"]:
        return True  # "didnt", "cant"
    spoken = LANGUAGES if len(word) >= LEAST_TOLD else (language,)
    return bool(
        any(word in STOP_WORDS[one] or in_lexicon(word, one) or asks_for_overview(word, one) for one in spoken)
        or told.indexed([word])
        or any(word in _dictionary(one) for one in spoken)
        or (language == "de" and is_compound(word))
    )


def _meant(token: str, language: Language, told: Told, opens: bool) -> str | None:
    """What an unknown word was meant to be; None for itself."""
    word, capital = token.lower(), token[0].isupper() and not opens
    if capital and len(token) < LEAST_CAPITAL:
        return None
    dictionary = _dictionary(language)
    near = [slip for slip in dictionary.edit_distance_1(word) if slip[0] == word[0] and _LETTERS.issuperset(slip)]
    if len(word) < LEAST_EXCHANGED:
        near = [slip for slip in near if _is_left_out_doubled_or_swapped(word, slip)]
    likeliest = [slip for slip in near if slip in QUESTION_WORDS[language]]
    likeliest = likeliest or [slip for slip in near if slip in STOP_WORDS[language]]
    likeliest = likeliest or [slip for slip in near if slip in dictionary and names_a_piece(slip, language)]
    if not likeliest and len(token) >= LEAST_TOLD:
        held = {slip for slip in told.indexed(near) if told.written(slip)}
        known = {slip for slip in near if _known(slip, language)}
        if any(_stem(slip, language) == _stem(word, language) for slip in held | known):
            return None  # a form of a word that is known
        likeliest = list(known & held or _held_abroad(known, language, told) or held)
    if not likeliest:
        return None
    meant = max(likeliest, key=lambda slip: (dictionary[slip], slip.isascii(), slip))
    return meant.capitalize() if token[0].isupper() else meant


def _is_left_out_doubled_or_swapped(word: str, meant: str) -> bool:
    """Whether the slip is a letter left out of what was meant, one typed twice, or two in the wrong order."""
    doubled = (at for at in range(1, len(word)) if word[at] == word[at - 1])
    return (
        len(meant) > len(word)
        or sorted(meant) == sorted(word)
        or any(meant == word[:at] + word[at + 1 :] for at in doubled)
    )


def _held_abroad(words: Iterable[str], language: Language, told: Told) -> set[str]:
    """Those of the words of which the articles hold a likely translation."""
    found = {}
    for word in words:
        translations = load_lexicon().translations(folded(word, language) or word, OTHER[language])
        found[word] = {one for one, share in translations if share >= LIKELY}
    held = set(told.indexed(set().union(*found.values())))
    return {word for word, translations in found.items() if translations & held}


def _known(word: str, language: Language) -> bool:
    return word in STOP_WORDS[language] or in_lexicon(word, language) or word in _dictionary(language)


def _stem(word: str, language: Language) -> str:
    return stem(folded(word, language) or word, language)


@cache
def _dictionary(language: Language) -> "SpellChecker":
    from spellchecker import SpellChecker  # reads a megabyte, and most questions need none

    return SpellChecker(language=language, distance=1)
