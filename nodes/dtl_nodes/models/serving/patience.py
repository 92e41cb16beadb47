"""How long somebody waits for an answer."""

from __future__ import annotations

import math
import time


class Patience:
    """The time that is left for a request; any thread may ask, and any may give up.

    Args:
        seconds: how long, from now on.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """The seconds that are left, 0 where nobody waits any more."""
        return max(0.0, self._until - time.monotonic())

    def give_up(self) -> None:
        """Say that nobody waits any more: what has not begun is not worth it."""
        self._until = -math.inf
