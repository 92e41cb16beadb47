"""Between numbers that name pixels and positions, in which the engine counts.

Source: the conversion table of the data formats reference, rows "index".
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    KeypointNode,
    Keypoints,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
    Size,
)

Points = NDArray[np.float64]


def to_positions(shape: Shape) -> Shape:
    """Return the shape whose numbers name pixels in positions; ``to_pixels`` undoes it.

    A rectangle ends behind its last row and column, a vertex is the centre of its pixel. Masks
    lie on whole pixels in both.
    """
    if isinstance(shape, Rectangle):
        return Rectangle(shape.x0, shape.y0, shape.x1 + 1, shape.y1 + 1)
    if isinstance(shape, Point):
        return Point(shape.x + 0.5, shape.y + 0.5)
    if isinstance(shape, Polyline):
        return Polyline(shape.points + 0.5)
    if isinstance(shape, Polygon):
        return Polygon(shape.exterior + 0.5, tuple(hole + 0.5 for hole in shape.holes))
    if isinstance(shape, Keypoints):
        return Keypoints(
            tuple(KeypointNode(n.id, n.x + 0.5, n.y + 0.5, n.extra) for n in shape.nodes)
        )
    return shape


def to_pixels(shape: Shape, size: Size) -> Shape:
    """Return the shape with the numbers of the pixels that it covers or its vertices lie in.

    Args:
        shape: in positions, inside the image.
        size: of the image; numbers are those of its pixels.
    """
    width, height = size
    if isinstance(shape, Rectangle):
        x0, x1 = _range(shape.x0, shape.x1, width)
        y0, y1 = _range(shape.y0, shape.y1, height)
        return Rectangle(x0, y0, x1, y1)
    if isinstance(shape, Point):
        return Point(_index(shape.x, width), _index(shape.y, height))
    if isinstance(shape, Polyline):
        return Polyline(_indices(shape.points, size))
    if isinstance(shape, Polygon):
        holes = tuple(_indices(hole, size) for hole in shape.holes)
        return Polygon(_indices(shape.exterior, size), holes)
    if isinstance(shape, Keypoints):
        return Keypoints(
            tuple(
                KeypointNode(n.id, _index(n.x, width), _index(n.y, height), n.extra)
                for n in shape.nodes
            )
        )
    return shape


def _range(start: float, end: float, length: int) -> tuple[int, int]:
    """Return the first and the last pixel of an interval, half up; it has one at least."""
    first = min(max(math.floor(start + 0.5), 0), length - 1)
    last = math.floor(end + 0.5) - 1
    return first, min(max(last, first), length - 1)


def _index(position: float, length: int) -> int:
    return min(max(math.floor(position), 0), length - 1)


def _indices(points: Points, size: Size) -> Points:
    return np.clip(np.floor(points), 0, (size.width - 1, size.height - 1))
