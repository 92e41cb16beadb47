"""Thick strokes: the pixels within a distance of chains, to the last pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Window

Vertices = NDArray[np.float64]
"""(N, 2) float64 with whole numbers: column and row of pixels."""

Numbers = NDArray[np.float64]

SEGMENTS_AT_ONCE = 1024
"""Bounds the memory for long chains."""


class _Spans(NamedTuple):
    """Runs of pixels, (K,) float64 with whole numbers; ``right`` belongs to the run."""

    row: Numbers
    left: Numbers
    right: Numbers


def paint_strokes(chains: Sequence[Vertices], width: int, window: Window) -> NDArray[np.bool_]:
    """Paint the pixels whose centres lie within ``width / 2`` of a chain.

    The pixel in column c and row r has its centre at ``(c, r)`` here. Coordinates may be large:
    only what lies in the window is computed, exactly for coordinates up to 2**17.

    Args:
        chains: open chains; a chain of one vertex repeated is a disc.
        width: of the stroke in pixels.
        window: the part to paint.

    Returns:
        The pixels of the window, (h, w) bool.
    """
    columns = window.right - window.left
    # Each run adds 1 where it begins and takes it back behind its end.
    changes = np.zeros((window.bottom - window.top, columns + 1), np.int32)
    for starts, ends in _segments(chains):
        spans = _spans(starts, ends, width, window)
        left = np.maximum(spans.left - window.left, 0)
        right = np.minimum(spans.right - window.left + 1, columns)
        seen = left < right
        row = spans.row[seen].astype(np.intp) - window.top
        np.add.at(changes, (row, left[seen].astype(np.intp)), 1)
        np.add.at(changes, (row, right[seen].astype(np.intp)), -1)
    painted: NDArray[np.bool_] = np.cumsum(changes[:, :-1], axis=1, dtype=np.int32) > 0
    return painted


def _segments(chains: Sequence[Vertices]) -> Iterator[tuple[Vertices, Vertices]]:
    """Yield starts and ends of the segments of all chains, a limited number at once."""
    starts = np.concatenate([chain[:-1] for chain in chains])
    ends = np.concatenate([chain[1:] for chain in chains])
    for at in range(0, len(starts), SEGMENTS_AT_ONCE):
        part = slice(at, at + SEGMENTS_AT_ONCE)
        yield starts[part], ends[part]


def _spans(starts: Vertices, ends: Vertices, width: int, window: Window) -> _Spans:
    """Return the run of pixels that each segment covers in each row of the window.

    What lies within a distance of a segment is convex, so that one run per row is enough: the
    union of two discs and the band between them.
    """
    top = np.minimum(starts[:, 1], ends[:, 1]) - width / 2
    bottom = np.maximum(starts[:, 1], ends[:, 1]) + width / 2
    first = np.maximum(np.ceil(top), window.top)
    counts = np.maximum(np.minimum(np.floor(bottom) + 1, window.bottom) - first, 0).astype(np.intp)
    segment = np.repeat(np.arange(len(starts)), counts)
    row = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    left, right = np.full(len(row), np.inf), np.full(len(row), -np.inf)
    for x, y in (starts[segment].T, ends[segment].T):
        under_root = float(width) ** 2 - 4 * (row - y) ** 2
        reach = np.floor(np.sqrt(np.maximum(under_root, 0)) / 2)
        left = np.where(under_root >= 0, np.minimum(left, x - reach), left)
        right = np.where(under_root >= 0, np.maximum(right, x + reach), right)
    band_left, band_right = _band(starts[segment], ends[segment], row, width)
    filled = band_left <= band_right
    left = np.where(filled, np.minimum(left, band_left), left)
    right = np.where(filled, np.maximum(right, band_right), right)
    return _Spans(row, left, right)


def _band(starts: Vertices, ends: Vertices, row: Numbers, width: int) -> tuple[Numbers, Numbers]:
    """Return the first and last column whose foot lies on the segment, near enough."""
    dx, dy = (ends - starts).T
    squared = dx**2 + dy**2
    below = row - starts[:, 1]
    # The cross product with the segment is the distance from it, times its length.
    reach = np.floor(np.sqrt(float(width) ** 2 * squared) / 2)
    near = _solve(dy, dx * below - reach, dx * below + reach)
    between = _solve(dx, -dy * below, squared - dy * below)
    left = np.ceil(np.maximum(near[0], between[0])) + starts[:, 0]
    right = np.floor(np.minimum(near[1], between[1])) + starts[:, 0]
    return np.where(squared > 0, left, np.inf), np.where(squared > 0, right, -np.inf)


def _solve(factor: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return between which x ``low <= factor * x <= high`` holds; first above last for none."""
    flat = factor == 0
    divisor = np.where(flat, 1, factor)
    ends = low / divisor, high / divisor
    always = flat & (low <= 0) & (high >= 0)
    least = np.where(flat, np.where(always, -np.inf, np.inf), np.minimum(*ends))
    most = np.where(flat, np.where(always, np.inf, -np.inf), np.maximum(*ends))
    return least, most
