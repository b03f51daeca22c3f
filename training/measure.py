"""How well vectors rank: on dev passages while training, on every question set once it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.corpus import Question, TrainingPassage
from training.student import Student, Tokenizers, encode


@dataclass(frozen=True, slots=True)
class DevScores:
    """Shares of questions, by language: gold passage first among all, gold sentence first in its passage."""

    passage_de: float
    passage_en: float
    sentence_de: float
    sentence_en: float
    whole_passage_de: float
    whole_passage_en: float
    total: float
    """Mean of the first four: what a checkpoint is chosen by."""


def measure_dev(
    student: Student,
    tokenizers: Tokenizers,
    passages: Sequence[TrainingPassage],
    questions: Sequence[Question],
) -> DevScores:
    """A passage scores as its best sentence does, each sentence behind its predecessor."""
    places = [(row, at) for row, passage in enumerate(passages) for at in range(len(passage.sentences))]
    texts = [" ".join(passages[row].sentences[max(0, at - 1) : at + 1]) for row, at in places]
    sentences = encode(student, tokenizers, texts)
    whole = encode(student, tokenizers, [" ".join(passage.sentences) for passage in passages])
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
    return DevScores(*(round(float(part), 4) for part in (*parts, np.mean(parts[:4]))))
