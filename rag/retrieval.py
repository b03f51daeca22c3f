"""A question -> the passages that bear on it, best first, with how each of their sentences does."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from rag.bilingual.lexicon import load_lexicon
from rag.embedding import Embedder
from rag.focus import about_a_piece, is_date
from rag.index import Index
from rag.language import Word, content_words, grams, says_the_same, stem
from rag.records import Evidence, Filter, Hit, Language, Passage, Question, Vectors
from rag.vectors import unit

CANDIDATES = 100
"""Passages taken from each of the three rankings. Fusion and its z-scores know only these."""

_OPENING = re.compile(r"(?:^|[.?!]\s+)\W*$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a ranking's z-score counts in the sum."""

    words: float
    grams: float
    meaning: float


WEIGHTS: Mapping[Language, Weights] = {
    "de": Weights(words=0.25, grams=0.35, meaning=0.8),
    "en": Weights(words=0.25, grams=0.75, meaning=1.0),
}
"""By the question's language: ``evals/README.md`` has what they are worth."""


OWN_SHARE = 0.3
"""What a word itself still counts across languages when the lexicon translates it: it may be a name."""

EARLIER = 0.3
"""What a word that a follow-up takes from an earlier question counts against its own: "And Merz?" asks of Merz."""

MATCHED = 0.6
"""Share of a word's 4-grams from which a sentence is said to hold it, as part of another word or inflected."""

LIKELY = 0.1
"""Probability from which a translation found in an article tells that the article speaks of the word."""

