"""What answers are found by: articles, their passages and sentences by row, and the rankings over them."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.corpus import Articles, Corpus
from rag.embedding import Embedder
from rag.filing import searched_text, sentences_of, subjects
from rag.language import content_words, grams, stem
from rag.lexical import WordIndex
from rag.records import Article, Block, Filter, Language, Passage, Span, Vectors
from rag.vectors import VectorIndex, unit
from rag.yardstick import Scale, measure

WORDS_K1, WORDS_B = 0.9, 0.4
GRAMS_K1, GRAMS_B = 1.2, 0.6
"""BM25 over XQuAD: best of a grid for German stems (MRR .935) and for 4-grams (.953)."""

SUBJECT = 0.25
"""What the vector of a title counts beside that of a sentence below it. Read before the sentence in one text, a
title helps more where each article has a subject of its own (dev) and harms where all have one (the seeds)."""

Filed = tuple[str, str]
"""A sentence and what stands over it: what its vector is made of."""

Cut = tuple[Span, tuple[Span, ...]]
"""A passage and its sentences."""

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Called with a step's name, what is done of it and its total; raises to stop the work."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made the vectors."""

    name: str
    fingerprint: str
    dimension: int
    scale: Scale
    """What its cosines mean."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The passages that at least one ranking has among its best, with what every ranking gives them."""

    rows: Rows
    """Of passages, ascending."""
    words: Scores
    grams: Scores
    cosines: Scores
    """Of the sentences of all these passages with the question, in their order."""
    starts: Rows
    """(passages + 1,): where in ``cosines`` those of each passage begin."""

    @property
    def nearest(self) -> Scores:
        """The cosine of each passage's nearest sentence."""
        found: Scores = np.maximum.reduceat(self.cosines, self.starts[:-1])
        return found

    def cosines_of(self, at: int) -> Scores:
        """Those of the sentences of the passage at that place among ``rows``."""
        return self.cosines[self.starts[at] : self.starts[at + 1]]


class Index(Protocol):
    """What retrieval and the page need of an index, wherever it is kept.

    Passages are rows from 0, in the order of their articles and of the text; each has at least one sentence.
    """

    @property
    def model(self) -> ModelIdentity: ...

    @property
    def articles(self) -> Articles: ...

    @property
    def passage_count(self) -> int: ...

    def candidates(
        self, words: Mapping[str, float], grams: Mapping[str, float], vector: Vectors, filter: Filter, count: int
    ) -> Candidates:
        """The ``count`` best passages of each ranking, of articles that the filter leaves.

        ``words`` and ``grams`` are terms with their weights; only what scores above zero is among the best. By
        meaning a passage is as near as its nearest sentence, and 3 ``count`` sentences are looked at.
        """

    def passages(self, rows: Rows) -> Iterator[tuple[Passage, Iterable[Passage]]]:
        """Each passage with its sentences, in the order of ``rows``; read no farther than is iterated."""

    def stem_frequencies(self, stems: Collection[str]) -> Mapping[str, int]:
        """How many passages hold each of the stems."""

    def gram_frequencies(self, grams: Collection[str]) -> Mapping[str, int]:
        """How many passages hold each of the 4-grams."""

    def passages_by_article(self) -> Rows:
        """How many passages each article has, by its row."""

    def sentence_vectors(self) -> Vectors:
        """A copy of the vector of every sentence, in their order: what a new index can take over."""


