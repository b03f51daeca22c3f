"""German held to where the untouched English model puts its translation (Reimers & Gurevych 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.student import Ids, Student, Texts, grouped, vectors

TEMPERATURE = 0.05
TRANSLATION_WEIGHT = 1.0
PAIR_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class PairTexts:
    english: Texts
    german: Texts


def paired(english: Sequence[Ids], german: Sequence[Ids], device: torch.device) -> PairTexts:
    return PairTexts(grouped(english, [False] * len(english), device), grouped(german, [True] * len(german), device))


def pair_loss(student: Student, teacher: nn.Module, texts: PairTexts, device: torch.device) -> Tensor:
    """How far both languages lie from the teacher's English, and whether each German text finds its own."""
    with torch.no_grad():
        target = vectors(teacher, texts.english, device)
    english = vectors(student, texts.english, device)
    german = vectors(student, texts.german, device)
    moved = ((german - target) ** 2).sum(1).mean() + ((english - target) ** 2).sum(1).mean()
    scores = german @ target.T / TEMPERATURE
    matched = nn.functional.cross_entropy(scores, torch.arange(len(target), device=device))
    return TRANSLATION_WEIGHT * moved + PAIR_WEIGHT * matched
