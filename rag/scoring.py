"""What speaks for a sentence as the answer, and for answering at all: signs, and what they count."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rag.cross_encoder import Read
from rag.focus import Asked, holds
from rag.records import Article, BlockKind, Confidence, Evidence, Hit, Passage

GENITIVE = 4
"""Letters beyond which an s at the end of a name may be that of a genitive."""

BLOB = 60
"""Signs without a space that no German word has."""

_NEVER_BY_CHANCE = frozenset({BlockKind.BYLINE, BlockKind.DATE})
"""Bylines and dates answer only who asks for them: in any other answer they say nothing."""

HEADINGS = frozenset({BlockKind.TITLE, BlockKind.HEADING})

SENTENCE_SIGNS = ("passage", "grams", "meaning", "kind", "heading", "asks", "elsewhere")
"""What speaks for a sentence: its passage's distance behind the best one in fused score; the share of the
question's 4-grams that it holds; its cosine; that it holds the kind of thing asked for; that it is a title or a
heading, which is true but seldom the proof; that it asks itself; the share of the words that tell which story is meant
that its article lacks, as like things happen elsewhere."""

KIND = SENTENCE_SIGNS.index("kind")

ANSWER_SIGNS = ("constant", "meaning", "agreed", "first", "any", "away", "kind", "whole")
"""What speaks for an answer: the mean cosine of its first sentences; in how many of the three rankings the first one's
passage is the first; the cross-encoder's log-odds of the first one; the logarithm of how many of the best read
answer, by their probabilities; the share of the question's names that stand neither in the article of the first
sentence that was read best nor, spelled otherwise, in what was found of it; that the first one holds the kind of
thing asked for; that one of the first holds it and nearly all words of the question. A lesser share of the words says
nothing: questions that just miss an article are put in its very words."""

SENTENCE_WEIGHTS = (0.6, 3.0, 3.8, 1.6, -7.0, -3.7, -0.7)
"""Fitted on dev passages by ``training/fit_sentences.py``; then 4-grams raised against the cosine, as the questions of
those passages avoid their words more than people do. The last was chosen, here and below, on golden, seeds, press,
follow-ups and what a reader asked; -0.7 to -1.5 do alike. ``evals/README.md`` has what others are worth."""

ANSWER_WEIGHTS = (-2.22, 1.81, 0.42, 0.58, 0.95, -1.03, 0.59, 1.45)
"""Log-odds that the articles answer, by ``training/fit_answers.py``. ``evals/README.md`` has what on."""

READ_SENTENCES = 5
"""The cross-encoder reads the passages of so many best sentences; all sentences of these are then ordered anew."""

READ_WEIGHTS = (0.9, 1.35, 0.5, 1.4, -7.0, -1.05, -0.7, 0.95)
"""What the same signs count once sentences are read, and behind them the cross-encoder's log-odds, by
``training/fit_answers.py``, half way from the weights before; titles and headings, which are seldom read, as before."""

READ_MOST = 6.0
"""Its log-odds beyond this, either way, say no more."""

ANSWERED_FROM = -0.9
"""Log-odds from which an answer is given. Below even, as the fit meets as many questions without an answer as with one,
and people ask fewer: ``evals/README.md`` has what it costs and saves."""

UNSURE_FROM = -2.0
"""Log-odds from which a refusal is no more than a guess: ``evals/README.md`` has how many of them are wrong."""

STRONG_FROM, MODERATE_FROM = 2.0, 0.7
"""Log-odds from which the confidence is no longer moderate, no longer weak."""

WHOLE = 0.9
"""Share of the question's words, by what they tell, that is nearly all of them."""

FIRST_SENTENCES = 3
"""The sentences an answer is judged by."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence as a candidate for the answer."""

    hit: Hit
    evidence: Evidence
    signs: tuple[float, ...]
    """The values of ``SENTENCE_SIGNS``."""
    score: float
    told: Read | None = None
    """What the cross-encoder read; None where it did not."""

    @property
    def read(self) -> float:
        """The cross-encoder's log-odds that it answers, within ``READ_MOST``; 0 where it was not read."""
        return max(-READ_MOST, min(READ_MOST, self.told.margin)) if self.told else 0.0


