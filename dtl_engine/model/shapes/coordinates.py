"""Checked, read-only arrays of points, and the two moves that all of them share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges

Points = NDArray[np.float64]
"""(N, 2) float64, x and y in pixels; read-only inside shapes."""

FARTHEST_PX = 2.0**31
"""Coordinates beyond it are refused: no image is as wide, and sums and products stay exact
enough and far from overflow."""


def checked_points(points: ArrayLike, at_least: int, what: str) -> Points:
    """Return a read-only float64 copy of ``points``.

    Args:
        points: N pairs of numbers.
        at_least: the smallest N allowed.
        what: the name of the shape, for the message.

    Raises:
        AnnotationError: F604, for too few points, no pairs, or a coordinate that is not finite.
    """
    try:
        array = np.array(points, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise AnnotationError("F604", f"{what}: points must be pairs of numbers") from error
    if len(array.shape) == 0 or len(array) < at_least:
        count = len(array) if array.shape else 0
        raise AnnotationError("F604", f"{what}: {count} points, at least {at_least} are needed")
    if array.ndim != 2 or array.shape[1] != 2:
        raise AnnotationError("F604", f"{what}: points must be pairs of numbers")
    if not (np.abs(array).max() <= FARTHEST_PX):
        raise AnnotationError("F604", f"{what}: a coordinate is not finite or beyond 2**31")
    # -0.0 equals 0.0 but has other bytes, and the hash is taken of the bytes.
    return frozen(array + 0.0)


def checked_numbers(numbers: tuple[float, ...], what: str) -> tuple[float, ...]:
    """Return ``numbers`` as plain floats.

    Raises:
        AnnotationError: F604, for anything that is not a finite number up to 2**31.
    """
    try:
        plain = tuple([float(number) for number in numbers])
    except (TypeError, ValueError, OverflowError) as error:
        raise AnnotationError("F604", f"{what}: coordinates must be numbers") from error
    for number in plain:
        if not (-FARTHEST_PX <= number <= FARTHEST_PX):
            raise AnnotationError("F604", f"{what}: a coordinate is not finite or beyond 2**31")
    return plain


def frozen(array: Points) -> Points:
    """Make an array that nobody else holds read-only and return it."""
    array.setflags(write=False)
    return array


def bounds(points: Points) -> BBox:
    """Return the box around ``points``."""
    x0, y0 = points.min(axis=0).tolist()
    x1, y1 = points.max(axis=0).tolist()
    return BBox(x0, y0, x1, y1)


def mirror_points(points: Points, axis: Axis, size: Size) -> Points:
    """Return ``points`` mirrored about the middle of an image of ``size``."""
    mirrored = points.copy()
    column, extent = (0, size.width) if axis == "vertical" else (1, size.height)
    np.subtract(extent, points[:, column], out=mirrored[:, column])
    return frozen(mirrored)


def mirror_bbox(bbox: BBox, axis: Axis, size: Size) -> BBox:
    """Return ``bbox`` mirrored about the middle of an image of ``size``."""
    x0, y0, x1, y1 = bbox
    if axis == "vertical":
        return BBox(size.width - x1, y0, size.width - x0, y1)
    return BBox(x0, size.height - y1, x1, size.height - y0)


def shift_points(points: Points, dx: int, dy: int) -> Points:
    """Return ``points`` moved by whole pixels."""
    return frozen(points + np.array((dx, dy), np.float64))


def shift_bbox(bbox: BBox, dx: int, dy: int) -> BBox:
    """Return ``bbox`` moved by whole pixels."""
    x0, y0, x1, y1 = bbox
    return BBox(x0 + dx, y0 + dy, x1 + dx, y1 + dy)


def contains(window: Edges, bbox: BBox) -> bool:
    """Tell whether ``bbox`` lies in the closed ``window``."""
    x0, y0, x1, y1 = bbox
    left, top, right, bottom = window
    return left <= x0 and top <= y0 and x1 <= right and y1 <= bottom


def touches(window: Edges, bbox: BBox) -> bool:
    """Tell whether ``bbox`` and ``window`` share at least a point of their borders."""
    x0, y0, x1, y1 = bbox
    left, top, right, bottom = window
    return x0 <= right and y0 <= bottom and left <= x1 and top <= y1


def overlaps(window: Edges, bbox: BBox) -> bool:
    """Tell whether ``bbox`` and ``window`` share an area."""
    x0, y0, x1, y1 = bbox
    left, top, right, bottom = window
    return max(x0, left) < min(x1, right) and max(y0, top) < min(y1, bottom)
