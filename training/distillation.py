"""German held to where the untouched English model puts its translation (Reimers & Gurevych 2020)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.student import Ids, autocast, grouped, vectors

TEMPERATURE = 0.05
TRANSLATION_WEIGHT = 1.0
PAIR_WEIGHT = 0.3


@torch.no_grad()
def target_vectors(teacher: nn.Module, english: Sequence[Ids], device: torch.device) -> Tensor:
    """Where the teacher puts each English text, one row a text."""
    with autocast(device):
        return vectors(teacher, grouped(english, [False] * len(english), device), device)


def pair_loss(english: Tensor, german: Tensor, targets: Tensor) -> Tensor:
    """How far the vectors of both languages lie from the targets, and whether each German one finds its own."""
    moved = ((german - targets) ** 2).sum(1).mean() + ((english - targets) ** 2).sum(1).mean()
    scores = german @ targets.T / TEMPERATURE
    matched = nn.functional.cross_entropy(scores, torch.arange(len(targets), device=targets.device))
    return TRANSLATION_WEIGHT * moved + PAIR_WEIGHT * matched
