"""Chains of points: their lengths, and their vertices without repetitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N, 2) float64, x and y in pixels."""


def lengths(vectors: Points) -> NDArray[np.float64]:
    """Return the lengths of vectors, which lie along the last axis."""
    return np.hypot(vectors[..., 0], vectors[..., 1])


def chain_length(points: Points) -> float:
    """Return the length of an open chain, (N, 2), in pixels: the sum over its segments."""
    return float(lengths(np.diff(points, axis=0)).sum())


def distinct(points: Points) -> Points:
    """Return the chain without vertices that repeat the one before; at least one stays."""
    moves = (points[1:] != points[:-1]).any(axis=1)
    return points if moves.all() else points[np.concatenate(([True], moves))]
