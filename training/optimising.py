"""One way to take a step: body and rows at their own rates, warmed up and falling, with a running average kept."""

from typing import Generic, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.student import Student

WARMUP_STEPS = 60
LEAST = 0.02
"""Of the full rate, at the end."""

AVERAGING = 0.99
"""Decay, a step, of the running average of the weights, which is what is kept and measured."""


def rate(done: int, steps: int) -> float:
    """The share of the full rate at a step."""
    return min(1.0, (done + 1) / WARMUP_STEPS) * max(LEAST, 1 - done / steps)


Network = TypeVar("Network", bound=nn.Module)


class Average(Generic[Network]):
    """The running average of a network, to be updated behind each step; it is for inference."""

    def __init__(self, network: Network) -> None:
        decaying = get_ema_multi_avg_fn(AVERAGING)  # type: ignore[no-untyped-call]
        self._model = AveragedModel(network, multi_avg_fn=decaying).requires_grad_(False).eval()
        self._running = network
        self.state_dict, self.load_state_dict = self._model.state_dict, self._model.load_state_dict

    @property
    def network(self) -> Network:
        return cast(Network, self._model.module)

    def update(self) -> None:
        self._model.update_parameters(self._running)


class Optimiser:
    """Adam on the body, and a sparse one on the German rows: most of them no step touches."""

    def __init__(self, student: Student, body_rate: float, rows_rate: float, steps: int) -> None:
        self._parameters = student.body_parameters()
        self._parts = (
            (torch.optim.AdamW(self._parameters, lr=body_rate, weight_decay=0.01), body_rate),
            (torch.optim.SparseAdam([student.german_rows.weight], lr=rows_rate), rows_rate),
        )
        self._student = student
        self._steps = steps
        self.done = 0
        self.average = Average(student)

    def step(self, loss: Tensor) -> None:
        for part, full in self._parts:
            for group in part.param_groups:
                group["lr"] = full * rate(self.done, self._steps)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._parameters, 1.0)
        for part, _ in self._parts:
            part.step()
            part.zero_grad(set_to_none=True)
        self.average.update()
        self.done += 1

    def state(self) -> dict[str, object]:
        return {
            "done": self.done,
            "student": self._student.state_dict(),
            "average": self.average.state_dict(),
            "parts": [part.state_dict() for part, _ in self._parts],
        }

    def load(self, state: dict[str, object]) -> None:
        self.done = state["done"]  # type: ignore[assignment]
        self._student.load_state_dict(state["student"])  # type: ignore[arg-type]
        self.average.load_state_dict(state["average"])  # type: ignore[arg-type]
        for (part, _), kept in zip(self._parts, state["parts"], strict=True):  # type: ignore[call-overload]
            part.load_state_dict(kept)
