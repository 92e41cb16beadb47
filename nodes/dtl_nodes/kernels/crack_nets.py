"""Outlines around nets of cracks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Polygon, Size
from dtl_nodes.kernels.areas import simple_parts
from dtl_nodes.kernels.chains import Points
from dtl_nodes.kernels.density import dense_clusters
from dtl_nodes.kernels.loops import cut_loops

MOST_ELONGATED = 8
"""The largest ratio of the sides of the box around a net."""

DISC = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
"""A disc of radius 1 around a cell."""

CLOSING = np.ones((5, 5), np.uint8)
"""Gaps that it fills do not separate discs."""

MARGIN = 5
"""Cells around the points of a net that discs and closing can reach."""

Cells = NDArray[np.intp]
"""(N, 2), column and row in a grid over the image."""


@dataclass(frozen=True, slots=True)
class NetRules:
    """What counts as a net."""

    columns: int
    """Of the grid in which nets are looked for."""

    near: float
    """The distance in cells up to which two vertices of an outline close a loop."""

    min_fill: float
    """The least area of a net per area of the box around it."""

    min_share: float
    """The least area of that box per area of the grid."""

    min_points: int | None
    """The least number of points in a dense part of the cracks; ``None``: one net of all."""


def crack_nets(points: Points, size: Size, rules: NetRules) -> list[Points]:
    """Return the outlines of the nets that cracks form.

    Args:
        points: (N, 2), all vertices of the cracks.
        size: of the image.
        rules: what counts as a net.

    Returns:
        Rings in whole pixels, none of which crosses itself.

    Source: DTL reference, ``find_cracknets``.
    """
    grid = Size(rules.columns, max(rules.columns * size.height // size.width, 1))
    scale = np.divide(grid, size)
    cells = np.trunc(points * scale).astype(np.intp)
    groups = [cells]
    if rules.min_points is not None and len(cells) >= rules.min_points:
        groups = [cells[members] for members in dense_clusters(cells, rules.min_points)]
    return [
        piece
        for group in groups
        for outline in _outlines(group, grid)
        for ring in cut_loops(outline, rules.near)
        if _is_net(ring, grid, rules)
        for piece, *_ in simple_parts([np.trunc(ring / scale)])
    ]


def _outlines(cells: Cells, grid: Size) -> Iterator[Points]:
    """Yield the outer contours, (N, 2), of the discs around ``cells``, small gaps filled."""
    import cv2

    # One cell beyond the grid may hold points whose discs reach into it.
    low = np.maximum(cells.min(axis=0) - MARGIN, -1)
    high = np.minimum(cells.max(axis=0) + MARGIN, grid) + 1
    if (np.maximum(low, 0) >= np.minimum(high, grid)).any():
        return
    columns, rows = (cells[((low <= cells) & (cells < high)).all(axis=1)] - low).T
    width, height = high - low
    painted = np.zeros((height, width), np.uint8)
    painted[rows, columns] = 1
    discs = cv2.dilate(painted, DISC)
    left, top = np.maximum(-low, 0)
    right, bottom = np.minimum(high, grid) - low
    closed = cv2.morphologyEx(discs[top:bottom, left:right], cv2.MORPH_CLOSE, CLOSING)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        yield contour[:, 0].astype(np.float64) + np.maximum(low, 0)


def _is_net(ring: Points, grid: Size, rules: NetRules) -> bool:
    """Tell whether a ring in the grid is large, compact and filled enough."""
    width, height = np.ptp(ring, axis=0).tolist()
    if not (0 < width <= MOST_ELONGATED * height and height <= MOST_ELONGATED * width):
        return False
    box = width * height
    return bool(
        Polygon(ring).area >= rules.min_fill * box
        and box >= rules.min_share * grid.width * grid.height
    )
