"""How a fitting node gets on, in lines: for files and pipes."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from dtl_engine.node.models import FitEvent

SHORTEST_S, LONGEST_S = 2.0, 60.0
SHARE = 0.05
"""Of the time so far passes between two lines: an hour of training is no thousand lines."""


class FitLines:
    """Says now and then how many steps one node has taken and how long the others will take."""

    def __init__(self) -> None:
        """Start the clock."""
        self._start = self._told = monotonic()
        self._first: int | None = None

    def line(self, event: FitEvent) -> str | None:
        """Return what to tell of a step; ``None``: the last line is too recent."""
        now = monotonic()
        if self._first is None and event.total:
            # Steps of an earlier run say nothing about how fast this one is.
            self._start, self._first = now, event.current
        if now - self._told < min(max(SHORTEST_S, SHARE * (now - self._start)), LONGEST_S):
            return None
        self._told = now
        return ", ".join(filter(None, (self._position(event, now), event.text)))

    def _position(self, event: FitEvent, now: float) -> str:
        if not event.total:
            return ""
        done = event.current - (self._first or 0)
        if done <= 0:
            return f"step {event.current}/{event.total}"
        seconds = round((now - self._start) / done * (event.total - event.current))
        return f"step {event.current}/{event.total}, {timedelta(seconds=seconds)} left"
