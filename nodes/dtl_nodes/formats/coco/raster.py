"""Rings painted and united: by our own rule, and the way COCO's own tools do it.

Source: the mask API of pycocotools, ``common/maskApi.c`` (rleFrPoly): the boundary is walked in
fifths of a pixel, and where it changes its column it flips the rest of that column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Mask, Polygon, Size
from dtl_nodes.formats.coco.rle import Runs, runs_to_mask

_SCALE = 5


MOST_STEPS_PX = 2**22
"""The longest boundary that is painted: memory grows with it, and a short text can tell a long
one."""

Ring = NDArray[np.float64]


def paint(rings: Iterable[Ring], size: Size) -> Mask | None:
    """Return the pixels of rings, (N, 2), united, by our own rule; ``None`` if there are none.

    Args:
        rings: in pixels; they may leave the image.
        size: of the image.

    Raises:
        AnnotationError: F604, a ring is far too long.
    """
    masks = []
    for ring in _near(rings, size):
        left, top = (max(0, int(edge)) for edge in np.floor(ring.min(axis=0)))
        right, bottom = (int(edge) for edge in np.ceil(ring.max(axis=0)))
        window = Size(min(right, size.width) - left, min(bottom, size.height) - top)
        if window.width > 0 and window.height > 0:
            painted = Polygon(ring - (left, top)).paint(window)
            masks.append(Mask.tight(painted, left, top))
    return unite(masks)


def paint_like_coco(rings: Iterable[Ring], size: Size) -> Mask | None:
    """Return the pixels of rings as ``paint`` does, by the rule of COCO's tools."""
    return unite(runs_to_mask(ring_runs(ring, size), size) for ring in _near(rings, size))


def _near(rings: Iterable[Ring], size: Size) -> Iterator[Ring]:
    """Yield the rings; those that are too long are cut at the border of the image."""
    window = (-1, -1, size.width + 1, size.height + 1)
    for ring in rings:
        if _length_px(ring) <= MOST_STEPS_PX:
            yield ring
            continue
        for part in Polygon(ring).clip(window):
            if _length_px(part.exterior) > MOST_STEPS_PX:
                raise AnnotationError("F604", f"a ring is longer than {MOST_STEPS_PX} pixels")
            yield part.exterior


def _length_px(ring: Ring) -> float:
    return float(np.abs(ring - np.roll(ring, -1, axis=0)).sum())


def unite(parts: Iterable[Mask | None]) -> Mask | None:
    """Return the pixels of all masks; ``None`` if there are none."""
    masks = [mask for mask in parts if mask is not None]
    if len(masks) < 2:
        return masks[0] if masks else None
    left, top = min(mask.x for mask in masks), min(mask.y for mask in masks)
    right = max(mask.x + mask.width for mask in masks)
    bottom = max(mask.y + mask.height for mask in masks)
    pixels = np.zeros((bottom - top, right - left), bool)
    for mask in masks:
        x, y = mask.x - left, mask.y - top
        pixels[y : y + mask.height, x : x + mask.width] |= mask.pixels
    return Mask.tight(pixels, left, top)


def ring_runs(ring: Ring, size: Size) -> Runs:
    """Return the runs of one ring in an image of ``size``."""
    width, height = size
    u, v = _boundary(ring)
    moves = np.flatnonzero(np.diff(u)) + 1
    before, after = u[moves - 1], u[moves]
    x = (np.where(after < before, after, after - 1) + 0.5) / _SCALE - 0.5
    y = (np.minimum(v[moves], v[moves - 1]) + 0.5) / _SCALE - 0.5
    kept = (np.floor(x) == x) & (x >= 0) & (x <= width - 1)
    rows = np.ceil(np.clip(y[kept], 0, height)).astype(np.int64)
    flips = np.sort(x[kept].astype(np.int64) * height + rows)
    # Two flips at one place undo each other.
    places, times = np.unique(flips, return_counts=True)
    edges = places[(times % 2 == 1) & (places < width * height)]
    runs: Runs = np.diff(edges, prepend=0, append=width * height)
    return runs


def _boundary(ring: Ring) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the points of the boundary in fifths of a pixel: x and y of all edges in order."""
    corners = np.trunc(_SCALE * ring + 0.5).astype(np.int64)
    (x0, y0), (x1, y1) = corners.T, np.roll(corners, -1, axis=0).T
    dx, dy = np.abs(x1 - x0), np.abs(y1 - y0)
    is_flat = dx >= dy
    swaps = np.where(is_flat, x0 > x1, y0 > y1)
    xs, ys = np.where(swaps, x1, x0), np.where(swaps, y1, y0)
    xe, ye = np.where(swaps, x0, x1), np.where(swaps, y0, y1)
    steps = np.maximum(dx, dy)
    slope = np.where(is_flat, ye - ys, xe - xs) / np.maximum(steps, 1)
    edge = np.repeat(np.arange(len(steps)), steps + 1)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    along = np.where(swaps[edge], steps[edge] - step, step)
    across = np.trunc(np.where(is_flat, ys, xs)[edge] + slope[edge] * along + 0.5).astype(np.int64)
    flat = is_flat[edge]
    return np.where(flat, along + xs[edge], across), np.where(flat, across, along + ys[edge])
