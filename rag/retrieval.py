"""A question -> the passages that bear on it, best first, with how each of their sentences does."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.bilingual.lexicon import LIKELY, load_lexicon, namesakes
from rag.embedding import Embedder
from rag.focus import is_date
from rag.index import Index, Scores, rarity
from rag.language import (
    content_words,
    english_spellings,
    filed_under,
    folded,
    german_spelling,
    grams,
    says_the_same,
    spoken_in,
    stem,
    tokens,
)
from rag.pieces import about_a_piece
from rag.records import Evidence, Hit, Language, Passage, Question, Span, Vectors
from rag.spelling import LONG_PART, is_compound, mended
from rag.vectors import unit

CANDIDATES = 100
"""Passages taken from each of the three rankings. Fusion and its z-scores know only these."""

TELLING = 3
"""A word that no more passages hold tells by itself which story is meant. Chosen on ``follow-ups`` of
``evals/questions`` and on what a reader asked of three collections.
"""

_OPENING = re.compile(r"(?:^|[.?!]\s+)\W*$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


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
    indexed: bool
    """Whether a passage holds it, or a likely translation."""


_REMEMBERED = 16
"""Questions whose words and vectors are kept: one question is looked up by several parts, in several readings."""


class Retriever:
    """Searches one index with the model that made it."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder
        self.terms = lru_cache(_REMEMBERED)(self._terms)
        self._embedded = lru_cache(_REMEMBERED)(embedder.embed_question)

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
        found = self.index.candidates(stems, letters, self._vector(question), question.filter, CANDIDATES)
        if not len(found.rows):
            return []
        rankings = (found.words, found.grams, found.nearest)
        weights = WEIGHTS[question.language]
        fused = fuse(rankings, (weights.words, weights.grams, weights.meaning))
        ranks = [_ranks(scores) for scores in rankings]
        read = SentenceReader(terms)
        hits: list[Hit] = []
        order = np.argsort(-fused, kind="stable")
        for at, (passage, sentences) in zip(order, self.index.passages(found.rows[order]), strict=True):
            same = next((row for row, hit in enumerate(hits) if says_the_same(hit.passage.text, passage.text)), None)
            if same is None and len(hits) == count:
                break
            meanings = map(self.index.model.scale.read, found.cosines_of(at).tolist())
            evidence = tuple(map(read.evidence, sentences, meanings))
            if same is not None:
                hits[same] = replace(hits[same], evidence=hits[same].evidence + evidence)
                continue
            by_words, by_grams, by_meaning = (int(rank[at]) for rank in ranks)
            held = by_words if found.words[at] > 0 else None, by_grams if found.grams[at] > 0 else None
            hits.append(Hit(passage, float(fused[at]), *held, by_meaning, evidence))
        return hits

    def _terms(self, question: Question) -> tuple[Term, ...]:
        """The question's content words, read in each language that an article is in.

        Without the names that its filter sees to.
        """
        names = f"{question.filter.publisher or ''} {question.filter.author or ''}"
        filtered = {word.folded for word in content_words(names, question.language)}
        read = []
        for word in content_words(question.text, question.language):
            if word.folded in filtered:
                continue
            asked = question.text[word.start : word.end]
            opens = _OPENING.search(question.text[: word.start]) is not None
            capital = asked[0].isdigit() or (asked[0].isupper() and not opens)
            counts = EARLIER if word.start < len(question.earlier) else 1.0
            read.append((asked, capital, counts, *self._readings(word.folded, capital, counts, question.language)))
        stems = {reading.stem for *_, readings, _ in read for reading in readings}
        holding = self.index.stem_frequencies(stems.union(*(standing for *_, standing in read)))
        total = self.index.passage_count
        return tuple(
            Term(
                asked,
                capital,
                readings,
                weight=counts * rarity(max(holding[reading.stem] for reading in readings), total),
                indexed=any(holding[stem] for stem in standing),
            )
            for asked, capital, counts, readings, standing in read
        )

    def _readings(
        self, word: str, capital: bool, counts: float, asked_in: Language
    ) -> tuple[tuple[Reading, ...], set[str]]:
        """What a word stands for in each language, its own reading last; the stems that it may be indexed by."""
        readings, stems, translated = [], set(), False
        for language in sorted(self.index.articles.languages):
            own = Reading(stem(word, language), grams(word), counts)
            stems.add(own.stem)
            if language != asked_in:
                found = load_lexicon().translations(word, language, inflected=not (capital and asked_in == "en"))
                stems |= {stem(w, language) for w, share in found if share >= LIKELY}
                if sum(share for _, share in found) > TRANSLATED:
                    own, translated = replace(own, weight=counts * OWN_SHARE), True
                spelled = word if translated or asked_in == "de" else german_spelling(word)
                if translated or not capital or asked_in == "de":  # else a name: "Biden"
                    readings += [Reading(stem(w, language), grams(w), counts * share) for w, share in found]
                # typed in lower case it is only taken for a name that an article may hold: "zelensky", "Selenskyj"
                if spelled != word and (capital or self._share_held(grams(spelled)) == 1):
                    readings.append(Reading(stem(spelled, language), grams(spelled), counts))
                    stems.add(readings[-1].stem)
            readings.append(own)
        if capital or not translated:
            otherwise = self._otherwise(word, asked_in, {reading.stem for reading in readings}, capital)
            readings = [*(Reading(one, grams(name), counts) for one, name in otherwise.items()), *readings]
            stems |= otherwise.keys()
        return tuple(readings), stems

    def _otherwise(self, word: str, asked_in: Language, read: Collection[str], capital: bool) -> dict[str, str]:
        """Other names of a word that a passage holds, by their stems; ``read`` are those that it is read as already.

        What the lexicon, of one with a capital, and the transcription of Cyrillic letters tell counts only where no
        passage holds one of these.
        """
        names = set(namesakes(word))
        if not any(self.index.stem_frequencies(read).values()):
            names |= load_lexicon().synonyms(word, asked_in) if capital else set()
            names |= english_spellings(word) if asked_in == "de" else set()
        stems = {stem(name, language): name for name in sorted(names) for language in self.index.articles.languages}
        holding = self.index.stem_frequencies(stems.keys())
        return {one: name for one, name in stems.items() if holding[one] and one not in read}

    def _vector(self, question: Question) -> Vectors:
        """What the question means; a follow-up counts once with what it follows and once by itself."""
        vector = self._embedded(question.text)
        if question.text == question.asked:
            return vector
        return unit(vector + self._embedded(question.asked))

    def spelled(self, text: str) -> str:
        """A question without its slips of the finger, as far as the language and the articles tell."""
        return mended(text, spoken_in(text), self)

    def indexed(self, words: Collection[str]) -> set[str]:
        """Those of words in lower case that the articles hold, in any form."""
        languages = self.index.articles.languages
        stems = {word: {stem(folded(word, one) or word, one) for one in languages} for word in words}
        holding = self.index.stem_frequencies(set().union(*stems.values()))
        return {word for word in words if any(holding[one] for one in stems[word])}

    def written(self, word: str) -> bool:
        """Whether an article holds this very word in lower case, or a longer one."""
        return self.index.articles.holds(word)

    def unknown_words(self, question: Question) -> tuple[str, ...]:
        """The question's words that stand nowhere in the articles, as they were asked, each once.

        Of a question in a language no article is in, only names and numbers can be expected to stand there, and what
        calls an article one ("Kommentar") in none.
        """
        foreign = question.language not in self.index.articles.languages
        unknown: dict[str, None] = {}
        for term in self.terms(question):
            sought = (term.capital or not foreign) and not about_a_piece(term.asked, question.language)
            if sought and not term.indexed and not self.index.articles.holds(term.asked):
                unknown[term.asked] = None
        return tuple(unknown)

    def names(self, question: Question) -> tuple[str, ...]:
        """The names in the question, each once: what has a capital and, in German, no translation ("Orbán")."""
        return tuple(
            dict.fromkeys(term.asked for term in self.terms(question) if self._is_name(term, question.language))
        )

    def is_generic(self, question: Question) -> bool:
        """Whether nothing that it asks of tells which story is meant: no name, and no word that few passages hold."""
        terms = self.terms(question)
        if any(self._is_name(term, question.language) for term in terms):
            return False
        held = self.index.stem_frequencies({reading.stem for term in terms for reading in term.readings})
        most = (max(held[reading.stem] for reading in term.readings) for term in terms)
        return not any(0 < passages <= TELLING for passages in most)

    def telling(self, question: Question) -> tuple[str, ...]:
        """What an article of the story that is meant should hold, each once: the names in the question, and the words
        of it that few passages hold as they are; a translation may be any of several.
        """
        terms = self.terms(question)
        held = self.index.stem_frequencies({term.readings[-1].stem for term in terms})
        few = {term.asked for term in terms if 0 < held[term.readings[-1].stem] <= TELLING}
        names = {term.asked for term in terms if self._is_name(term, question.language)}
        return tuple(dict.fromkeys(term.asked for term in terms if term.asked in few | names))

    def strangers(self, question: Question) -> tuple[str, ...]:
        """The names and years in the question that no article holds, not even in part or translated, each once.

        A word of the language is no name: "Flugabwehr".
        """
        return tuple(
            dict.fromkeys(
                term.asked
                for term in self.terms(question)
                if not term.indexed
                and self._is_strange(term, question.language)
                and not self.index.articles.holds(term.asked)
            )
        )

    def knows_of(self, question: Question) -> bool:
        """Whether any article holds any word of the question, be it in translation."""
        return any(term.indexed or self.index.articles.holds(term.asked) for term in self.terms(question))

    def _is_strange(self, term: Term, language: Language) -> bool:
        """Whether a term that no article holds is a year, or a name that none holds in part either."""
        if _YEAR.fullmatch(term.asked):
            return term.asked not in {str(day.year) for day in self.index.articles.published}
        return (
            self._is_name(term, language)
            and self._share_held(term.readings[-1].grams) < MATCHED
            and not self._is_word(term.asked, language)
        )

    def _is_name(self, term: Term, language: Language) -> bool:
        word = term.asked
        if not term.capital or word[0].isdigit() or is_date(word) or about_a_piece(word, language):
            return False
        return language != "de" or not self._translated(word, language)

    def _share_held(self, letters: Sequence[str]) -> float:
        """The share of 4-grams that any passage holds."""
        holding = self.index.gram_frequencies(set(letters))
        return sum(holding[gram] > 0 for gram in letters) / len(letters)

    def _is_word(self, word: str, language: Language) -> bool:
        return self._translated(word, language) or (language == "de" and is_compound(word.lower(), LONG_PART))

    def _translated(self, word: str, language: Language) -> bool:
        other: Language = "en" if language == "de" else "de"
        folded = (found.folded for found in content_words(word, language))
        shares = (share for one in folded for _, share in load_lexicon().translations(one, other, inflected=False))
        return sum(shares) > TRANSLATED


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


