"""A German-English word lexicon: what the words of a question may be called in the articles.

Learnt from open sentence pairs (``training/lexicon.py``). Words are folded as ``rag.language`` folds them.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.bilingual import FOLDER
from rag.language import LANGUAGES, OTHER, stem
from rag.language import folded as fold
from rag.records import Language

FILE = "lexicon.npz"
MOST = 8
"""Translations of a word; between 4 and 12 nothing changes on XQuAD."""

LEAST = 0.03
"""A translation less likely than this is left out."""

LIKELY = 0.1
"""Probability from which a translation found in an article tells that the article speaks of the word."""

SURE = 0.25
"""Probability from which a word need not be one of its translation's own."""

_RENAMED = """
beijing peking
belarus weissrussland belorussia
bengaluru bangalore
chennai madras
chornobyl chernobyl tschornobyl tschernobyl
dnipro dnipropetrovsk dnipropetrowsk
eswatini swaziland swasiland
houthi houthis huthi huthis
istanbul constantinople konstantinopel
kharkiv kharkov charkiw charkow
kyiv kyjiw kiev kiew
kyrgyzstan kirgistan kirgisistan
luhansk lugansk
lviv lvov lwiw lwow lemberg
mumbai bombay
myanmar burma birma
odesa odessa
turkiye tuerkiye turkey tuerkei
uyghur uyghurs uighur uighurs uigure uiguren
yangon rangoon rangun
zaporizhzhia saporischschja zaporozhye saporoschje
""".strip().splitlines()
"""Places and peoples with two names or spellings in use, most of which the lexicon's older sentences lack. Ours: CLDR
(in Babel) has 158 that differ between German and English, of which the lexicon lacks Kyiv and Türkiye, and no others.
"""
_NAMESAKES = {name: names for names in map(str.split, _RENAMED) for name in names}


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
        source = OTHER[target]
        number = self._number(folded, source) if inflected else self._numbers[source].get(folded)
        if number is None:
            return []
        entries = self._order[source][self._starts[source][number] : self._starts[source][number + 1]]
        shares = self._shares[target][entries] / 255
        best = np.argsort(-shares, kind="stable")[:MOST]
        found = [(self._words[target][self._rows[target][entries[at]]], float(shares[at])) for at in best]
        return [(word, share) for word, share in found if share >= LEAST]

    def synonyms(self, folded: str, language: Language) -> set[str]:
        """Words of either language that may stand for it: its translations that it is one of, and theirs in turn
        ("lemberg" -> "lviv" -> "lwiw"). A word that has none is read as one of the other language ("beijing").
        """
        found = self._pairs(folded, language) or self._pairs(folded, OTHER[language])
        return found.union(*(self._pairs(one, of) for one in found for of in LANGUAGES)) - {folded}

    def _pairs(self, folded: str, language: Language) -> set[str]:
        """The likely translations of a word of ``language`` which it is one of."""
        return {word for word in self._likely(folded, language) if folded in self._likely(word, OTHER[language])}

    def _likely(self, folded: str, language: Language) -> list[str]:
        found = self.translations(folded, OTHER[language], inflected=False)
        return [word for word, share in found if share >= LIKELY]

    def translates_back(self, word: str, folded: str, language: Language) -> bool:
        """Whether the word may be translated into ``folded``, a word of ``language``, or a form of it."""
        back = {stem(one, language) for one, _ in self.translations(word, language, inflected=False)}
        return stem(folded, language) in back

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


def in_lexicon(word: str, language: Language) -> bool:
    """Whether the lexicon has the word, as it is filed or, of grammar, as it stands."""
    return load_lexicon().knows(fold(word, language) or word, language)


def namesakes(folded: str) -> list[str]:
    """All the names of a place or people that is called by more than one, its own among them; of others none."""
    return _NAMESAKES.get(folded) or _NAMESAKES.get(folded.removesuffix("s"), [])


def forms(folded: str, asked_in: Language, told_in: Language) -> list[str]:
    """The word, and in a text of the other language its likely translations: what tells that the text speaks of it.

    Of those that are not nearly sure only such as are translated back or are part of another: what stood beside a rare
    word by chance is neither ("volcanoes", "zeit").
    """
    lexicon = load_lexicon()
    translated = lexicon.translations(folded, told_in) if asked_in != told_in else []

    def is_meant(word: str, share: float) -> bool:
        is_part = len(word) >= INFLECTED and sum(word in other for other, _ in translated) > 1
        return share >= SURE or is_part or lexicon.translates_back(word, folded, asked_in)

    return [folded, *(word for word, share in translated if share >= LIKELY and is_meant(word, share))]
