"""Which pixels belong to a shape.

The rules are symmetric: painting and then mirroring, turning by a quarter or cutting out whole
pixels gives, bit by bit, what moving the shape and then painting gives. A plain "centre inside,
border half-open" rule does not, because a border through a pixel's centre would be decided by
the direction of the axes. So:

- areas: a pixel belongs to the shape if one of eight places within 2**-19 pixels of its centre
  lies inside; they are arranged like the square's own symmetries, and so decide every tie alike;
- lines: if a stretch of positive length runs through the pixel's closed square;
- points: if the closed square holds the point.

Mirrored coordinates must be exact for that, as those with few binary places are; for others the
areas still agree unless a border runs through one of the eight places to within rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dtl_engine.model.geometry import BBox, Size
from dtl_engine.model.shapes.base import Painted
from dtl_engine.model.shapes.chains import SHORTEST_PX, clip_chain
from dtl_engine.model.shapes.coordinates import Points

# The places tried are (±LONG, ±SHORT) and (±SHORT, ±LONG) around a centre. 1e-6 is far above
# the rounding of clipped vertices (1e-12 in the largest images) and far below any visible
# distance. Neighbouring Fibonacci numbers give the ratio that small fractions approach worst, so
# an edge between vertices on a coarse grid which passes through a centre misses all eight places
# by far more than rounding; with LONG = SHORT every diagonal would hit two.
LONG = 987 / 2**30
SHORT = 610 / 2**30
_PLACES = ((-LONG, SHORT), (LONG, SHORT), (-SHORT, LONG), (SHORT, LONG))
"""Rows tried, as y from the centre, each with the x to both sides."""


def blank(size: Size) -> Painted:
    """Return a picture in which nothing is painted: (H, W) bool."""
    return np.zeros((size.height, size.width), dtype=bool)


def paint_box(box: BBox, size: Size) -> Painted:
    """Paint the pixels whose centres lie in a closed box; without area it holds none."""
    picture = blank(size)
    if box.x0 < box.x1 and box.y0 < box.y1:
        left, right = _centres(box.x0, box.x1, size.width)
        top, bottom = _centres(box.y0, box.y1, size.height)
        picture[top:bottom, left:right] = True
    return picture


def _centres(low: float, high: float, extent: int) -> tuple[int, int]:
    """Return the half-open range of indices whose centres lie in ``[low, high]``."""
    first = max(math.ceil(low - LONG - 0.5), 0)
    return first, max(min(math.floor(high + LONG - 0.5) + 1, extent), first)


def paint_rings(exterior: Points, holes: Sequence[Points], box: BBox, size: Size) -> Painted:
    """Paint the interior of a closed ring by the even-odd rule, less that of its holes.

    Args:
        exterior: (N, 2); the first vertex need not be repeated.
        holes: likewise; each only takes away, wherever it lies.
        box: the box around the exterior.
        size: of the picture.
    """
    picture = blank(size)
    left, right = _centres(box.x0, box.x1, size.width)
    top, bottom = _centres(box.y0, box.y1, size.height)
    if left >= right or top >= bottom:
        return picture
    insides = _insides(exterior, left, right, top, bottom)
    for hole in holes:
        insides &= ~_insides(hole, left, right, top, bottom)
    picture[top:bottom, left:right] = insides != 0
    return picture


def _insides(ring: Points, left: int, right: int, top: int, bottom: int) -> NDArray[np.uint8]:
    """Tell which of the eight places of each pixel lie inside a ring: a bit each, (H, W).

    Every edge flips, for each of the eight places, the first pixel to the right of its crossing
    with each row; a running exclusive-or along the rows then says what is inside.
    """
    edges = _edges(ring)
    columns = right - left + 1
    flips = np.zeros((bottom - top) * columns, np.uint8)
    bit = 1
    for dy, reach in _PLACES:
        rows, x = _crossings(edges, top, bottom, dy)
        starts = (rows - top) * columns
        for dx in (-reach, reach):
            first = np.clip(np.ceil(x - (0.5 + dx)), left, right).astype(np.intp)
            np.bitwise_xor.at(flips, starts + (first - left), np.uint8(bit))
            bit <<= 1
    insides: NDArray[np.uint8] = np.bitwise_xor.accumulate(flips.reshape(-1, columns), axis=1)
    return insides[:, :-1]


def _edges(ring: Points) -> Points:
    """Return the edges that are not level, each from its upper end to its lower one: (4, M)."""
    starts, ends = ring, np.roll(ring, -1, axis=0)
    down = (starts[:, 1] < ends[:, 1])[:, None]
    upper, lower = np.where(down, starts, ends), np.where(down, ends, starts)
    slanted = upper[:, 1] < lower[:, 1]
    return np.concatenate((upper[slanted], lower[slanted]), axis=1).T


def _crossings(
    edges: Points, top: int, bottom: int, dy: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return where edges cross the lines ``dy`` below the centres of rows: rows and x, (K,)."""
    middle = 0.5 + dy
    first = np.clip(np.ceil(edges[1] - middle), top, bottom).astype(np.intp)
    last = np.clip(np.ceil(edges[3] - middle), top, bottom).astype(np.intp)
    counts = last - first
    edge = np.repeat(np.arange(len(counts)), counts)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    x0, y0, x1, y1 = edges[:, edge]
    return rows, x0 + (rows + middle - y0) * ((x1 - x0) / (y1 - y0))


