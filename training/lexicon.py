"""A German-English word lexicon from sentence pairs: IBM Model 1 (Brown et al. 1993), both directions.

All sentence pairs are laid out as one flat array of word links, so that each EM step is three
``bincount`` calls. Deterministic; 0.5 M pairs take about 90 s on one core.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.corpus import SOURCES, WORD, Pair

EM_STEPS = 5
MAX_WORDS = 45
"""Longer sentences add links by the square and little knowledge."""

NULL_MASS = 1e-4
SMOOTHING = 0.3
KEPT_JOINT = 0.01
KEPT_EITHER = 0.05
SAVED_JOINT = 0.005
SAVED_EITHER = 0.1


UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


def normalise(text: str) -> str:
    """Lower case, umlauts spelled out (``wählen`` is not ``Wahlen``), other accents off."""
    text = text.lower()
    for umlaut, spelled in UMLAUTS.items():
        text = text.replace(umlaut, spelled)
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def words(text: str) -> list[str]:
    return WORD.findall(normalise(text))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word translations; entry ``i`` links ``german[de[i]]`` and ``english[en[i]]``."""

    german: tuple[str, ...]
    english: tuple[str, ...]
    de: NDArray[np.int32]
    en: NDArray[np.int32]
    to_german: NDArray[np.float32]
    """p(German word | English word)"""
    to_english: NDArray[np.float32]
    """p(English word | German word)"""
    german_count: NDArray[np.int64]
    english_count: NDArray[np.int64]


def learn_lexicon(pairs: Sequence[Pair]) -> Lexicon:
    """The lexicon of the pairs, each counted as often as its source says."""
    german: dict[str, int] = {}
    english: dict[str, int] = {}
    sides: list[tuple[list[int], list[int]]] = []
    for pair in pairs:
        de, en = words(pair.de), words(pair.en)
        if 0 < len(de) <= MAX_WORDS and 0 < len(en) <= MAX_WORDS:
            linked = (
                sorted({german.setdefault(word, len(german)) for word in de}),
                sorted({english.setdefault(word, len(english)) for word in en}),
            )
            sides += [linked] * SOURCES[pair.source]
    sizes_de = np.array([len(de) for de, _ in sides])
    sizes_en = np.array([len(en) for _, en in sides])
    link_de = np.concatenate([np.repeat(np.array(de, np.int32), len(en)) for de, en in sides])
    link_en = np.concatenate([np.tile(np.array(en, np.int32), len(de)) for de, en in sides])
    types, inverse = np.unique(link_de.astype(np.int64) * len(english) + link_en, return_inverse=True)
    type_of_link = inverse.astype(np.int32)
    type_de = (types // len(english)).astype(np.int32)
    type_en = (types % len(english)).astype(np.int32)

    first_en = np.concatenate([[0], np.cumsum(sizes_en)[:-1]])
    occurrence_de = np.repeat(np.arange(sizes_de.sum(), dtype=np.int32), np.repeat(sizes_en, sizes_de))
    occurrence_en = np.concatenate(
        [
            np.tile(np.arange(first, first + size, dtype=np.int32), repeats)
            for first, size, repeats in zip(first_en, sizes_en, sizes_de, strict=True)
        ]
    )
    to_german, count_de = _em(type_of_link, occurrence_de, type_en, len(types), len(english))
    to_english, count_en = _em(type_of_link, occurrence_en, type_de, len(types), len(german))
    kept = np.sqrt(to_german * to_english) > KEPT_JOINT
    kept |= (to_german > KEPT_EITHER) & (count_de > 0.5)
    kept |= (to_english > KEPT_EITHER) & (count_en > 0.5)
    return Lexicon(
        german=tuple(german),
        english=tuple(english),
        de=type_de[kept],
        en=type_en[kept],
        to_german=to_german[kept],
        to_english=to_english[kept],
        german_count=np.bincount(np.concatenate([de for de, _ in sides]), minlength=len(german)),
        english_count=np.bincount(np.concatenate([en for _, en in sides]), minlength=len(english)),
    )


def _em(
    type_of_link: NDArray[np.integer],
    occurrence: NDArray[np.integer],
    condition: NDArray[np.integer],
    types: int,
    conditions: int,
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """p(word | condition) by type, and the expected count of each type.

    Each occurrence of a word shares itself out among the words of the other side that it links to.
    """
    probability = np.full(types, 1e-3, np.float32)
    counts: NDArray[np.float64] = np.zeros(types)
    for _ in range(EM_STEPS):
        weight = probability[type_of_link]
        total = np.bincount(occurrence, weight) + NULL_MASS
        counts = np.bincount(type_of_link, weight / total[occurrence], minlength=types).astype(np.float64)
        mass = np.bincount(condition, counts, minlength=conditions)
        probability = (counts / (mass[condition] + SMOOTHING)).astype(np.float32)
    return probability, counts


def save_lexicon(lexicon: Lexicon, path: Path) -> None:
    """The entries a question can be translated by, probabilities in 255ths, for ``rag.bilingual.lexicon``.

    Rare words, and words both languages spell alike, are left out.
    """
    joint = lexicon.to_german * lexicon.to_english
    useful = (joint > SAVED_JOINT) | (lexicon.to_german > SAVED_EITHER) | (lexicon.to_english > SAVED_EITHER)
    useful &= (lexicon.german_count[lexicon.de] > 1) & (lexicon.english_count[lexicon.en] > 1)
    alike = [lexicon.german[de] == lexicon.english[en] for de, en in zip(lexicon.de, lexicon.en, strict=True)]
    kept = np.flatnonzero(useful & ~np.array(alike))
    german, de = np.unique(lexicon.de[kept], return_inverse=True)
    english, en = np.unique(lexicon.en[kept], return_inverse=True)
    np.savez_compressed(
        path,
        german=np.frombuffer("\n".join(lexicon.german[row] for row in german).encode(), np.uint8),
        english=np.frombuffer("\n".join(lexicon.english[row] for row in english).encode(), np.uint8),
        de=de.astype(np.int32),
        en=en.astype(np.int32),
        to_german=np.round(255 * lexicon.to_german[kept].clip(0, 1)).astype(np.uint8),
        to_english=np.round(255 * lexicon.to_english[kept].clip(0, 1)).astype(np.uint8),
    )
