"""How many samples an edge carries, as far as settings decide it.

A count is a linear expression over *shares*: unknown numbers between 0 and another count. What
two branches of one ``if`` carry is ``share`` and ``count - share``, so that their union is known
again: this is what intervals alone lose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNBOUNDED = 10**15
"""Stands for a number that settings do not bound; no run reaches it."""


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """An unknown part of ``limit``: any whole number from 0 up to it.

    ``depth`` says how many shares lie inside each other; ``limit`` only holds shallower ones.
    """

    limit: Count
    depth: int


@dataclass(frozen=True, slots=True)
class Count:
    """``constant`` plus whole multiples of shares; never negative for any value of these."""

    constant: int = 0
    shares: Mapping[Share, int] = field(default_factory=dict)

    def __add__(self, other: Count) -> Count:
        shares = dict(self.shares)
        for share, times in other.shares.items():
            shares[share] = shares.get(share, 0) + times
        kept = {share: times for share, times in shares.items() if times}
        return Count(self.constant + other.constant, kept)

    def __mul__(self, times: int) -> Count:
        if not times:
            return Count()
        shares = {share: factor * times for share, factor in self.shares.items()}
        return Count(self.constant * times, shares)

    def some(self) -> Count:
        """Return any part of the samples, perhaps none."""
        depth = 1 + max((share.depth for share in self.shares), default=0)
        return Count(0, {Share(self, depth): 1})

    def many(self, least: int = 0) -> Count:
        """Return at least ``least`` samples for each of these, without a bound above."""
        return self * least + (self * UNBOUNDED).some()

    def split(self) -> tuple[Count, Count]:
        """Return two parts that make up the whole."""
        part = self.some()
        return part, self + part * -1

    @property
    def low(self) -> int:
        """The least number."""
        return self._extreme(-1)

    @property
    def high(self) -> int:
        """The greatest number."""
        return self._extreme(1)

    def _extreme(self, sign: int) -> int:
        """Give each share, the deepest first, the end of its range that leads furthest."""
        rest = self
        while rest.shares:
            share = max(rest.shares, key=lambda share: share.depth)
            times = rest.shares[share]
            others = {other: n for other, n in rest.shares.items() if other is not share}
            rest = Count(rest.constant, others)
            if times * sign > 0:
                rest = rest + share.limit * times
        return rest.constant

    def __str__(self) -> str:
        return spelled(self.low, self.high)


def spelled(low: int, high: int) -> str:
    """Return ``"12"``, ``"0-12"`` or, where ``high`` is no bound, ``"12 or more"``."""
    if high - low >= UNBOUNDED:
        return f"{low} or more"
    return str(low) if low == high else f"{low}-{high}"
