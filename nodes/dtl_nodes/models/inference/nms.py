"""Suppression of objects that were found more than once, by how much they overlap.

Source: ``sliding_window_det`` of the original plugins, which suppresses transitively; the greedy
kind is the usual one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Mask, Rectangle, Shape, Size

Suppression = Literal["transitive", "greedy"]
"""Whether an object that is itself suppressed suppresses others."""

Numbers = NDArray[np.intp]
"""Which of the objects."""

Ious = Callable[[int, Numbers], NDArray[np.float64]]
"""From one object and others, by number: intersection over union with each."""


def surviving(
    shapes: Sequence[Shape],
    confidences: Sequence[float],
    threshold: float,
    size: Size,
    kind: Suppression = "transitive",
) -> list[int]:
    """Return the numbers of the objects that stay, by confidence, the lowest first.

    Args:
        shapes: of objects of one class, in one image.
        confidences: of each; of equal ones the later object has the higher.
        threshold: an IoU above it suppresses the object of lower confidence.
        size: of the image in pixels.
        kind: ``transitive``: an object stays if its IoU with every object of higher confidence is
            at most ``threshold``, with those too that do not stay themselves. ``greedy``: only
            objects that stay count.
    """
    ious = _ious(shapes, size)
    ascending = np.argsort(np.asarray(confidences, np.float64), kind="stable")
    stays = np.ones(len(shapes), np.bool_)
    for place in reversed(range(len(shapes))):
        higher = ascending[place + 1 :]
        if kind == "greedy":
            higher = higher[stays[place + 1 :]]
        stays[place] = not higher.size or ious(int(ascending[place]), higher).max() <= threshold
    return [int(number) for number in ascending[stays]]


def _ious(shapes: Sequence[Shape], size: Size) -> Ious:
    boxes = np.array([shape.bbox for shape in shapes], np.float64).reshape(-1, 4)
    if all(isinstance(shape, Rectangle) for shape in shapes):
        areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])

        def of_boxes(one: int, others: Numbers) -> NDArray[np.float64]:
            shared = _shared_area(boxes[one], boxes[others])
            return _ratio(shared, areas[one] + areas[others] - shared)

        return of_boxes
    masks = [_mask(shape, size) for shape in shapes]
    counts = np.array([0.0 if mask is None else mask.area for mask in masks])

    def of_masks(one: int, others: Numbers) -> NDArray[np.float64]:
        shared = np.zeros(len(others))
        for place in np.flatnonzero(_shared_area(boxes[one], boxes[others])):
            shared[place] = _shared_pixels(masks[one], masks[others[place]])
        return _ratio(shared, counts[one] + counts[others] - shared)

    return of_masks


def _mask(shape: Shape, size: Size) -> Mask | None:
    return shape if isinstance(shape, Mask) else Mask.tight(shape.paint(size), 0, 0)


def _shared_area(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area that a box shares with each of (N, 4) others, (N,) float64."""
    corner = np.maximum(box[:2], others[:, :2])
    extent = np.clip(np.minimum(box[2:], others[:, 2:]) - corner, 0, None)
    return np.asarray(extent[:, 0] * extent[:, 1])


def _shared_pixels(one: Mask | None, other: Mask | None) -> int:
    if one is None or other is None:
        return 0
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    if right <= left or bottom <= top:
        return 0
    parts = [
        mask.pixels[top - mask.y : bottom - mask.y, left - mask.x : right - mask.x]
        for mask in (one, other)
    ]
    return int(np.count_nonzero(parts[0] & parts[1]))


def _ratio(shared: NDArray[np.float64], union: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
