"""How the learning rate changes: patience, milestones and warm-up, as far as settings have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@dataclass
class Patience:
    """Divides the rate when the validation loss has not come down for some validations.

    Source: ``lr_decreasing`` of the original plugins; its patience counts validations.
    """

    patience: int
    divisor: float
    losses: list[float] = field(default_factory=list)
    since: int = 0
    """Validations since the rate was divided last."""

    def says_divide(self, loss: float) -> bool:
        """Take the loss of a validation and say whether the rate is to be divided now."""
        self.losses.append(loss)
        self.since += 1
        recent = min(self.losses[-self.patience :])
        if self.since > self.patience and recent > min(self.losses):
            self.since = 0
            return True
        return False


class Schedule:
    """The learning rate over a training.

    Settings may have ``lr_decreasing`` (``patience``, ``lr_divisor``), ``lr_milestones`` (epochs
    after which the rate is multiplied by ``lr_gamma``) and ``warmup_iterations`` (over which it
    grows from a thousandth to the full rate).

    Source: the original plugins for the first, the step policy and the linear warm-up of
    torchvision's detection references for the others.
    """

    def __init__(self, settings: Any, optimizer: torch.optim.Optimizer) -> None:
        """Start with the rates that the optimiser has now."""
        decreasing = getattr(settings, "lr_decreasing", None)
        self.patience = (
            None
            if decreasing is None
            else Patience(decreasing.patience, float(decreasing.lr_divisor))
        )
        self._milestones: Sequence[float] = getattr(settings, "lr_milestones", None) or ()
        self._gamma = float(getattr(settings, "lr_gamma", 0.1))
        self._warmup = int(getattr(settings, "warmup_iterations", 0) or 0)
        self._optimizer = optimizer
        self._rates = [float(group["lr"]) for group in optimizer.param_groups]
        self._divided = 1.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd about the settings."""
        if self.patience is None or self.patience.divisor > 1:
            return ()
        effect = "never changes" if self.patience.divisor == 1 else "grows"
        return (f"'lr_decreasing.lr_divisor' is {self.patience.divisor:g}: the rate {effect}",)

    def before_step(self, epochs: float, step: int) -> None:
        """Set the rate of a step.

        Args:
            epochs: how many are behind when the step starts, with a fraction.
            step: its number in the whole training, from 0.
        """
        factor = self._gamma ** sum(epochs >= milestone for milestone in self._milestones)
        if step < self._warmup:
            start = 1e-3
            factor *= start + (1 - start) * step / self._warmup
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor / self._divided

    def after_validation(self, loss: float) -> str:
        """Take a validation loss; divide the rate if it is time, and say so.

        The moments of the optimiser start anew then, as it does in the original plugins.
        """
        if self.patience is None or not self.patience.says_divide(loss):
            return ""
        self._divided *= self.patience.divisor
        self._optimizer.state.clear()
        rate = self._rates[0] / self._divided
        return f"learning rate divided by {self.patience.divisor:g}: {rate:g}"

    def state(self) -> dict[str, Any]:
        """Return what ``restore`` needs."""
        return {
            "divided": self._divided,
            "losses": [] if self.patience is None else list(self.patience.losses),
            "since": 0 if self.patience is None else self.patience.since,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._divided = float(state["divided"])
        if self.patience is not None:
            self.patience.losses = list(state["losses"])
            self.patience.since = int(state["since"])
