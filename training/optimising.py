"""One way to take a step: rates warmed up and falling, gradients clipped, and a running average kept."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

WARMUP_STEPS = 60
LEAST = 0.02
"""Of the full rate, at the end."""

AVERAGING = 0.99
"""Decay, a step, of the running average of the weights, which is what is kept and measured."""

Network = TypeVar("Network", bound=nn.Module)


class Training(Generic[Network]):
    """A network on its way through ``steps``; each part of it has an optimiser, which holds its full rate."""

    def __init__(
        self, network: Network, clipped: Sequence[nn.Parameter], optimisers: Sequence[Optimizer], steps: int
    ) -> None:
        self.done = 0
        self._network = network
        self._clipped = clipped
        self._optimisers = optimisers
        self._rates = [LambdaLR(one, lambda done: _share(done, steps)) for one in optimisers]
        decaying = get_ema_multi_avg_fn(AVERAGING)  # type: ignore[no-untyped-call]
        self._average = AveragedModel(network, multi_avg_fn=decaying).requires_grad_(False).eval()

    @property
    def average(self) -> Network:
        """The network with the running average of its weights; it is for inference."""
        return cast(Network, self._average.module)

    def step(self, loss: Tensor) -> None:
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._clipped, 1.0)
        for optimiser, rates in zip(self._optimisers, self._rates, strict=True):
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            rates.step()
        self._average.update_parameters(self._network)
        self.done += 1

    def state(self) -> dict[str, Any]:
        return {"done": self.done} | {name: [one.state_dict() for one in held] for name, held in self._held().items()}

    def load(self, state: dict[str, Any]) -> None:
        self.done = state["done"]
        for name, held in self._held().items():
            for one, kept in zip(held, state[name], strict=True):
                one.load_state_dict(kept)

    def _held(self) -> dict[str, Sequence[Any]]:
        """What has a state of its own."""
        return {
            "networks": [self._network, self._average],
            "optimisers": self._optimisers,
            "rates": self._rates,
        }


def _share(done: int, steps: int) -> float:
    """Of the full rate, at a step."""
    return min(1.0, (done + 1) / WARMUP_STEPS) * max(LEAST, 1 - done / max(1, steps))
