"""Ranges of numbers that layers draw from."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Draws, Settings


def require_order(low_key: str, low: float | None, high_key: str, high: float | None) -> None:
    """Refuse a least number above the greatest; a bound that is ``None`` is open.

    For validators of settings; the keys are what the two are called there.

    Raises:
        PydanticCustomError: they are in the wrong order.
    """
    if low is None or high is None or low <= high:
        return
    low_text, high_text = (f"{x}" if isinstance(x, int) else f"{x:g}" for x in (low, high))
    raise PydanticCustomError(
        "value_error",
        "{low_key} {low} is above {high_key} {high}",
        {"low_key": low_key, "low": low_text, "high_key": high_key, "high": high_text},
    )


class Range(Settings):
    """A range of numbers; subclasses narrow the two bounds."""

    min: float
    """The least."""

    max: float
    """The most."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("min", self.min, "max", self.max)
        return self

    @property
    def is_fixed(self) -> bool:
        """Whether it holds one number only."""
        return self.min == self.max

    def draw(self, draws: Draws) -> float:
        """Draw a number uniformly; nothing is drawn where there is no choice."""
        return self.min if self.is_fixed else draws.uniform(self.min, self.max)
