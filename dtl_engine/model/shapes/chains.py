"""Open chains of points against a window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.shapes.base import Edges
from dtl_engine.model.shapes.coordinates import Points

SHORTEST_PX = 1e-9
"""Stretches up to this length are noise of the arithmetic: a touch in a single point, and no gap
between two pieces."""


def clip_chain(points: Points, window: Edges) -> list[Points]:
    """Cut an open chain to a closed window.

    Args:
        points: (N, 2), N >= 2.
        window: left, top, right and bottom edge in pixels.

    Returns:
        One chain per contiguous piece, in the order of travel; pieces that touch end to end are
        joined, so a closed chain that starts inside the window is not cut at its start. Touches
        in a single point are dropped, segments on the border are kept. Points on the border have
        the exact coordinates of the window.
    """
    starts, ends = _clip_segments(points, window)
    breaks = np.flatnonzero((np.abs(starts[1:] - ends[:-1]) > SHORTEST_PX).any(axis=1)) + 1
    firsts = [0, *breaks.tolist()]
    lasts = [*breaks.tolist(), len(starts)]
    pieces = [
        np.concatenate((starts[first : first + 1], ends[first:last]))
        for first, last in zip(firsts, lasts, strict=True)
        if last > first
    ]
    pieces = [piece for piece in pieces if _length(piece) > SHORTEST_PX]
    if len(pieces) > 1 and (np.abs(pieces[-1][-1] - pieces[0][0]) <= SHORTEST_PX).all():
        tail = pieces.pop()
        pieces[0] = np.concatenate((tail, pieces[0][1:]))
    return pieces


def _length(points: Points) -> float:
    steps = np.diff(points, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def _clip_segments(points: Points, window: Edges) -> tuple[Points, Points]:
    """Return the ends, (M, 2) each, of the parts of the segments that lie in ``window``.

    Source: Liang and Barsky, "A new concept and method for line clipping", 1984.
    """
    left, top, right, bottom = window
    low, high = np.array([left, top], float), np.array([right, bottom], float)
    origins, step = points[:-1], np.diff(points, axis=0)
    parallel = step == 0
    divisor = np.where(parallel, 1.0, step)
    forward = step > 0
    near_edge = np.where(forward, low, high)
    far_edge = np.where(forward, high, low)
    within = (low <= origins) & (origins <= high)
    with np.errstate(over="ignore"):  # Infinite times are right for tiny steps far from an edge.
        enter, leave = (near_edge - origins) / divisor, (far_edge - origins) / divisor
    enter = np.where(parallel, np.where(within, -np.inf, np.inf), enter)
    leave = np.where(parallel, np.inf, leave)
    begin = np.maximum(enter.max(axis=1), 0.0)
    stop = np.minimum(leave.min(axis=1), 1.0)
    kept = (begin < stop) & ~parallel.all(axis=1)

    def at(time: NDArray[np.float64], crossing: NDArray[np.float64], edge: Points) -> Points:
        """Return the points at ``time``, exact where the segment crosses an edge."""
        where = origins[kept] + time[kept, None] * step[kept]
        exact = np.where(crossing[kept] == time[kept, None], edge[kept], where)
        within: Points = np.clip(exact, low, high)
        return within

    starts, ends = at(begin, enter, near_edge), at(stop, leave, far_edge)
    # A vertex is the same for the segments on both of its sides, also one outside by a hair.
    ends = np.where((stop[kept] == 1.0)[:, None], np.clip(points[1:][kept], low, high), ends)
    return starts, ends
