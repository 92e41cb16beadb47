"""Ranges of numbers that layers draw from."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Draws, Settings


class Range(Settings):
    """A range of numbers; subclasses narrow the two bounds."""

    min: float
    """The least."""

    max: float
    """The most."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise PydanticCustomError(
                "value_error",
                "min {low} is above max {high}",
                {"low": f"{self.min:g}", "high": f"{self.max:g}"},
            )
        return self

    @property
    def is_fixed(self) -> bool:
        """Whether it holds one number only."""
        return self.min == self.max

    def draw(self, draws: Draws) -> float:
        """Draw a number uniformly; nothing is drawn where there is no choice."""
        return self.min if self.is_fixed else draws.uniform(self.min, self.max)
