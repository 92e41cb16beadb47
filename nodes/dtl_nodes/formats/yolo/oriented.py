"""Oriented boxes: the four corners that a row holds of a shape."""

from __future__ import annotations

import numpy as np

from dtl_engine.sdk import BBox, Instance, Mask, Polygon, Shape, Size
from dtl_nodes.formats.yolo.outlines import Ring
from dtl_nodes.kernels.smallest_rectangle import smallest_rectangle

CORNERS = 4
_WRITTEN = 5e-7
"""Half of the last decimal of a row."""


def is_oriented(shape: Shape) -> bool:
    """Whether a shape is what the engine has for an oriented box: a polygon of four corners."""
    return isinstance(shape, Polygon) and len(shape.exterior) == CORNERS


def box_corners(box: BBox) -> Ring:
    """Return the corners of an upright box, clockwise from the upper left one."""
    x0, y0, x1, y1 = box
    return np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def area_corners(shape: Polygon | Mask) -> Ring | None:
    """Return the corners of a polygon that has four, else of the smallest rectangle around it.

    ``None`` for a mask without pixels. The pixels of a mask are squares.
    """
    if isinstance(shape, Polygon):
        return shape.exterior if is_oriented(shape) else smallest_rectangle(shape.exterior)
    rows = np.flatnonzero(shape.pixels.any(axis=1))
    if not len(rows):
        return None
    pixels = shape.pixels[rows]
    left = shape.x + pixels.argmax(axis=1)
    right = shape.x + shape.width - pixels[:, ::-1].argmax(axis=1)
    top = shape.y + rows
    sides = (left, top), (right, top), (right, top + 1), (left, top + 1)
    return smallest_rectangle(np.concatenate([np.stack(side, axis=1) for side in sides]) + 0.0)


def snapped(instance: Instance, size: Size) -> Instance:
    """Return an instance whose oriented box is in the image if its corners are as written.

    Turned boxes that touch the edge leave the image by a rounding error, and cut they would have
    more corners than four.
    """
    shape = instance.shape
    if not (isinstance(shape, Polygon) and is_oriented(shape)):
        return instance
    inside = np.clip(shape.exterior, 0, size)
    beyond = np.abs(inside - shape.exterior).max(axis=0)
    if not beyond.any() or (beyond > _WRITTEN * np.array(size)).any():
        return instance
    return instance.with_shape(Polygon(inside, shape.holes))
