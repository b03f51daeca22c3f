"""One network of several: the mean of their weights, which is better than each (model soups; Wortsman et al. 2022).

They must come from one base; what they were trained on, for how long and with which word pieces may differ.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

ROWS = "german_rows.weight"

Weights = dict[str, torch.Tensor]


def over_runs(runs: Sequence[Path], weights: Callable[[Path], Weights]) -> Weights:
    """The mean of the ``weights`` that finished runs left in their folders."""
    return averaged([weights(run) for run in runs], [pieces_of(run) for run in runs])


def averaged(states: Sequence[Weights], pieces: Sequence[Sequence[str]]) -> Weights:
    """The mean of networks, in the word pieces of the first.

    ``pieces`` are those of each, row by row; a row that one lacks is the mean of the others.
    """
    mean: Weights = {}
    for name, first in states[0].items():
        if name.endswith(ROWS):
            mean[name] = _rows([state[name] for state in states], pieces)
        elif first.is_floating_point():
            mean[name] = torch.stack([state[name] for state in states]).mean(0)
        else:
            mean[name] = first
    return mean


def _rows(rows: Sequence[torch.Tensor], pieces: Sequence[Sequence[str]]) -> torch.Tensor:
    total = torch.zeros_like(rows[0])
    counted = torch.zeros(len(total), 1)
    for own, names in zip(rows, pieces, strict=True):
        row = {piece: number for number, piece in enumerate(names)}
        here = [number for number, piece in enumerate(pieces[0]) if piece in row]
        there = [row[pieces[0][number]] for number in here]
        total[here] += own[there]
        counted[here] += 1
    return total / counted


def pieces_of(work: Path) -> tuple[str, ...]:
    """The German word pieces of a finished run."""
    return tuple(np.load(work / "pieces.npz")["pieces"].tolist())
