"""A German-English word lexicon: what the words of a question may be called in the articles.

Learnt from open sentence pairs (``training/lexicon.py``). Words are folded as ``rag.language`` folds them.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.bilingual import FOLDER
from rag.language import stem
from rag.records import Language

FILE = "lexicon.npz"
MOST = 8
"""Translations of a word; between 4 and 12 nothing changes on XQuAD."""

LEAST = 0.03
"""A translation less likely than this is left out."""

LIKELY = 0.1
"""Probability from which a translation found in an article tells that the article speaks of the word."""


INFLECTED = 5
"""Letters of a word that is looked for in other forms."""

LONGEST_ENDING = 4
ENDINGS: dict[Language, tuple[str, ...]] = {
    "de": ("", "e", "n", "s", "t", "en", "er", "es", "em", "te", "st", "ten", "end", "ung"),
    "en": ("", "s", "e", "d", "y", "es", "ed", "er", "ing", "ion", "ors", "ers"),
}
"""What a form may end in; that it is one is for the stems to say."""


class Lexicon:
    """Translations in both directions, as the entries of one list of word pairs."""

    def __init__(
        self,
        words: dict[Language, list[str]],
        rows: dict[Language, NDArray[np.int32]],
        shares: dict[Language, NDArray[np.uint8]],
    ) -> None:
        self._words = words
        self._rows = rows
        self._shares = shares
        self._numbers = {language: {word: row for row, word in enumerate(words[language])} for language in words}
        self._order = {language: np.argsort(rows[language], kind="stable") for language in rows}
        self._starts = {
            language: np.searchsorted(rows[language][self._order[language]], np.arange(len(words[language]) + 1))
            for language in rows
        }

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        with np.load(path, allow_pickle=False) as stored:
            words: dict[Language, list[str]] = {
                "de": bytes(stored["german"]).decode().split("\n"),
                "en": bytes(stored["english"]).decode().split("\n"),
            }
            rows: dict[Language, NDArray[np.int32]] = {"de": stored["de"], "en": stored["en"]}
            shares: dict[Language, NDArray[np.uint8]] = {"de": stored["to_german"], "en": stored["to_english"]}
        return cls(words, rows, shares)

    def knows(self, folded: str, language: Language) -> bool:
        """Whether it is a word of that language, in this very form."""
        return folded in self._numbers[language]

    def translations(self, folded: str, target: Language, inflected: bool = True) -> list[tuple[str, float]]:
        """The likeliest words of ``target`` for a folded word of the other language, with their probabilities.

        Where it has none of its own, those of a form of it, unless it is not taken to be ``inflected``.
        """
        source: Language = "en" if target == "de" else "de"
        number = self._number(folded, source) if inflected else self._numbers[source].get(folded)
        if number is None:
            return []
        entries = self._order[source][self._starts[source][number] : self._starts[source][number + 1]]
        shares = self._shares[target][entries] / 255
        best = np.argsort(-shares, kind="stable")[:MOST]
        found = [(self._words[target][self._rows[target][entries[at]]], float(shares[at])) for at in best]
        return [(word, share) for word, share in found if share >= LEAST]

    def _number(self, folded: str, language: Language) -> int | None:
        """The number of the word, or of the form of it that shares most of its beginning; None where there is none."""
        known = self._numbers[language]
        if folded in known or len(folded) < INFLECTED:
            return known.get(folded)
        endings = ENDINGS[language]
        forms = (folded[: len(folded) - cut] + ending for cut in range(LONGEST_ENDING + 1) for ending in endings)
        meant = stem(folded, language)
        return next((known[form] for form in forms if form in known and stem(form, language) == meant), None)


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that comes with the model."""
    return Lexicon.load(FOLDER / FILE)
