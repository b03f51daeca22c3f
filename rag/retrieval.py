"""A question -> the passages that bear on it, best first, with how each of their sentences does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.index import Index
from rag.language import Word, content_words, grams, stem
from rag.records import Evidence, Hit, Language, Passage, Question, Vectors

CANDIDATES = 100
"""Passages taken from each of the three rankings. Fusion and its z-scores know only these."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a ranking's z-score counts in the sum."""

    words: float
    grams: float
    meaning: float


WEIGHTS: Mapping[Language, Weights] = {
    "de": Weights(words=0.5, grams=0.5, meaning=0.4),
    "en": Weights(words=0.25, grams=0.75, meaning=1.0),
}
"""By the question's language."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brings: passages, and the words that no article holds."""

    hits: tuple[Hit, ...]
    unknown_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the question as it is searched."""

    word: Word
    stems: frozenset[str]
    """One for each language of the articles."""
    rarity: float
    grams: tuple[str, ...]


class Retriever:
    """Searches one index with the model that made it."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder

    def search(self, question: Question, count: int) -> Found:
        """The ``count`` best passages; fewer where the index holds fewer. Ties go to the earlier row."""
        terms = self._terms(question)
        word_scores = self.index.words.scores([stem for term in terms for stem in sorted(term.stems)])
        gram_scores = self.index.grams.scores([gram for term in terms for gram in term.grams])
        vector = self.embedder.embed_question(question.text)
        candidates = self._candidates(word_scores, gram_scores, vector)
        sentences = self.index.sentences_of(candidates)
        cosines = [self.index.vectors.cosines(vector, rows) for rows in sentences]
        meaning_scores = np.array([found.max() for found in cosines], np.float32)
        rankings = (word_scores[candidates], gram_scores[candidates], meaning_scores)
        weights = WEIGHTS[question.language]
        fused = fuse(rankings, (weights.words, weights.grams, weights.meaning))
        ranks = [_ranks(scores) for scores in rankings]
        gram_mass = Counter(gram for term in terms for gram in term.grams)
        gram_rarity = {gram: n * self.index.grams.rarity(gram) for gram, n in gram_mass.items()}
        hits = []
        for at in np.argsort(-fused, kind="stable")[:count].tolist():
            evidence = tuple(
                self._evidence(self.index.sentence(row), float(cosine), terms, gram_rarity)
                for row, cosine in zip(sentences[at].tolist(), cosines[at], strict=True)
            )
            passage = self.index.passage(int(candidates[at]))
            word_rank, gram_rank, meaning_rank = (int(rank[at]) for rank in ranks)
            hits.append(Hit(passage, float(fused[at]), word_rank, gram_rank, meaning_rank, evidence))
        return Found(tuple(hits), self._unknown(terms, question))

    def _terms(self, question: Question) -> list[_Term]:
        terms = []
        for word in content_words(question.text, question.language):
            stems = frozenset(stem(word.folded, language) for language in self.index.languages)
            rarity = min(map(self.index.words.rarity, stems))
            terms.append(_Term(word, stems, rarity, grams(word.folded)))
        return terms

    def _candidates(self, word_scores: Scores, gram_scores: Scores, vector: Vectors) -> NDArray[np.int64]:
        """The rows of passages that at least one ranking has among its best, in order."""
        nearest, _ = self.index.vectors.nearest(vector, 3 * CANDIDATES)
        owners = self.index.sentence_rows[nearest, 0]
        _, first = np.unique(owners, return_index=True)
        by_meaning = owners[np.sort(first)[:CANDIDATES]]
        return np.unique(np.concatenate([_best(word_scores), _best(gram_scores), by_meaning])).astype(np.int64)

    def _evidence(
        self, sentence: Passage, cosine: float, terms: Sequence[_Term], gram_rarity: Mapping[str, float]
    ) -> Evidence:
        language = sentence.article.language
        held = content_words(sentence.text, language)
        stems = {stem(word.folded, language) for word in held}
        letters = {gram for word in held for gram in grams(word.folded)}
        return Evidence(
            quote=sentence,
            words=_share({term.word.start: (term.rarity, bool(term.stems & stems)) for term in terms}),
            grams=_share({gram: (rarity, gram in letters) for gram, rarity in gram_rarity.items()}),
            meaning=cosine,
        )

    def _unknown(self, terms: Sequence[_Term], question: Question) -> tuple[str, ...]:
        """The question's words that stand nowhere in the articles, as they were asked, each once.

        Of a question in a language no article is in, only names and numbers can be expected to stand there.
        """
        foreign = question.language not in self.index.languages
        unknown: dict[str, None] = {}
        for term in terms:
            asked = question.text[term.word.start : term.word.end]
            named = asked[0].isdigit() or (asked[0].isupper() and term.word.start > 0)
            if not any(map(self.index.words.frequency, term.stems)) and (named or not foreign):
                unknown[asked] = None
        return tuple(unknown)


def fuse(rankings: Sequence[Scores], weights: Sequence[float]) -> Scores:
    """The weighted sum of the rankings' z-scores over the candidates.

    Scores are fused, not ranks: with an English model reciprocal rank fusion falls below BM25 alone on
    German (MRR .822 against .937), z-scores rise above it (.958).
    """
    fused = np.zeros(len(rankings[0]), np.float32)
    for scores, weight in zip(rankings, weights, strict=True):
        spread = float(scores.std())
        if spread > 0:
            fused += weight * (scores - scores.mean()) / spread
    return fused


def _best(scores: Scores) -> NDArray[np.int64]:
    """The rows of the highest scores above zero, at most ``CANDIDATES``, in no order."""
    rows = np.argpartition(-scores, min(CANDIDATES, len(scores)) - 1)[:CANDIDATES]
    return rows[scores[rows] > 0]


def _ranks(scores: Scores) -> NDArray[np.int64]:
    """The place of each score among all, from 1; the earlier of two equal ones comes first."""
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _share(mass: Mapping[object, tuple[float, bool]]) -> float:
    """The share of the mass that is held; 0 where there is none."""
    total = sum(rarity for rarity, _ in mass.values())
    return sum(rarity for rarity, held in mass.values() if held) / total if total else 0.0
