"""Whether sentences answer a question, by a network that reads both together: MiniLM's body again, over the word
rows of ``bilingual``.

It knows what a vector of each by itself cannot tell: that a sentence says all but what is asked.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.bilingual import FOLDER as WORDS_FOLDER
from rag.bilingual import GRAPH, TOKEN_TYPE, BilingualTokenizer
from rag.bilingual.lexicon import in_lexicon, namesakes
from rag.language import filed_under, folded, german_spelling, grams, stem
from rag.networks import load_graph
from rag.records import Language, Span
from rag.tensors import SCALE, WEIGHTS, WORDS, mapped

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FOLDER = Path(__file__).parent / "model"

CLS, SEP = 101, 102
MAX_TOKENS = 320
QUESTION_TOKENS = 64
SENTENCE_TOKENS = 90
"""What it was trained to read at most; the rest is cut."""

ALIKE = 0.85
"""Share of a name's 4-grams that a word must hold to be the same name: "Zelensky", in German letters, "Selenskyj"."""

OTHERWISE = 1.0
"""How alike two names of one place are: less than two forms of one name, more than other words."""

_WORD = re.compile(r"\w+")
_WHOLE = re.compile(
    r"(?:\b(?:minus|plus)\s(?=\d)|(?<!\w)[-−+](?=\d))?(?:[€$£]\s?(?=\d))?\w+(?:[.,:]\d+)*(?:(?<=\d)\s?[%€$£](?!\s?\d))?",
    re.IGNORECASE,
)
"""A word, or a number with its sign, decimals and mark: of "minus 4,9 %" nothing less is right."""

