"""Fit what signs count once sentences are read: which answers the question, and whether any does.

    python -m training.fit_answers INDEX=QUESTIONS.jsonl INDEX=QUESTIONS.jsonl ...

Each pair is an index and questions on its articles; one that is given twice counts twice. Every index is also asked
questions of the sets on other articles, which nothing in it is about. Prints weights, those of ``rag/scoring.py``,
and what they are worth on the articles that they were not fitted on.
"""

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from rag.answering import ExtractiveWriter, leaning, leant
from rag.conversation import legible, readings
from rag.cross_encoder import CrossEncoder
from rag.embedding import load_embedder
from rag.focus import asked_for
from rag.hearing import hear
from rag.pieces import asked_of_pieces
from rag.questions import Case, read_cases
from rag.records import Language
from rag.retrieval import Retriever
from rag.scoring import ANSWER_SIGNS, SENTENCE_SIGNS, answer_signs, rank_sentences
from rag.settings import Settings
from rag.store import load_index
from training.fit_sentences import Seen, covers, fit_sentences

PENALTY = 0.02
"""Against weights that noise asks for; there are thousands of questions and a handful of signs."""

STRANGE = 240
"""Questions of other sets that an index is asked."""

STRANGE_COUNT = 0.25
"""What these count, all together, against the unanswerable ones of a set: near misses are what misleads."""

FALSE_REFUSALS = 0.08
"""Share of the answerable questions refused, mean of the sets, at which the printed share of others is refused."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to an index, and the signs of its answer."""

    questions: str
    index: Path
    language: Language
    signs: tuple[float, ...]
    answerable: bool
    strange: bool
    read: Seen
    """Its sentences that were read, by the signs of ``READ_WEIGHTS``."""


