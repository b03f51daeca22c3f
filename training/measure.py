"""How well vectors rank: on dev passages while training, on every question set once it is done."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.corpus import QuestionSet
from training.student import Student, Tokenizers, encode


@dataclass(frozen=True, slots=True)
class DevScores:
    """Shares of questions, by language."""

    passage_de: float
    passage_en: float
    """The gold passage is first among all, each as good as its best sentence."""
    sentence_de: float
    sentence_en: float
    """The gold sentence is first within its passage."""
    whole_de: float
    whole_en: float
    """The gold passage is first among all, each as one text."""
    refusal: float
    """How well the best cosine tells answerable from unanswerable questions: AUROC, both languages."""
    total: float
    """Mean of passage and sentence scores: what a checkpoint is chosen by."""


def measure_dev(student: Student, tokenizers: Tokenizers, dev: QuestionSet) -> DevScores:
    """Each sentence and each passage is read behind its title."""
    passages, questions = dev.passages, dev.answerable
    places = [(row, at) for row, passage in enumerate(passages) for at in range(len(passage.sentences))]
    texts = [f"{passages[row].title}: {passages[row].sentences[at]}" for row, at in places]
    sentences = encode(student, tokenizers, texts)
    whole = encode(student, tokenizers, [f"{p.title}: {' '.join(p.sentences)}" for p in passages])
    asked = encode(student, tokenizers, [question.text for question in questions])
    owner = np.array([row for row, _ in places])
    at = np.array([at for _, at in places])
    scores = asked @ sentences.T
    best = np.full((len(questions), len(passages)), -np.inf)
    np.maximum.at(best.T, owner, scores.T)
    gold = np.array([question.passage for question in questions])
    first = best.argmax(1) == gold
    first_whole = (asked @ whole.T).argmax(1) == gold
    within = np.where(owner[None, :] == gold[:, None], scores, -np.inf).argmax(1)
    right = at[within] == np.array([question.sentence for question in questions])
    german = np.array([question.language == "de" for question in questions])
    parts = [values[side].mean() for values in (first, right, first_whole) for side in (german, ~german)]
    unanswerable = encode(student, tokenizers, [question.text for question in dev.unanswerable])
    refusal = _auroc(scores.max(1), (unanswerable @ sentences.T).max(1))
    return DevScores(*(round(float(part), 4) for part in (*parts, refusal, np.mean(parts[:4]))))


def _auroc(positive: NDArray[np.float32], negative: NDArray[np.float32]) -> float:
    """The chance that a positive score lies above a negative one."""
    return float((positive[:, None] > negative[None, :]).mean())
