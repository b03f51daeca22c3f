"""Whether sentences answer a question, by a network that reads both together: MiniLM's body again, over the word
rows of ``bilingual``.

It knows what a vector of each by itself cannot tell: that a sentence says all but what is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.bilingual import FOLDER as WORDS_FOLDER
from rag.bilingual import GRAPH, TOKEN_TYPE, BilingualTokenizer
from rag.networks import load_graph
from rag.records import Language
from rag.tensors import SCALE, WEIGHTS, WORDS, mapped

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FOLDER = Path(__file__).parent / "model"

CLS, SEP = 101, 102
MAX_TOKENS = 320
QUESTION_TOKENS = 64
SENTENCE_TOKENS = 90
"""What it was trained to read at most; the rest is cut."""


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences that follow each other, and the title they stand under, if any."""

    title: str
    sentences: tuple[str, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class Encoded:
    """The word pieces of a question and a window behind it."""

    ids: list[int]
    types: list[int]
    """The language of each, as ``bilingual`` marks it."""
    asked: list[bool]
    """Whether it is of the question."""
    ends: list[int]
    """Where each sentence ends; those that are cut off, never the first one, are missing."""


def encode(
    question: Sequence[int],
    title: Sequence[int],
    sentences: Sequence[Sequence[int]],
    languages: tuple[Language, Language],
) -> Encoded:
    """Question, title and sentences, each behind the one before and closed by a mark.

    ``languages`` are those of the question and of the rest.
    """
    ids = [CLS, *question[:QUESTION_TOKENS], SEP]
    opening = len(ids)
    if title:
        ids += [*title[:SENTENCE_TOKENS], SEP]
    ends = []
    for sentence in sentences:
        cut = sentence[:SENTENCE_TOKENS]
        if len(ids) + len(cut) + 1 > MAX_TOKENS:
            break
        ids += [*cut, SEP]
        ends.append(len(ids) - 1)
    asking, told = (TOKEN_TYPE[language] for language in languages)
    rest = len(ids) - opening
    return Encoded(ids, [asking] * opening + [told] * rest, [True] * opening + [False] * rest, ends)


class CrossEncoder:
    """Loads with the first question it reads; runs without torch."""

    def __init__(self, folder: Path = FOLDER, words: Path = WORDS_FOLDER) -> None:
        """``words`` is the folder of the embedding model whose word rows and tokenizers are used."""
        self._folder = folder
        self._words = words

    def margins(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[float]]:
        """For each window the log-odds of each sentence, that it answers rather than nothing in its window does.

        A window longer than is read at once is read in parts, each under its title.
        """
        asked = self._tokenizer.pieces(question, language)
        found = []
        for window in windows:  # one by one: padding would cost more than calls do
            title = self._tokenizer.pieces(window.title, window.language)
            sentences = [self._tokenizer.pieces(sentence, window.language) for sentence in window.sentences]
            margins: list[float] = []
            while len(margins) < len(sentences):
                part = encode(asked, title, sentences[len(margins) :], (language, window.language))
                margins += self._read(part)
            found.append(margins)
        return found

    def _read(self, one: Encoded) -> list[float]:
        rows = self._rows[one.ids].astype(np.float32) * self._scales[one.ids, None]
        rows[one.asked] += self._question_mark
        inputs = {"words": rows[None], "token_type_ids": np.array([one.types])}
        margins: list[float] = self._session.run(None, inputs)[0][0, one.ends].tolist()
        return margins

    @cached_property
    def _tokenizer(self) -> BilingualTokenizer:
        return BilingualTokenizer(self._words)

    @cached_property
    def _rows(self) -> NDArray[np.int8]:
        return mapped(self._words / WEIGHTS, WORDS, np.int8)

    @cached_property
    def _scales(self) -> NDArray[np.float32]:
        return mapped(self._words / WEIGHTS, f"{WORDS}{SCALE}", np.float32)

    @cached_property
    def _question_mark(self) -> NDArray[np.float32]:
        return mapped(self._folder / WEIGHTS, "segment", np.float32)

    @cached_property
    def _session(self) -> "InferenceSession":
        return load_graph(self._folder / GRAPH)
