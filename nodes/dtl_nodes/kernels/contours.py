"""Contours of masks: rings of pixel indices around components and holes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.int32]
"""(N, 2) int32, column and row of pixels; neighbours differ by a straight run, the ends too."""


class Component(NamedTuple):
    """The contours of one 8-connected component."""

    outer: Ring
    """Through the border pixels; a single pixel is one vertex, a straight line of pixels two."""

    holes: tuple[Ring, ...]
    """Through the pixels of the component around each 4-connected hole."""


def trace_components(pixels: NDArray[np.bool_]) -> list[Component]:
    """Trace the 8-connected components of a mask.

    A component that lies in a hole of another one is a component of its own.

    Args:
        pixels: (h, w) bool.

    Returns:
        The components in the order of their first pixels, read row by row; the holes of each one
        likewise.
    """
    import cv2

    found, hierarchy = cv2.findContours(
        pixels.view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    rings: list[Ring] = [np.asarray(contour, np.int32).reshape(-1, 2) for contour in found]
    if not rings:
        return []
    parents = np.asarray(hierarchy).reshape(-1, 4)[:, 3].tolist()
    holes: dict[int, list[Ring]] = {at: [] for at, parent in enumerate(parents) if parent < 0}
    for ring, parent in zip(rings, parents, strict=True):
        if parent >= 0:
            holes[parent].append(ring)
    components = [
        Component(rings[at], tuple(sorted(inner, key=_first_pixel))) for at, inner in holes.items()
    ]
    return sorted(components, key=lambda component: _first_pixel(component.outer))


def _first_pixel(ring: Ring) -> tuple[int, int]:
    """Return row and column of the first of a ring's pixels, read row by row."""
    columns, rows = ring[:, 0], ring[:, 1]
    top = int(rows.min())
    return top, int(columns[rows == top].min())
