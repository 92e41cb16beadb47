"""Measures: how numbers are distributed, in bounded memory and the same in any order."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

EDGES = (0.0, *(digit * 10.0**power for power in range(-3, 10) for digit in (1, 1.5, 2, 3, 5, 7)))
"""The lower edges of the bins: 0, then six for each power of ten from 0.001 up."""

_UNIT = 1 << 64
"""Sums are kept in whole numbers of this part, as sums of floats depend on the order. It holds
all bits of numbers from 0.001 up."""


@dataclass(slots=True)
class Measure:
    """A histogram over ``EDGES`` with count, mean and extremes of numbers >= 0."""

    count: int = 0
    total: int = 0
    least: float | None = None
    most: float | None = None
    bins: Counter[int] = field(default_factory=Counter)

    def see(self, value: float) -> None:
        """Count one number."""
        self.count += 1
        self.total += round(value * _UNIT)
        self.least = value if self.least is None else min(self.least, value)
        self.most = value if self.most is None else max(self.most, value)
        self.bins[bisect_right(EDGES, value) - 1] += 1

    def add(self, other: Measure) -> None:
        """Add what was counted elsewhere."""
        self.count += other.count
        self.total += other.total
        self.least = min((x for x in (self.least, other.least) if x is not None), default=None)
        self.most = max((x for x in (self.most, other.most) if x is not None), default=None)
        self.bins.update(other.bins)

    @property
    def mean(self) -> float | None:
        """The mean; ``None`` of nothing."""
        return self.total / (_UNIT * self.count) if self.count else None

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON data; empty bins between others are listed too."""
        used = range(min(self.bins, default=0), max(self.bins, default=-1) + 1)
        return {
            "count": self.count,
            "mean": self.mean,
            "min": self.least,
            "max": self.most,
            "bins": [
                {
                    "from": EDGES[at],
                    "below": EDGES[at + 1] if at + 1 < len(EDGES) else None,
                    "count": self.bins[at],
                }
                for at in used
            ],
        }