def _ranks(scores: Scores) -> NDArray[np.int64]:
    """The place of each score among all, from 1; equal ones share theirs."""
    return 1 + len(scores) - np.searchsorted(np.sort(scores), scores, side="right")


@dataclass(frozen=True, slots=True)
class _Held:
    """What a word of an article holds of the question."""

    stem: str
    letters: int
    """The bits of the question's 4-grams that it holds."""


class SentenceReader:
    """Says how sentences bear on one question's terms. What each word holds of them is found out once."""

    def __init__(self, terms: Sequence[Term]) -> None:
        readings = [reading for term in terms for reading in term.readings]
        self._stems = {reading.stem for reading in readings}
        letters = dict.fromkeys(gram for reading in readings for gram in reading.grams)
        self._bits = {gram: 1 << at for at, gram in enumerate(letters)}
        self._terms = [(term, [self._letters(reading.grams) for reading in term.readings]) for term in terms]
        self._mass = sum(term.weight for term in terms) or 1.0
        self._seen: defaultdict[Language, dict[str, _Held | None]] = defaultdict(dict)

    def evidence(self, sentence: Passage, meaning: float) -> Evidence:
        """How the sentence bears on the question, each word read the way the sentence holds it best."""
        text, language = sentence.text, sentence.article.language
        seen = self._seen[language]
        stems: dict[str, Span] = {}
        holding: list[tuple[int, Span]] = []
        together = 0
        for match in tokens(text):
            token = match[0]
            if token not in seen:
                seen[token] = self._held(token, language)
            held = seen[token]
            if held is not None:
                stems[held.stem] = match.span()
                holding.append((held.letters, match.span()))
                together |= held.letters
        words = shares = 0.0
        matches: list[tuple[str, str]] = []
        for term, wanted in self._terms if holding else ():
            share, best = max(((together & one).bit_count() / one.bit_count(), one) for one in wanted)
            shares += term.weight * share
            place = next((stems[reading.stem] for reading in term.readings if reading.stem in stems), None)
            words += term.weight * (place is not None)
            if place is None and share >= MATCHED:
                _, place = max(holding, key=lambda word: (word[0] & best).bit_count())
            if place:
                matches.append((term.asked, text[slice(*place)]))
        return Evidence(sentence, words / self._mass, shares / self._mass, meaning, tuple(matches))

    def _held(self, token: str, language: Language) -> _Held | None:
        """None for a word that holds nothing of the question."""
        found = filed_under(token, language)
        if found is None or (found[0] not in self._stems and self._bits.keys().isdisjoint(found[1])):
            return None
        return _Held(found[0], self._letters(found[1]))

    def _letters(self, found: Sequence[str]) -> int:
        letters = 0
        for gram in found:
            letters |= self._bits.get(gram, 0)
        return letters