def paint_chain(points: Points, size: Size) -> Painted:
    """Paint the pixels through whose closed squares a stretch of an open chain runs.

    The chain is cut wherever it crosses a line of the pixel grid; the middle of a cut piece says
    which square it runs through, or, on a grid line, which two.
    """
    middles = [_middles(piece) for piece in clip_chain(points, (0, 0, size.width, size.height))]
    if not middles:
        return blank(size)
    return paint_points(np.concatenate(middles), size)


def _middles(points: Points) -> Points:
    """Return the middles, (M, 2), of the pieces into which the pixel grid cuts a chain."""
    origins, step = points[:-1], np.diff(points, axis=0)
    count = len(origins)
    segments, times = [np.tile(np.arange(count), 2)], [np.repeat((0.0, 1.0), count)]
    for axis in (0, 1):
        ends = np.sort(np.stack((points[:-1, axis], points[1:, axis])), axis=0)
        first, last = np.floor(ends[0]).astype(np.intp) + 1, np.ceil(ends[1]).astype(np.intp)
        counts = np.maximum(last - first, 0)
        segment = np.repeat(np.arange(count), counts)
        lines = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts - first, counts)
        segments.append(segment)
        times.append((lines - origins[segment, axis]) / step[segment, axis])
    segment, time = np.concatenate(segments), np.concatenate(times)
    order = np.lexsort((time, segment))
    segment, time = segment[order], time[order]
    length = np.hypot(step[:, 0], step[:, 1])[segment[:-1]] * np.diff(time)
    real = (segment[:-1] == segment[1:]) & (length > SHORTEST_PX)
    owner = segment[:-1][real]
    time_between = (time[:-1][real] + time[1:][real])[:, None] / 2
    middles: Points = origins[owner] + time_between * step[owner]
    return middles


def paint_points(points: ArrayLike, size: Size) -> Painted:
    """Paint the pixels whose closed squares hold one of ``points``, (N, 2)."""
    picture = blank(size)
    x, y = np.asarray(points, dtype=np.float64).reshape(-1, 2).T
    # On a grid line the two differ and both squares hold the point; elsewhere they are equal.
    for columns in (np.floor(x), np.ceil(x) - 1):
        for rows in (np.floor(y), np.ceil(y) - 1):
            seen = (columns >= 0) & (columns < size.width) & (rows >= 0) & (rows < size.height)
            picture[rows[seen].astype(np.intp), columns[seen].astype(np.intp)] = True
    return picture