def rank_sentences(hits: Sequence[Hit], asked: Asked, question: str, telling: Sequence[str] = ()) -> list[Scored]:
    """The sentences of all hits, the likeliest answer first; of two equal ones the earlier hit's.

    ``telling`` are the words that tell which story is meant.
    """
    elsewhere = cache(shares_away(telling, hits))
    scored = []
    for hit in hits:
        for evidence in hit.evidence:
            if not _tells_nothing(evidence.quote):
                signs = _signs(evidence, hit, hits[0], asked, question, elsewhere)
                scored.append(Scored(hit, evidence, signs, dot(SENTENCE_WEIGHTS, signs)))
    return best_first(scored)


def _tells_nothing(quote: Passage) -> bool:
    """Whether it is a byline, a date or a heading that asks: what that asks is told below it."""
    asks = quote.kind is BlockKind.HEADING and quote.text.endswith("?")
    return asks or quote.kind in _NEVER_BY_CHANCE or is_blob(quote.text)


def is_blob(text: str) -> bool:
    """Whether it is no prose but, for the most part, one run of signs, as an address or encoded data: what a network
    makes of such is chance.
    """
    longest = max(map(len, text.split()), default=0)
    return longest > BLOB and 2 * longest > len(text)


def best_first(scored: Sequence[Scored]) -> list[Scored]:
    return sorted(scored, key=lambda candidate: -candidate.score)


def log_odds(ranked: Sequence[Scored], names: Sequence[str]) -> float:
    """The log-odds that the first sentences answer the question, rather than merely come near it."""
    return dot(ANSWER_WEIGHTS, answer_signs(ranked, names)) if ranked else -math.inf


def trust(odds: float) -> Confidence | None:
    """What log-odds mean for the reader; None for a refusal."""
    if odds <= ANSWERED_FROM:
        return None
    if odds >= STRONG_FROM:
        return Confidence.STRONG
    return Confidence.MODERATE if odds >= MODERATE_FROM else Confidence.WEAK


def _signs(
    evidence: Evidence, hit: Hit, best: Hit, asked: Asked, question: str, elsewhere: Callable[[Article], float]
) -> tuple[float, ...]:
    """The values of ``SENTENCE_SIGNS``."""
    return (
        hit.score - best.score,
        evidence.grams,
        evidence.meaning,
        float(holds(asked, question, evidence.quote.text, evidence.quote.article.language)),
        float(evidence.quote.kind in HEADINGS),
        float(evidence.quote.text.endswith("?")),
        elsewhere(evidence.quote.article),
    )


def answer_signs(ranked: Sequence[Scored], names: Sequence[str]) -> tuple[float, ...]:
    """The values of ``ANSWER_SIGNS`` for sentences, at least one, in the order of an answer."""
    first = ranked[:FIRST_SENTENCES]
    away = shares_away(names, [scored.hit for scored in ranked])
    ranks = (first[0].hit.word_rank, first[0].hit.gram_rank, first[0].hit.meaning_rank)
    return (
        1.0,
        sum(scored.evidence.meaning for scored in first) / len(first),
        float(sum(rank == 1 for rank in ranks)),
        first[0].read,
        math.log(sum(1 / (1 + math.exp(-scored.read)) for scored in ranked[:READ_SENTENCES])),
        away(max(first, key=lambda scored: scored.read).hit.passage.article),
        first[0].signs[KIND],
        float(any(scored.signs[KIND] and scored.evidence.words >= WHOLE for scored in first)),
    )


def shares_away(names: Sequence[str], hits: Iterable[Hit]) -> Callable[[Article], float]:
    """Of an article, the share of names that it does not hold, nor, spelled otherwise, what was found of it."""
    spelled_otherwise: defaultdict[str, set[str]] = defaultdict(set)
    for hit in {id(hit): hit for hit in hits}.values():
        spelled_otherwise[hit.passage.article.id] |= {asked for one in hit.evidence for asked, _ in one.matches}

    def away(article: Article) -> float:
        known = spelled_otherwise[article.id]
        lacking = [name for name in names if name not in known and not _names(article.text, name)]
        return len(lacking) / len(names) if names else 0.0

    return away


def _names(text: str, name: str) -> bool:
    """Whether a word of the text is the name, in the genitive or not, or made of a longer one: "Putins", "Pariser"."""
    ending = r"\w{0,2}" if len(name) > GENITIVE else "s?"
    genitive = rf"|{re.escape(name[:-1])}" if name.endswith("s") and len(name) > GENITIVE else ""
    return re.search(rf"\b(?:{re.escape(name)}{ending}{genitive})\b", text, re.IGNORECASE) is not None


def dot(weights: Sequence[float], signs: Sequence[float]) -> float:
    return sum(weight * sign for weight, sign in zip(weights, signs, strict=True))
