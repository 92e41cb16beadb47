"""Chains of points that bend: finer before a bent motion, and only as fine as needed behind it."""

from __future__ import annotations

import numpy as np

from dtl_nodes.motion.motion import Points

STEP_PX = 3.0
"""Longest stretch that may be taken for straight."""

MOST_STEPS = 1024
"""Stretches that one segment is cut into at most."""

TOLERANCE_PX = 0.1
"""How far points that are left out may lie off the chain."""


def refined(points: Points, *, is_closed: bool) -> Points:
    """Return the chain with points added, so that none of its segments is long.

    Args:
        points: (N, 2), N >= 2.
        is_closed: the last point is joined to the first.
    """
    ends = np.roll(points, -1, axis=0) if is_closed else points[1:]
    starts = points if is_closed else points[:-1]
    length = np.hypot(*(ends - starts).T)
    counts = np.clip(np.ceil(length / STEP_PX), 1, MOST_STEPS).astype(np.intp)
    segment = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    time = (np.arange(len(segment)) - first[segment]) / counts[segment]
    fine = starts[segment] + time[:, None] * (ends - starts)[segment]
    return fine if is_closed else np.concatenate((fine, points[-1:]))


def simplified(points: Points, *, is_closed: bool) -> Points:
    """Return the chain without the points that hardly bend it (Douglas and Peucker)."""
    import cv2

    if len(points) < 3:
        return points
    # Counted from the middle, single precision suffices in the largest image.
    middle = points.mean(axis=0)
    local = (points - middle).astype(np.float32)[:, None, :]
    kept = cv2.approxPolyDP(local, TOLERANCE_PX, is_closed)
    simple: Points = kept[:, 0, :] + middle
    return simple
