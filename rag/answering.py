"""Hits -> an answer made of their own sentences, or the admission that they do not say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.focus import Asked, asked_for, find_focus, holds
from rag.language import content_words
from rag.records import (
    Answer,
    BlockKind,
    Citation,
    Evidence,
    Hit,
    Language,
    Outcome,
    Question,
    Sentence,
)

MAX_SENTENCES = 3
MAX_SENTENCES_WIDE = 5
"""For a list, a comparison or a reason, which one sentence seldom gives whole."""

DUPLICATE = 0.8
"""Two sentences say the same when they share so much of the words of both: agency copies, mostly."""

_WIDE = frozenset({Asked.SEVERAL, Asked.REASON})
_HEADINGS = frozenset({BlockKind.TITLE, BlockKind.HEADING})


class AnswerWriter(Protocol):
    """The seam to whatever makes an answer of hits."""

    def write(self, question: Question, hits: Sequence[Hit]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the signs of a good sentence count."""

    passage: float
    """... its passage's distance behind the best one, in fused score"""
    words: float
    grams: float
    meaning: float
    kind: float
    """... that it holds the kind of thing that was asked for"""
    heading: float
    """... that it is a title or a heading: true, but seldom the proof"""


WEIGHING: Mapping[Language, Weighing] = {
    "de": Weighing(passage=0.3, words=1.0, grams=2.0, meaning=0.5, kind=0.2, heading=-0.3),
    "en": Weighing(passage=0.3, words=0.5, grams=2.0, meaning=1.0, kind=0.2, heading=-0.3),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence as a candidate for the answer."""

    evidence: Evidence
    score: float


class ExtractiveWriter:
    """Answers with the sentences themselves. It can leave out, but it cannot make up."""

    def __init__(self, target_words: int) -> None:
        self.target_words = target_words

    def write(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """The best sentences of the hits, best first, each with its citations.

        A sentence that says the same as an earlier one becomes a further citation of that one. Without a
        citation the answer is that the articles do not say.
        """
        asked = asked_for(question.asked, question.language)
        ranked = rank_sentences(hits, asked, question.language)
        if not ranked or not answers(ranked, asked, question.language):
            return Answer(question, Outcome.NOT_FOUND, hits=tuple(hits))
        groups = self._choose(ranked, MAX_SENTENCES_WIDE if asked in _WIDE else MAX_SENTENCES)
        sentences: list[Sentence] = []
        citations: list[Citation] = []
        for group in groups:
            numbers = range(len(citations) + 1, len(citations) + len(group) + 1)
            sentences.append(Sentence(group[0].quote.text, tuple(numbers)))
            for number, evidence in zip(numbers, group, strict=True):
                citations.append(_cite(number, evidence, asked, question))
        return Answer(question, Outcome.ANSWERED, tuple(sentences), tuple(citations), tuple(hits))

    def _choose(self, ranked: Sequence[Scored], most: int) -> list[list[Evidence]]:
        """Groups of sentences that say the same, best group first, within the words an answer aims at."""
        groups: list[list[Evidence]] = []
        words = 0
        for scored in ranked:
            same = next((group for group in groups if _same(group[0], scored.evidence)), None)
            length = len(scored.evidence.quote.text.split())
            if same is not None:
                same.append(scored.evidence)
            elif not groups or (len(groups) < most and words + length <= self.target_words):
                groups.append([scored.evidence])
                words += length
        return [group[:most] for group in groups]


def rank_sentences(hits: Sequence[Hit], asked: Asked, language: Language) -> list[Scored]:
    """The sentences of all hits, the likeliest answer first; of two equal ones the earlier hit's."""
    weighing = WEIGHING[language]
    scored = [Scored(evidence, score) for hit in hits for evidence, score in _score(hit, hits[0], asked, weighing)]
    return sorted(scored, key=lambda candidate: -candidate.score)


def answers(ranked: Sequence[Scored], asked: Asked, language: Language) -> bool:
    """Whether the best sentences answer the question, or merely come nearest."""
    return ranked[0].score > 0


def _score(hit: Hit, best: Hit, asked: Asked, weighing: Weighing) -> Iterator[tuple[Evidence, float]]:
    for evidence in hit.evidence:
        score = weighing.passage * (hit.score - best.score)
        score += weighing.words * evidence.words + weighing.grams * evidence.grams
        score += weighing.meaning * evidence.meaning
        score += weighing.kind * holds(asked, evidence.quote.text)
        score += weighing.heading * (evidence.quote.kind in _HEADINGS)
        yield evidence, score


def _same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences share nearly all their words."""
    words, others = (
        {word.folded for word in content_words(e.quote.text, e.quote.article.language)} for e in (one, other)
    )
    return len(words & others) >= DUPLICATE * max(len(words | others), 1)


def _cite(number: int, evidence: Evidence, asked: Asked, question: Question) -> Citation:
    quote = evidence.quote
    focus = find_focus(asked, question.text, quote.text)
    return Citation(number, quote, (quote.start + focus[0], quote.start + focus[1]) if focus else None)
