"""German pulled to where the untouched English model puts its translation (Reimers & Gurevych 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset
from tqdm import tqdm

from training.material import Material
from training.optimising import Optimiser
from training.student import Ids, Student, Texts, autocast, grouped, loaded, vectors


@dataclass(frozen=True, slots=True)
class PairRecipe:
    epochs: int = 3
    batch: int = 1024
    body_rate: float = 1e-4
    rows_rate: float = 1e-3
    translation_weight: float = 1.0
    pair_weight: float = 0.3
    temperature: float = 0.05
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PairTexts:
    english: Texts
    german: Texts


class PairSteps(Dataset[PairTexts]):
    """The steps of an epoch: each pair comes once."""

    def __init__(
        self, english: Sequence[Ids], german: Sequence[Ids], recipe: PairRecipe, epoch: int, device: torch.device
    ) -> None:
        self.english, self.german = english, german
        order = np.random.default_rng(recipe.seed * 1000 + epoch).permutation(len(english))
        self.parts = [order[at : at + recipe.batch] for at in range(0, len(order), recipe.batch)]
        self.device = device

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, number: int) -> PairTexts:
        rows = self.parts[number]
        return paired([self.english[row] for row in rows], [self.german[row] for row in rows], self.device)


def paired(english: Sequence[Ids], german: Sequence[Ids], device: torch.device) -> PairTexts:
    return PairTexts(grouped(english, [False] * len(english), device), grouped(german, [True] * len(german), device))


def distil(
    student: Student, teacher: nn.Module, material: Material, pairs: Sequence[int], recipe: PairRecipe, work: Path
) -> None:
    """Train on ``pairs`` of the material alone; leaves the weights in ``work``, and loads them where they are there."""
    kept = work / "distilled.pt"
    device = student.german_rows.weight.device
    if not kept.exists():
        english, german = ([texts[pair] for pair in pairs] for texts in (material.english_pairs, material.german_pairs))
        student.eval()
        steps = recipe.epochs * len(PairSteps(english, german, recipe, 0, device))
        optimiser = Optimiser(student, recipe.body_rate, recipe.rows_rate, steps)
        for epoch in range(recipe.epochs):
            drawn = loaded(PairSteps(english, german, recipe, epoch, device), device)
            bar = tqdm(drawn, desc=f"translations {epoch + 1}/{recipe.epochs}", mininterval=5)
            for step, texts in enumerate(bar):
                with autocast(device):
                    loss = pair_loss(student, teacher, texts, recipe, device)
                optimiser.step(loss)
                if step % 50 == 49:
                    bar.set_postfix_str(f"loss {loss.item():.3f}")
        torch.save(optimiser.average.network.state_dict(), kept)
    student.load_state_dict(torch.load(kept, map_location=device, weights_only=True))


def pair_loss(
    student: Student, teacher: nn.Module, texts: PairTexts, recipe: PairRecipe, device: torch.device
) -> Tensor:
    """How far both languages lie from the teacher's English, and whether each German text finds its own."""
    with torch.no_grad():
        target = vectors(teacher, texts.english, device)
    english = vectors(student, texts.english, device)
    german = vectors(student, texts.german, device)
    moved = ((german - target) ** 2).sum(1).mean() + ((english - target) ** 2).sum(1).mean()
    scores = german @ target.T / recipe.temperature
    matched = nn.functional.cross_entropy(scores, torch.arange(len(target), device=device))
    return recipe.translation_weight * moved + recipe.pair_weight * matched
