"""Shapes of arrays of points, which must have enough distinct ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, KeypointNode, Keypoints, Point, Polygon, Polyline


def polygon_of(points: NDArray[np.float64]) -> Polygon:
    """Return the polygon of a ring, (N, 2).

    Raises:
        AnnotationError: F604, it has fewer than three distinct points.
    """
    polygon = Polygon(points)
    if not has_distinct(polygon.exterior, 3):
        raise AnnotationError("F604", "polygon: fewer than 3 distinct points")
    return polygon


def line_of(points: NDArray[np.float64]) -> Polyline:
    """Return the open chain of points, (N, 2).

    Raises:
        AnnotationError: F604, it has fewer than two distinct points.
    """
    line = Polyline(points)
    if not has_distinct(line.points, 2):
        raise AnnotationError("F604", "line: fewer than 2 distinct points")
    return line


def has_distinct(points: NDArray[np.float64], count: int) -> bool:
    """Whether at least two or three of the points, (N, 2), are distinct, as ``count`` asks."""
    others = points[(points != points[0]).any(axis=1)]
    return len(others) > 0 and (count < 3 or bool((others != others[0]).any()))


def points_of(points: NDArray[np.float64]) -> Point | Keypoints:
    """Return the shape of points, (N, 2), that are one object: of several, a graph by numbers.

    Raises:
        AnnotationError: F604, there is none.
    """
    if len(points) == 1:
        return Point(*points[0].tolist())
    nodes = enumerate(points.tolist(), start=1)
    return Keypoints(tuple(KeypointNode(str(number), x, y) for number, (x, y) in nodes))
