"""How many samples an edge carries, as far as settings decide it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """Between ``low`` and ``high`` samples, both included."""

    low: int
    high: int

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, times: int) -> Interval:
        return Interval(self.low * times, self.high * times)

    @property
    def down_to_zero(self) -> Interval:
        """Any part of the samples, perhaps none."""
        return Interval(0, self.high)

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


NONE = Interval(0, 0)