class Asker:
    """Looks questions up in one index and reads what it finds; as the product, without filters and second readings."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self._retriever = Retriever(load_index(index), load_embedder(""))
        self._writer = ExtractiveWriter(0, CrossEncoder())
        self._hits = Settings().hits

    def ask(self, case: Case, questions: str, strange: bool) -> Asked | None:
        """None for a question about an article itself, or where nothing is found."""
        earlier = [self._retriever.spelled(text) for text in case.history]
        question = readings(self._retriever.spelled(legible(case.question)), earlier)[0]
        asked = asked_for(question.asked, question.language)
        hits = self._retriever.search(question, self._hits)
        names, telling = self._retriever.names(question), self._retriever.telling(question)
        lean = leaning(question, hear(question, hits, names))
        ranked = self._writer.read(question, leant(rank_sentences(hits, asked, question.text, telling), lean), lean)
        if not ranked or asked_of_pieces(question.asked, question.language):
            return None
        signs = answer_signs(ranked, names)
        read = [one for one in ranked if one.told]
        gold = np.array([covers(one.evidence.quote, case) for one in read], np.bool_)
        seen = Seen(np.array([(*one.signs, one.read) for one in read]), gold)
        return Asked(questions, self.index, question.language, signs, case.answerable and not strange, strange, seen)


def ask_all(sets: Sequence[tuple[Path, Path]]) -> list[Asked]:
    """Every question of each set, and those of other sets that are strange to its index."""
    cases: dict[Path, list[Case]] = {}
    for _, questions in sets:
        with questions.open(encoding="utf-8") as lines:
            cases[questions] = read_cases(lines, str(questions))
    askers = {index: Asker(index) for index, _ in sets}
    found = [askers[index].ask(case, of.stem, strange=False) for index, of in sets for case in tqdm(cases[of])]
    draw = random.Random(0)
    for index, asker in askers.items():
        others = [questions for of, questions in sets if of != index]
        for questions in others:
            fit = [case for case in cases[questions] if case.answerable and not case.history]
            some = draw.sample(fit, min(len(fit), STRANGE // len(others)))
            found += [asker.ask(case, f"strange to {index.name}", strange=True) for case in tqdm(some)]
    return [one for one in found if one is not None]


def weigh(asked: Sequence[Asked], times: Mapping[str, int]) -> Floats:
    """What each counts: sets as often as is said, in each the answerable and the others alike; strange ones less."""
    kinds = [(one.questions, one.answerable) for one in asked]
    of = Counter(kinds)
    share = [STRANGE_COUNT if one.strange else times.get(one.questions, 1) for one in asked]
    return np.array([part / of[kind] for part, kind in zip(share, kinds, strict=True)])


def fit(signs: Floats, answerable: NDArray[np.bool_], weight: Floats) -> Floats:
    """Logistic weights: log-odds that a question is answered."""
    side = np.where(answerable, 1.0, -1.0)
    spread = np.maximum(signs.std(0), 1e-9)
    spread[0] = 1.0
    scaled = signs / spread

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = side * (scaled @ weights)
        share = weight / (1 + np.exp(margin))
        value = (weight * np.logaddexp(0, -margin)).sum() + PENALTY * weights[1:] @ weights[1:]
        return float(value), -scaled.T @ (side * share) + 2 * PENALTY * np.concatenate([[0], weights[1:]])

    return np.asarray(minimize(loss, np.zeros(signs.shape[1]), jac=True).x / spread)


def fit_read(asked: Sequence[Asked]) -> Floats:
    """Weights that put a gold sentence first among those that were read; sets count alike."""
    some = [one for one in asked if one.answerable and one.read.gold.any()]
    of = Counter(one.questions for one in some)
    counts = np.array([len(some) / len(of) / of[one.questions] for one in some])
    return fit_sentences([one.read for one in some], counts)


def auroc(right: Floats, wrong: Floats) -> float:
    """The share of pairs in which the right one scores higher."""
    return float((right[:, None] > wrong[None, :]).mean())


def report(asked: Sequence[Asked], odds: Floats) -> None:
    """For each set and language: AUROC, and the shares refused at one threshold for all."""
    answerable = np.array([one.answerable for one in asked])
    sets = list(dict.fromkeys(one.questions for one in asked))
    of = np.array([sets.index(one.questions) for one in asked])
    counts = np.where(answerable, 1 / np.maximum(np.bincount(of[answerable], minlength=len(sets))[of], 1), 0)
    order = np.argsort(odds)
    reached = np.cumsum(counts[order]) / counts.sum()
    least = odds[order][np.searchsorted(reached, FALSE_REFUSALS)]
    print(f"refused below {least:.2f}:")
    for number, name in enumerate(sets):
        for language in ("de", "en"):
            here = (of == number) & np.array([one.language == language for one in asked])
            right, wrong = odds[here & answerable], odds[here & ~answerable]
            told = f"  {name:24} {language}  refused {(wrong < least).mean():.2f} of {len(wrong)}"
            if len(right):
                told += f", falsely {(right < least).mean():.2f} of {len(right)}; AUROC {auroc(right, wrong):.3f}"
            print(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="INDEX=QUESTIONS")
    pairs = [given.split("=", 1) for given in parser.parse_args().sets]
    sets = [(Path(index), Path(questions)) for index, questions in pairs]
    asked = ask_all(list(dict.fromkeys(sets)))
    signs = np.array([one.signs for one in asked])
    answerable = np.array([one.answerable for one in asked])
    weight = weigh(asked, Counter(questions.stem for _, questions in sets))
    apart = np.zeros(len(asked))
    for index in {one.index for one in asked}:
        here = np.array([one.index == index for one in asked])
        apart[here] = signs[here] @ fit(signs, answerable, np.where(here, 0, weight))
    print("each index judged by weights fitted without it")
    report(asked, apart)
    weights = fit(signs, answerable, weight)
    print("all by weights fitted on all")
    report(asked, signs @ weights)
    print("READ_WEIGHTS", dict(zip((*SENTENCE_SIGNS, "read"), fit_read(asked).round(2).tolist(), strict=True)))
    print("ANSWER_WEIGHTS", dict(zip(ANSWER_SIGNS, weights.round(2).tolist(), strict=True)))


if __name__ == "__main__":
    main()