TRANSLATED = 0.3
"""Probability from which the lexicon is said to translate a word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A word that a word of the question may stand for in the articles: itself, or a translation."""

    stem: str
    grams: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question and its readings."""

    asked: str
    """As it was written."""
    capital: bool
    """Whether a capital or digit that does not open the question begins it: likely a name or a number."""
    readings: tuple[Reading, ...]
    weight: float
    """How much it tells: the rarity (idf) of its most frequent reading, less for a word of an earlier question."""
    stems: frozenset[str]
    """Any of which stands for it in an article: its own and those of its likely translations."""


class Retriever:
    """Searches one index with the model that made it."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder

    def search(self, question: Question, count: int) -> list[Hit]:
        """The ``count`` best passages; fewer where the index holds fewer. Ties go to the earlier row.

        A passage that says what a better one says (an agency report in another paper) is no hit of its own: its
        sentences are evidence of the better one's.
        """
        terms = self.terms(question)
        stems: defaultdict[str, float] = defaultdict(float)
        letters: defaultdict[str, float] = defaultdict(float)
        for reading in (reading for term in terms for reading in term.readings):
            stems[reading.stem] += reading.weight
            for gram in reading.grams:
                letters[gram] += reading.weight
        word_scores, gram_scores = self.index.words.scores(stems), self.index.grams.scores(letters)
        vector = self._vector(question)
        searched = self._searched(question.filter)
        if searched is not None:
            word_scores, gram_scores = np.where(searched, (word_scores, gram_scores), 0)
        candidates = self._candidates(word_scores, gram_scores, vector, searched)
        if not len(candidates):
            return []
        sentences = self.index.sentences_of(candidates)
        cosines = [self.index.vectors.cosines(vector, rows) for rows in sentences]
        meaning_scores = np.array([found.max() for found in cosines], np.float32)
        rankings = (word_scores[candidates], gram_scores[candidates], meaning_scores)
        weights = WEIGHTS[question.language]
        fused = fuse(rankings, (weights.words, weights.grams, weights.meaning))
        ranks = [_ranks(scores) for scores in rankings]
        hits: list[Hit] = []
        for at in np.argsort(-fused, kind="stable").tolist():
            evidence = tuple(
                _evidence(self.index.sentence(row), self.index.model.scale.read(float(cosine)), terms)
                for row, cosine in zip(sentences[at].tolist(), cosines[at], strict=True)
            )
            passage = self.index.passage(int(candidates[at]))
            same = next((row for row, hit in enumerate(hits) if says_the_same(hit.passage.text, passage.text)), None)
            if same is not None:
                hits[same] = replace(hits[same], evidence=hits[same].evidence + evidence)
                continue
            if len(hits) == count:
                break
            word_rank, gram_rank, meaning_rank = (int(rank[at]) for rank in ranks)
            hits.append(Hit(passage, float(fused[at]), word_rank, gram_rank, meaning_rank, evidence))
        return hits

    def terms(self, question: Question) -> list[Term]:
        """The question's content words, read in each language that an article is in.

        Without the names that its filter sees to.
        """
        terms = []
        names = f"{question.filter.publisher or ''} {question.filter.author or ''}"
        filtered = {word.folded for word in content_words(names, question.language)}
        taken = len(question.text) - len(question.asked) if question.text.endswith(question.asked) else 0
        for word in content_words(question.text, question.language):
            if word.folded in filtered:
                continue
            asked = question.text[word.start : word.end]
            opens = _OPENING.search(question.text[: word.start]) is not None
            capital = asked[0].isdigit() or (asked[0].isupper() and not opens)
            counts = EARLIER if word.start < taken else 1.0
            readings, stems, translated = [], set(), False
            for language in sorted(self.index.languages):
                own = Reading(stem(word.folded, language), grams(word.folded), counts)
                stems.add(own.stem)
                if language != question.language:
                    found = load_lexicon().translations(word.folded, language)
                    stems |= {stem(w, language) for w, share in found if share >= LIKELY}
                    if sum(share for _, share in found) > TRANSLATED:
                        own, translated = replace(own, weight=counts * OWN_SHARE), True
                    if translated or not capital or question.language == "de":  # else a name: "Biden"
                        readings += [Reading(stem(w, language), grams(w), counts * share) for w, share in found]
                readings.append(own)
            rarity = min(self.index.words.rarity(reading.stem) for reading in readings)
            terms.append(Term(asked, capital, tuple(readings), counts * rarity, frozenset(stems)))
        return terms

    def _vector(self, question: Question) -> Vectors:
        """What the question means; a follow-up counts once with what it follows and once by itself."""
        vector = self.embedder.embed_question(question.text)
        if question.text == question.asked:
            return vector
        return unit(vector + self.embedder.embed_question(question.asked))

    def _searched(self, filter: Filter) -> NDArray[np.bool_] | None:
        """Whether each passage is of an article that the filter leaves; None where it leaves all."""
        if not filter:
            return None
        left = np.array([filter.matches(article) for article in self.index.articles], np.bool_)
        searched: NDArray[np.bool_] = left[self.index.passage_rows[:, 0]]
        return searched

    def _candidates(
        self, word_scores: Scores, gram_scores: Scores, vector: Vectors, searched: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """The rows of searched passages that at least one ranking has among its best, in order."""
        among = None if searched is None else np.flatnonzero(searched[self.index.sentence_rows[:, 0]])
        nearest, _ = self.index.vectors.nearest(vector, 3 * CANDIDATES, among)
        owners = self.index.sentence_rows[nearest, 0]
        _, first = np.unique(owners, return_index=True)
        by_meaning = owners[np.sort(first)[:CANDIDATES]]
        return np.unique(np.concatenate([_best(word_scores), _best(gram_scores), by_meaning])).astype(np.int64)

    def unknown_words(self, question: Question) -> tuple[str, ...]:
        """The question's words that stand nowhere in the articles, as they were asked, each once.

        Of a question in a language no article is in, only names and numbers can be expected to stand there.
        """
        foreign = question.language not in self.index.languages
        unknown: dict[str, None] = {}
        for term in self.terms(question):
            indexed = any(map(self.index.words.frequency, term.stems))
            if not indexed and (term.capital or not foreign) and not self._stands_anywhere(term.asked):
                unknown[term.asked] = None
        return tuple(unknown)

    def strangers(self, question: Question) -> tuple[str, ...]:
        """The names and years in the question that no article holds, not even in part or translated, each once.

        A name is what has a capital and, in German, no translation: "Orbán", not "Anteil".
        """
        published = {str(article.published.year) for article in self.index.articles if article.published}
        found: dict[str, None] = {}
        for term in self.terms(question):
            year = _YEAR.fullmatch(term.asked) is not None and term.asked not in published
            name = term.capital and not term.asked[0].isdigit() and not is_date(term.asked)
            if not (year or name) or about_a_piece(term.asked, question.language):
                continue
            letters = term.readings[-1].grams
            held = sum(self.index.grams.frequency(gram) > 0 for gram in letters)
            if (
                not any(map(self.index.words.frequency, term.stems))
                and held < MATCHED * len(letters)
                and not (question.language == "de" and self._translated(term.asked))
                and not self._stands_anywhere(term.asked)
            ):
                found[term.asked] = None
        return tuple(found)

    def _translated(self, word: str) -> bool:
        folded = (found.folded for found in content_words(word, "de"))
        shares = (share for one in folded for _, share in load_lexicon().translations(one, "en"))
        return sum(shares) > TRANSLATED

    def _stands_anywhere(self, word: str) -> bool:
        """Whether any article holds the word, also where nothing is indexed: in tags, links, promotions."""
        found = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
        return any(found.search(article.text) for article in self.index.articles)


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


def _evidence(sentence: Passage, meaning: float, terms: Sequence[Term]) -> Evidence:
    """How the sentence bears on the question, each word read the way the sentence holds it best."""
    language = sentence.article.language
    text = sentence.text
    held = {stem(word.folded, language): word for word in content_words(text, language)}
    letters = {gram: word for word in held.values() for gram in grams(word.folded)}
    mass = sum(term.weight for term in terms) or 1.0
    words = shares = 0.0
    matches: list[tuple[str, str]] = []
    for term in terms:
        by_stem = next((held[reading.stem] for reading in term.readings if reading.stem in held), None)
        words += term.weight * (by_stem is not None)
        share, by_letters = max((_held_letters(reading, letters) for reading in term.readings), key=itemgetter(0))
        shares += term.weight * share
        match = by_stem or (by_letters if share >= MATCHED else None)
        if match:
            matches.append((term.asked, text[match.start : match.end]))
    return Evidence(sentence, words / mass, shares / mass, meaning, tuple(matches))


def _held_letters(reading: Reading, letters: Mapping[str, Word]) -> tuple[float, Word | None]:
    """The share of the reading's 4-grams that a sentence holds, and the word that holds most of them."""
    holding = [letters[gram] for gram in reading.grams if gram in letters]
    best = max(holding, key=holding.count, default=None)
    return len(holding) / len(reading.grams), best