@dataclass(frozen=True, eq=False)
class LocalIndex:
    """An index in memory and on the disk of this machine.

    Rows of ``words`` and ``grams`` are passages; rows of ``vectors`` are sentences.
    """

    model: ModelIdentity
    articles: Corpus
    passage_rows: NDArray[np.int32]
    """(passages, 3): article row, start, end; in the order of articles and text."""
    sentence_rows: NDArray[np.int32]
    """(sentences, 3): passage row, start, end; in the same order."""
    vectors: VectorIndex
    words: WordIndex
    grams: WordIndex

    def passage(self, row: int) -> Passage:
        article, start, end = self.passage_rows[row].tolist()
        return Passage(self.articles[article], start, end)

    def sentence(self, row: int) -> Passage:
        owner, start, end = self.sentence_rows[row].tolist()
        return Passage(self.articles[self.passage_rows[owner, 0]], start, end)

    @cached_property
    def _sentence_starts(self) -> Rows:
        """(passages + 1,): the first sentence row of each passage; behind them the number of all."""
        counts = np.bincount(self.sentence_rows[:, 0], minlength=len(self.passage_rows))
        return np.concatenate([[0], np.cumsum(counts)])

    def candidates(
        self, words: Mapping[str, float], grams: Mapping[str, float], vector: Vectors, filter: Filter, count: int
    ) -> Candidates:
        searched = self.articles.matching(filter)[self.passage_rows[:, 0]] if filter else None
        rankings = self.words.rank(words), self.grams.rank(grams)
        among = None if searched is None else np.flatnonzero(searched[self.sentence_rows[:, 0]])
        owners = self.sentence_rows[self.vectors.nearest(vector, 3 * count, among), 0]
        _, first = np.unique(owners, return_index=True)
        best = [ranking.best(count, searched) for ranking in rankings]
        rows = np.unique(np.concatenate([*best, owners[np.sort(first)[:count]]])).astype(np.int64)
        firsts = self._sentence_starts[rows]
        counts = self._sentence_starts[rows + 1] - firsts
        starts = np.concatenate([[0], np.cumsum(counts)])
        sentences = np.arange(starts[-1]) + np.repeat(firsts - starts[:-1], counts)
        by_words, by_grams = (ranking.at(rows) for ranking in rankings)
        return Candidates(rows, by_words, by_grams, self.vectors.cosines(vector, sentences), starts)

    @property
    def passage_count(self) -> int:
        return len(self.passage_rows)

    def passages(self, rows: Rows) -> Iterator[tuple[Passage, Iterable[Passage]]]:
        for row in rows:
            article, *span = self.passage_rows[row].tolist()
            sentences = self.sentence_rows[slice(*self._sentence_starts[row : row + 2]), 1:].tolist()
            read = self.articles[article]
            yield Passage(read, *span), [Passage(read, *sentence) for sentence in sentences]

    def stem_frequencies(self, stems: Collection[str]) -> Mapping[str, int]:
        return {stem: self.words.frequency(stem) for stem in stems}

    def gram_frequencies(self, grams: Collection[str]) -> Mapping[str, int]:
        return {gram: self.grams.frequency(gram) for gram in grams}

    def passages_by_article(self) -> Rows:
        return np.bincount(self.passage_rows[:, 0], minlength=len(self.articles))

    def sentence_vectors(self) -> Vectors:
        return self.vectors.vectors()


@dataclass(frozen=True, slots=True)
class Reusable:
    """What an earlier index of the same model spares the next one."""

    vectors: Mapping[Filed, Vectors] = field(default_factory=dict)
    cuts: Mapping[tuple[str, tuple[Block, ...]], Sequence[Cut]] = field(default_factory=dict)
    """The passages of an article by its digest and blocks; empty where passages had another length."""