Part = tuple[str, Language]
"""Some of a text, and the language whose word pieces it is read in."""


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences that follow each other, and the title they stand under, if any."""

    title: str
    sentences: tuple[str, ...]
    language: Language


def parts_of(question: str, asked_in: Language, told: str, told_in: Language) -> list[Part]:
    """A question as it is read with a text: a name as the text spells it and in the text's language, so that it is the
    same name to a network that has each language's word pieces ("Zakharova", "Sacharowa"), and in one language too if
    the text calls it otherwise ("Kyjiw", "Kiew").

    A name is what has a capital, but for the first word; of a question without capitals what the lexicon does not know.
    """
    parts: list[Part] = []
    begun = 0
    for name, held in _same_names(question, asked_in, told, told_in):
        parts += [(question[begun : name.start()], asked_in), (held, told_in)]
        begun = name.end()
    return [*parts, (question[begun:], asked_in)]


def _same_names(question: str, asked_in: Language, told: str, told_in: Language) -> Iterator[tuple[re.Match[str], str]]:
    """The names of the question that the text holds, each with that word of the text which is most like it; of a text
    in the question's language only those that it calls otherwise.
    """
    in_haste = question.islower()
    asked = [
        word
        for word in _WORD.finditer(question)
        if word.start() and (word[0][0].isupper() or (in_haste and _is_new(word[0], asked_in)))
    ]
    if asked_in == told_in:
        asked = [name for name in asked if namesakes(folded(name[0], asked_in) or "")]
    capitals = sorted({word for word in _WORD.findall(told) if word[0].isupper()}) if asked else []
    for name in asked:
        alike = [(_likeness(name[0], word, told_in), word) for word in capitals]
        share, word = max(alike, default=(0.0, ""))
        if share == OTHERWISE or (share >= ALIKE and asked_in != told_in):
            yield name, word


def _is_new(word: str, language: Language) -> bool:
    """Whether the lexicon has no such word in lower case: it may be a name."""
    return folded(word, language) is not None and not in_lexicon(word, language)


def _likeness(name: str, word: str, told_in: Language) -> float:
    """3 for the name itself, 2 for its stem, ``OTHERWISE`` for another name of the same, else the share of its 4-grams
    that the word holds, in either spelling.
    """
    asked, held = folded(name, told_in), filed_under(word, told_in)
    if asked is None or held is None:
        return 0.0
    forms = {asked, german_spelling(asked)} if told_in == "de" else {asked}
    if held[0] in {stem(form, told_in) for form in forms}:
        return 2.0 + (name == word)
    if (names := namesakes(asked)) and names == namesakes(folded(word, told_in) or ""):
        return OTHERWISE
    return max(len(set(grams(form)).intersection(held[1])) / len(grams(form)) for form in forms)


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
    begin: int
    """Where the first sentence begins."""

    @property
    def spans(self) -> list[Span]:
        """Where the pieces of each sentence stand."""
        return list(zip([self.begin, *(end + 1 for end in self.ends)], self.ends, strict=False))


def encode(
    question: Sequence[tuple[Sequence[int], Language]],
    title: Sequence[int],
    sentences: Sequence[Sequence[int]],
    language: Language,
) -> Encoded:
    """Question, title and sentences, each behind the one before and closed by a mark.

    ``question`` is in parts; ``language`` is that of the rest.
    """
    asked = [(piece, TOKEN_TYPE[of]) for pieces, of in question for piece in pieces][:QUESTION_TOKENS]
    asking = TOKEN_TYPE[question[0][1]]
    ids = [CLS, *(piece for piece, _ in asked), SEP]
    types = [asking, *(of for _, of in asked), asking]
    opening = len(ids)
    if title:
        ids += [*title[:SENTENCE_TOKENS], SEP]
    ends = []
    begin = len(ids)
    for sentence in sentences:
        cut = sentence[:SENTENCE_TOKENS]
        if len(ids) + len(cut) + 1 > MAX_TOKENS:
            break
        ids += [*cut, SEP]
        ends.append(len(ids) - 1)
    rest = len(ids) - opening
    return Encoded(ids, types + [TOKEN_TYPE[language]] * rest, [True] * opening + [False] * rest, ends, begin)


def best_span(told: NDArray[np.float32]) -> tuple[int, int, float]:
    """The likeliest beginning and end behind it, both included, and the log-probability of the two.

    ``told`` has a row a piece, at least one: its score as a beginning and as an end. The first of equal ones.
    """
    top = told.max(0)
    likely = told - top - np.log(np.exp(told - top).sum(0))
    begun = np.maximum.accumulate(likely[:, 0])
    last = int((begun + likely[:, 1]).argmax())
    return int(likely[: last + 1, 0].argmax()), last, float(begun[last] + likely[last, 1])


@dataclass(frozen=True, slots=True)
class Read:
    """What a sentence is when it is read with the question."""

    margin: float
    """The log-odds that it answers, rather than that nothing in its window does."""
    told: Span
    """Where in it the words stand that most likely answer: whole words; empty where it has none."""
    pointed: float
    """The log-probability that they begin and end there, if the sentence answers."""


class CrossEncoder:
    """Loads with the first question it reads; runs without torch."""

    def __init__(self, folder: Path = FOLDER, words: Path = WORDS_FOLDER) -> None:
        """``words`` is the folder of the embedding model whose word rows and tokenizers are used."""
        self._folder = folder
        self._words = words

    def read(self, question: str, language: Language, windows: Sequence[Window]) -> list[list[Read]]:
        """Each sentence of each window.

        A window longer than is read at once is read in parts, each under its title.
        """
        found = []
        for window in windows:  # one by one: padding would cost more than calls do
            told = " ".join((window.title, *window.sentences))
            parts = parts_of(question, language, told, window.language)
            asked = [(self._tokenizer.pieces(*part), part[1]) for part in parts]
            title = self._tokenizer.pieces(window.title, window.language)
            sentences = [self._tokenizer.encoding(sentence, window.language) for sentence in window.sentences]
            pieces = [sentence.ids for sentence in sentences]
            read: list[Read] = []
            while len(read) < len(sentences):
                part = encode(asked, title, pieces[len(read) :], window.language)
                for margin, scores in self._read(part):
                    sentence = window.sentences[len(read)]
                    read.append(Read(margin, *pointed_at(sentence, sentences[len(read)].offsets, scores)))
            found.append(read)
        return found

    def _read(self, one: Encoded) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """For each sentence its margin, and the scores of its pieces as ``best_span`` takes them."""
        rows = self._rows[one.ids].astype(np.float32) * self._scales[one.ids, None]
        rows[one.asked] += self._question_mark
        inputs = {"words": rows[None], "token_type_ids": np.array([one.types])}
        margins, told = (output[0] for output in self._session.run(None, inputs))
        for begin, end in one.spans:
            yield float(margins[end]), told[begin:end]

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
        return load_graph(self._folder / GRAPH, spinning=False)


def pointed_at(text: str, places: Sequence[Span], told: NDArray[np.float32]) -> tuple[Span, float]:
    """The words of ``text`` whose pieces, which stand at ``places``, are the best span, and its log-probability."""
    if not len(told):
        return (0, 0), -math.inf
    first, last, pointed = best_span(told)
    begin, end = places[first][0], places[last][1]
    words = [word for word in _WHOLE.finditer(text) if word.start() < end and word.end() > begin]
    return (min([begin, *(word.start() for word in words)]), max([end, *(word.end() for word in words)])), pointed
