"""The view of an image through four moved corners."""

from __future__ import annotations

from itertools import count

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size

Matrix = NDArray[np.float64]
"""(3, 3) float64."""

LEAST_PX = 2
"""No side of a view is shorter."""

MOST_GROWTH = 4
"""How many times longer the sides of an image may become that shows all."""

MILDER = 0.8


def jitter(scale: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return how far the corners move inwards, as parts of the sides: (4, 2), 0 to below 0.5.

    Args:
        scale: standard deviation of the normal numbers that they are the magnitudes of.
        generator: of eight numbers.
    """
    return np.abs(generator.normal(0, scale, (4, 2))) % 0.5


def view(size: Size, corners: NDArray[np.float64], *, keep: bool, fit: bool) -> tuple[Matrix, Size]:
    """Return the homography from places in an image to places in its new view, and its size.

    Args:
        size: of the image.
        corners: how far the corners of what is seen lie inside those of the image, as parts of
            its sides; top left, top right, bottom right, bottom left.
        keep: stretch the view to the size of the image.
        fit: show all of the image, not only what is inside the corners; where the view is too
            oblique for it, the corners are moved less.

    Source: imgaug ``PerspectiveTransform``.
    """
    for attempt in count():
        matrix, seen = _through(size, corners * MILDER**attempt)
        if not fit:
            break
        whole = _around(size, matrix)
        if whole is not None:
            matrix, seen = whole
            break
    if keep:
        matrix = np.diag((size.width / seen.width, size.height / seen.height, 1.0)) @ matrix
        return matrix, size
    return matrix, seen


def _through(size: Size, corners: NDArray[np.float64]) -> tuple[Matrix, Size]:
    """Return the matrix that brings the moved corners to those of a new image, and its size."""
    import cv2

    signs = np.array(((1, 1), (-1, 1), (-1, -1), (1, -1)))
    quad = (_corners(Size(1, 1)) + signs * corners) * (size.width, size.height)
    top, right, bottom, left = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    seen = Size(*(max(LEAST_PX, round(max(pair))) for pair in ((top, bottom), (left, right))))
    target = _corners(seen)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target.astype(np.float32))
    return np.asarray(matrix, np.float64), seen


def _around(size: Size, matrix: Matrix) -> tuple[Matrix, Size] | None:
    """Return matrix and size of the image that holds all; ``None`` where that is far too large."""
    corners = _corners(size)
    depth = corners @ matrix[2, :2] + matrix[2, 2]
    if (depth <= 0).any():
        return None
    places = (corners @ matrix[:2, :2].T + matrix[:2, 2]) / depth[:, None]
    (left, top), far = places.min(axis=0), places.max(axis=0)
    width, height = (max(LEAST_PX, int(np.ceil(side - 1e-6))) for side in far - (left, top))
    if width > MOST_GROWTH * max(size.width, LEAST_PX) or height > MOST_GROWTH * max(
        size.height, LEAST_PX
    ):
        return None
    shift = np.array(((1, 0, -left), (0, 1, -top), (0, 0, 1)))
    return shift @ matrix, Size(width, height)


def _corners(size: Size) -> NDArray[np.float64]:
    width, height = size
    return np.array(((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)))
