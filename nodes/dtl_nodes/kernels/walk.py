"""Places at equal distances along a closed ring."""

from __future__ import annotations

import numpy as np

from dtl_engine.sdk import AnnotationError
from dtl_nodes.kernels.chains import Points, lengths

MOST_STEPS = 100_000
"""More can only come from a ring far larger than any image."""


def walk(ring: Points, step_px: float) -> Points:
    """Return the places reached by steps along a ring from its first vertex, once around.

    Args:
        ring: (N, 2); the first vertex need not be repeated.
        step_px: the length of a step along the ring, above 0.

    Returns:
        (K, 2): one place per whole step; the start itself is none, even where steps lead back to
        it.

    Raises:
        AnnotationError: F604, the ring is longer than ``MOST_STEPS`` steps.
    """
    closed = np.concatenate((ring, ring[:1]))
    way = np.concatenate(([0.0], np.cumsum(lengths(np.diff(closed, axis=0)))))
    if way[-1] > step_px * MOST_STEPS:
        raise AnnotationError("F604", f"polygon: an outline of {way[-1]:.0f} px is too long")
    stations = np.arange(step_px, way[-1], step_px)
    return np.stack([np.interp(stations, way, closed[:, axis]) for axis in (0, 1)], axis=1)