def build_index(
    articles: Sequence[Article], embedder: Embedder, passage_tokens: int, known: Reusable, progress: Progress
) -> LocalIndex:
    """The index of articles, at least one; what is ``known`` is neither cut nor embedded again."""
    limit = min(passage_tokens, embedder.max_tokens)
    passages: list[Passage] = []
    passage_rows: list[tuple[int, int, int]] = []
    sentence_rows: list[tuple[int, int, int]] = []
    filed: list[Filed] = []
    for number, article in enumerate(articles):
        progress("splitting", number, len(articles))
        cuts = known.cuts.get((article.digest, article.blocks)) or _cut(article, embedder, limit)
        filed += _filed(article, [Passage(article, *span) for _, sentences in cuts for span in sentences])
        for (start, end), sentences in cuts:
            sentence_rows += [(len(passages), *sentence) for sentence in sentences]
            passage_rows.append((number, start, end))
            passages.append(Passage(article, start, end))
    vectors = _embed(filed, embedder, known.vectors, progress)
    progress("words", 0, 1)
    said = [passage_words(passage) for passage in passages]
    languages = [passage.article.language for passage in passages]
    return LocalIndex(
        model=ModelIdentity(embedder.name, embedder.fingerprint, embedder.dimension, measure(embedder)),
        articles=Corpus.of(articles),
        passage_rows=np.array(passage_rows, np.int32),
        sentence_rows=np.array(sentence_rows, np.int32),
        vectors=VectorIndex.build(vectors),
        words=WordIndex.build(map(stems, said, languages), WORDS_K1, WORDS_B),
        grams=WordIndex.build(map(letters, said), GRAMS_K1, GRAMS_B),
    )


def passage_words(passage: Passage) -> list[str]:
    """The folded words that a passage is filed under."""
    return [word.folded for word in content_words(searched_text(passage), passage.article.language)]


def stems(words: Sequence[str], language: Language) -> list[str]:
    return [stem(word, language) for word in words]


def letters(words: Sequence[str]) -> list[str]:
    """All their 4-grams."""
    return [gram for word in words for gram in grams(word)]


def rarity(holding: int, passages: int) -> float:
    """The inverse document frequency, as BM25 counts it, of a term that so many of the passages hold."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def passage_terms(passage: Passage) -> tuple[list[str], list[str]]:
    """The stems and the 4-grams a passage is filed under."""
    words = passage_words(passage)
    return stems(words, passage.article.language), letters(words)


def reusable(index: Index, same_passages: bool) -> Reusable:
    """What ``index`` spares the next one; its passages only where that one cuts by the same rule."""
    filed: list[Filed] = []
    cuts: dict[tuple[str, tuple[Block, ...]], list[Cut]] = {}
    passages = index.passages(np.arange(index.passage_count))
    for article, found in groupby(passages, key=lambda one: one[0].article):
        held = [(passage, list(sentences)) for passage, sentences in found]
        filed += _filed(article, [sentence for _, sentences in held for sentence in sentences])
        if same_passages:
            cuts[article.digest, article.blocks] = [
                ((passage.start, passage.end), tuple((sentence.start, sentence.end) for sentence in sentences))
                for passage, sentences in held
            ]
    return Reusable(dict(zip(filed, index.sentence_vectors(), strict=True)), cuts)


def _cut(article: Article, embedder: Embedder, limit: int) -> list[Cut]:
    from rag.packing import split_article  # loads LangChain, which only builds need

    return [
        ((passage.start, passage.end), tuple((sentence.start, sentence.end) for sentence in sentences_of(passage)))
        for passage in split_article(article, embedder.count_tokens, limit)
    ]


def _filed(article: Article, sentences: Sequence[Passage]) -> Iterator[Filed]:
    return zip((sentence.text for sentence in sentences), subjects(article, sentences), strict=True)


_PROGRESS_TEXTS = 128


def _embed(filed: Sequence[Filed], embedder: Embedder, known: Mapping[Filed, Vectors], progress: Progress) -> Vectors:
    """One row a sentence; each text that is not known is embedded once, like lengths together."""
    missing = [one for one in dict.fromkeys(filed) if one not in known]
    texts = sorted({text for one in missing for text in one if text}, key=len)
    made: dict[str, Vectors] = {}
    for start in range(0, len(texts), _PROGRESS_TEXTS):
        progress("embedding", start, len(texts))
        chunk = texts[start : start + _PROGRESS_TEXTS]
        made |= zip(chunk, embedder.embed_passages(chunk), strict=True)
    progress("embedding", len(texts), len(texts))
    vectors = dict(known)
    for text, over in missing:
        vectors[text, over] = unit(made[text] + SUBJECT * made[over]) if over else made[text]
    return np.stack([vectors[one] for one in filed]).astype(np.float32, copy=False)
