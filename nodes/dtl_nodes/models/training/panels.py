"""Curves of a training as SVG: one panel per metric, for a page in light or dark colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

Points = Sequence[tuple[float, float]]
"""(epoch, value), in order."""

WIDTH_PX, HEIGHT_PX = 300, 190
MOST_POINTS = 300

STYLE = """
svg.panel { width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg.panel text { fill: currentColor; } svg.panel .name { font-size: 13px; font-weight: 600; }
svg.panel .grid { stroke: #8886; fill: none; } svg.panel polyline { fill: none; }
.train { stroke: #8aa4c8; } .val { stroke: #d9480f; } circle.val { fill: #d9480f; }
circle.best { fill: none; stroke: #2b8a3e; stroke-width: 2; }
.key span { border-top: 3px solid #8aa4c8; padding-top: .1rem; margin-right: 1.2rem; }
.key span.val { border-color: #d9480f; }
"""

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 26, 22
_TICKS = 4
_SHOWN_SHARE = 0.98
"""Of the training steps: the highest values, those of the first steps as a rule, may lie above."""

_MOST_DOTS = 60


def panel(name: str, train: Points, val: Points, best: float | None) -> str:
    """Return the curves of one metric.

    Args:
        name: of the metric.
        train: of the training steps.
        val: of the validations.
        best: the epoch of the best checkpoint, which gets a ring.
    """
    axes = _Axes(train, val)
    parts = [f'<text class="name" x="{_LEFT}" y="15">{escape(name)}</text>', axes.grid()]
    parts += [
        f'<polyline class="{kind}" points="{axes.line(points)}"/>'
        for kind, points in (("train", train), ("val", val))
        if len(points) > 1
    ]
    if len(val) <= _MOST_DOTS:
        parts += [
            f'<circle class="val" cx="{x}" cy="{y}" r="2">'
            f"<title>epoch {epoch:.4g}: {value:.4g}</title></circle>"
            for epoch, value in val
            for x, y in (axes.place(epoch, value),)
        ]
    if found := [value for epoch, value in val if epoch == best]:
        x, y = axes.place(best or 0.0, found[-1])
        parts.append(f'<circle class="best" cx="{x}" cy="{y}" r="5"/>')
    return (
        f'<svg class="panel" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" role="img" '
        f'aria-label="{escape(name)}">{"".join(parts)}</svg>'
    )


class _Axes:
    """Epochs to the right and values upwards, as far as they are shown."""

    def __init__(self, train: Points, val: Points) -> None:
        steps = sorted(value for _, value in train)
        shown = steps[: math.ceil(_SHOWN_SHARE * (len(steps) - 1)) + 1]
        values = [*shown, *(value for _, value in val)] or [0.0]
        self._low, self._high = _apart(min(values), max(values))
        self._last = max((epoch for epoch, _ in (*train, *val)), default=1.0)

    def place(self, epoch: float, value: float) -> tuple[str, str]:
        """Return x and y in pixels; what lies outside is put on the edge."""
        share = min(max((value - self._low) / (self._high - self._low), 0.0), 1.0)
        x = _LEFT + (WIDTH_PX - _LEFT - _RIGHT) * epoch / self._last
        y = _TOP + (HEIGHT_PX - _TOP - _BOTTOM) * (1 - share)
        return f"{x:.1f}", f"{y:.1f}"

    def line(self, points: Points) -> str:
        """Return the corners of a curve."""
        return " ".join(",".join(self.place(*point)) for point in thinned(points, MOST_POINTS))

    def grid(self) -> str:
        """Return lines with their numbers."""
        left, right, bottom = _LEFT, WIDTH_PX - _RIGHT, HEIGHT_PX - _BOTTOM
        parts = [f'<path class="grid" d="M{left} {bottom}H{right}"/>']
        for value in _round_numbers(self._low, self._high):
            y = self.place(0.0, value)[1]
            parts.append(
                f'<path class="grid" stroke-dasharray="2 3" d="M{left} {y}H{right}"/>'
                f'<text x="{left - 5}" y="{y}" dy="4" text-anchor="end">{value:g}</text>'
            )
        for epoch in _round_numbers(0.0, self._last):
            x = self.place(epoch, self._low)[0]
            parts.append(f'<text x="{x}" y="{bottom + 14}" text-anchor="middle">{epoch:g}</text>')
        return "".join(parts)


def thinned(points: Points, most: int) -> Points:
    """Return at most about so many points, the last one among them."""
    step = max(1, math.ceil(len(points) / most))
    return points if step == 1 else [*points[:-1:step], points[-1]]


def _apart(low: float, high: float) -> tuple[float, float]:
    """Return bounds with some room; equal ones are parted."""
    room = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    return (0.0 if 0 <= low < high * 0.3 else low - room), high + room


def _round_numbers(low: float, high: float) -> list[float]:
    """Return a few round numbers from ``low`` to ``high``."""
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]
