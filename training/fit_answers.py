"""Fit what the signs of a good answer count: which sentence answers, and whether any does.

    python -m training.fit_answers INDEX QUESTIONS.jsonl

``INDEX`` is built from dev passages, which the model was not trained on; ``QUESTIONS`` holds their questions.
The cross-encoder's sign is left out: its weight was chosen on all question sets.
Prints weights, those that ``rag/answering.py`` began with, and what they are worth on folds they were not fitted on.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from rag.answering import ANSWER_SIGNS, FIRST_SENTENCES, SENTENCE_SIGNS, Scored, answer_signs, sentence_signs
from rag.conversation import readings
from rag.embedding import load_embedder
from rag.evaluation import overlap
from rag.focus import Asked, asked_for
from rag.index import Index
from rag.questions import Case, read_cases
from rag.records import Hit
from rag.retrieval import Retriever
from rag.store import load_index

FOLDS = 5
PENALTY = 0.05
"""Against weights that noise asks for; there are thousands of questions and a handful of signs."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A question and what was found for it."""

    case: Case
    asked: Asked
    hits: tuple[Hit, ...]
    strangers: tuple[str, ...]
    signs: Floats
    """(sentences, signs)"""
    gold: NDArray[np.bool_]
    fold: int


def look_up(index: Index, cases: Sequence[Case], hits: int) -> Iterator[Seen]:
    """Each question with what the index finds for it; and once more with its own article away, as unanswerable."""
    retriever = Retriever(index, load_embedder(""))
    groups = sorted({case.id.rsplit("-", 1)[0] for case in cases})
    fold = {group: number % FOLDS for number, group in enumerate(groups)}
    for case in tqdm(cases):
        question = readings(case.question, case.history)[0]
        asked = asked_for(question.asked, question.language)
        found = tuple(retriever.search(question, hits + 5))
        own = {gold.article for gold in case.gold}
        for kept, gold in (
            (found, case.answerable),
            (tuple(h for h in found if h.passage.article.id not in own), False),
        ):
            chosen = kept[:hits]
            if chosen and (gold or not case.answerable or kept is not found):
                yield _seen(
                    case, asked, question.text, chosen, retriever.strangers(question), fold[case.id.rsplit("-", 1)[0]]
                )
            if not case.answerable:
                break


def _seen(case: Case, asked: Asked, text: str, hits: tuple[Hit, ...], strangers: tuple[str, ...], fold: int) -> Seen:
    pairs = [(hit, evidence) for hit in hits for evidence in hit.evidence]
    signs = np.array([sentence_signs(evidence, hit, hits[0], asked, text) for hit, evidence in pairs])
    gold = np.array(
        [
            any(e.quote.article.id == g.article and overlap(e.quote.text, g.quote) >= 0.5 for g in case.gold)
            for _, e in pairs
        ]
    )
    return Seen(case, asked, hits, strangers, signs, gold, fold)


def fit_sentences(seen: Sequence[Seen]) -> Floats:
    """Weights that put a gold sentence first: softmax over each question's sentences."""
    seen = [one for one in seen if one.gold.any()]
    starts = np.cumsum([0, *(len(one.gold) for one in seen[:-1])])
    signs = np.concatenate([one.signs for one in seen])
    gold = np.concatenate([one.gold for one in seen])
    of = np.repeat(np.arange(len(seen)), [len(one.gold) for one in seen])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = signs @ weights
        exps = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        total, right = np.add.reduceat(exps, starts), np.add.reduceat(exps * gold, starts)
        gradient = signs.T @ (exps / total[of] - exps * gold / right[of])
        value = np.log(total / right).sum() + PENALTY * weights @ weights
        return float(value), gradient + 2 * PENALTY * weights

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x)


def fit_answers(signs: Floats, answerable: NDArray[np.bool_], weight: Floats) -> Floats:
    """Logistic weights: log-odds that the question is answered."""
    sign = np.where(answerable, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (signs @ weights)
        share = weight / (1 + np.exp(margin))
        value = (weight * np.logaddexp(0, -margin)).sum() + PENALTY * weights[1:] @ weights[1:]
        return float(value), -signs.T @ (sign * share) + 2 * PENALTY * np.concatenate([[0], weights[1:]])

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x)


def first_signs(one: Seen, weights: Floats) -> tuple[tuple[float, ...], bool, bool]:
    """The signs of the answer that the weights make; whether gold is first, and whether it is among the first."""
    order = np.argsort(-(one.signs @ weights), kind="stable")[:FIRST_SENTENCES]
    pairs = [(hit, evidence) for hit in one.hits for evidence in hit.evidence]
    first = [Scored(pairs[row][0], pairs[row][1], 0.0) for row in order]
    return answer_signs(first, one.strangers), bool(one.gold[order[0]]), bool(one.gold[order].any())


def auroc(right: Floats, wrong: Floats) -> float:
    """The share of pairs in which the right one scores higher."""
    return float((right[:, None] > wrong[None, :]).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--hits", type=int, default=10)
    given = parser.parse_args()
    with given.questions.open(encoding="utf-8") as lines:
        cases = read_cases(lines, str(given.questions))
    everything = list(look_up(load_index(given.index), cases, given.hits))
    scores, first, among = (np.zeros(len(everything)) for _ in range(3))
    for fold in range(FOLDS):
        weights, odds = _fit([one for one in everything if one.fold != fold])
        for row in (row for row, one in enumerate(everything) if one.fold == fold):
            signs, first[row], among[row] = first_signs(everything[row], weights)
            scores[row] = np.dot(odds, signs)
    for language in ("de", "en"):
        spoken = np.array([one.case.language == language for one in everything])
        found = np.array([bool(one.gold.any()) for one in everything])
        right, missing = spoken & found & (among > 0), spoken & ~found
        print(
            f"{language}: of gold found, first {first[spoken & found].mean():.3f}, "
            f"among the first {among[spoken & found].mean():.3f}; "
            f"answered or not: AUROC {auroc(scores[right], scores[missing]):.3f}"
        )
    weights, odds = _fit(everything)
    print("SENTENCE_WEIGHTS", dict(zip(SENTENCE_SIGNS, weights.round(2).tolist(), strict=True)))
    print("ANSWER_WEIGHTS", dict(zip(ANSWER_SIGNS, odds.round(2).tolist(), strict=True)))


def _fit(seen: Sequence[Seen]) -> tuple[Floats, Floats]:
    """Sentence weights, and answer weights on what these sentences show.

    Right answers count as much as questions that just miss the article and questions without their article
    together, and these two alike. An answerable question whose gold sentence does not come among the first
    says nothing about either.
    """
    weights = fit_sentences(seen)
    rows = [(one, *first_signs(one, weights)) for one in seen]
    rows = [row for row in rows if row[3] or not row[0].gold.any()]
    answerable = np.array([one.gold.any() for one, *_ in rows])
    absent = np.array([one.case.answerable and not one.gold.any() for one, *_ in rows])
    share = np.where(
        answerable, 0.5 / answerable.mean(), 0.25 / np.where(absent, absent.mean(), (~absent & ~answerable).mean())
    )
    return weights, fit_answers(np.array([signs for _, signs, *_ in rows]), answerable, share)


if __name__ == "__main__":
    main()
