"""Fit what the signs of a good sentence count: which of those that were found answers.

    python -m training.fit_sentences INDEX QUESTIONS.jsonl

``INDEX`` is built from dev passages, which the model was not trained on; ``QUESTIONS`` holds their questions.
Prints weights, those that ``rag/scoring.py`` began with, and what they are worth on folds they were not fitted on.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from rag.conversation import readings
from rag.embedding import load_embedder
from rag.evaluation import overlap
from rag.focus import asked_for
from rag.index import Index
from rag.questions import Case, read_cases
from rag.records import Passage
from rag.retrieval import Retriever
from rag.scoring import SENTENCE_SIGNS, rank_sentences
from rag.store import load_index

FOLDS = 5
PENALTY = 0.05
"""Against weights that noise asks for; there are thousands of questions and a handful of signs."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """The sentences found for a question."""

    signs: Floats
    """(sentences, signs)"""
    gold: NDArray[np.bool_]


def look_up(index: Index, cases: Sequence[Case], hits: int) -> Iterator[Seen]:
    """What the index finds for each question, in their order."""
    retriever = Retriever(index, load_embedder(""))
    for case in tqdm(cases):
        question = readings(case.question, case.history)[0]
        asked = asked_for(question.asked, question.language)
        found = retriever.search(question, hits)
        ranked = rank_sentences(found, asked, question.text, retriever.telling(question))
        yield Seen(
            np.array([one.signs for one in ranked]), np.array([covers(one.evidence.quote, case) for one in ranked])
        )


def covers(quote: Passage, case: Case) -> bool:
    """Whether the quote holds half of one that is gold."""
    return any(quote.article.id == gold.article and overlap(quote.text, gold.quote) >= 0.5 for gold in case.gold)


def fit_sentences(seen: Sequence[Seen], counts: Floats | None = None) -> Floats:
    """Weights that put a gold sentence first: softmax over each question's sentences, of which one is gold at least.

    ``counts`` is what each question counts, one if not given.
    """
    starts = np.cumsum([0, *(len(one.gold) for one in seen[:-1])])
    signs = np.concatenate([one.signs for one in seen])
    gold = np.concatenate([one.gold for one in seen])
    of = np.repeat(np.arange(len(seen)), [len(one.gold) for one in seen])
    each = np.ones(len(seen)) if counts is None else counts

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = signs @ weights
        exps = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        total, right = np.add.reduceat(exps, starts), np.add.reduceat(exps * gold, starts)
        gradient = signs.T @ ((exps / total[of] - exps * gold / right[of]) * each[of])
        value = np.log(total / right) @ each + PENALTY * weights @ weights
        return float(value), gradient + 2 * PENALTY * weights

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--hits", type=int, default=10)
    given = parser.parse_args()
    with given.questions.open(encoding="utf-8") as lines:
        cases = [case for case in read_cases(lines, str(given.questions)) if case.answerable]
    looked_up = zip(cases, look_up(load_index(given.index), cases, given.hits), strict=True)
    found = [(case, seen) for case, seen in looked_up if seen.gold.any()]
    groups = sorted({case.id.rsplit("-", 1)[0] for case, _ in found})  # questions of one passage are in one fold
    folds = [groups.index(case.id.rsplit("-", 1)[0]) % FOLDS for case, _ in found]
    first: dict[str, list[bool]] = {"de": [], "en": []}
    for fold in range(FOLDS):
        weights = fit_sentences([seen for (_, seen), own in zip(found, folds, strict=True) if own != fold])
        for case, seen in (one for one, own in zip(found, folds, strict=True) if own == fold):
            first[case.language].append(bool(seen.gold[np.argmax(seen.signs @ weights)]))
    for language, right in first.items():
        print(f"{language}: of gold found, first {np.mean(right):.3f}")
    weights = fit_sentences([seen for _, seen in found])
    print("SENTENCE_WEIGHTS", dict(zip(SENTENCE_SIGNS, weights.round(2).tolist(), strict=True)))


if __name__ == "__main__":
    main()
