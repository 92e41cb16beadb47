"""Set pixels under an affine map: each target pixel asks the source pixel below its centre."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.affine import Affine, Row
from dtl_engine.model.geometry import BBox, Window

if TYPE_CHECKING:
    from dtl_engine.model.shapes.mask_body import MaskPixels

_AT_ONCE_PX = 1 << 15
"""Pixels worked on at once: their coordinates stay in the processor's cache."""


def resample(
    pixels: MaskPixels, x: int, y: int, affine: Affine
) -> tuple[NDArray[np.bool_], int, int]:
    """Return the pixels of a mask after ``affine``, and the place of the first one.

    The centre of each target pixel is mapped back and takes the source pixel that holds it.
    Where rows and columns stay upright this is decided in whole numbers, without rounding.

    Args:
        pixels: (h, w) bool.
        x: column of the first pixel in the source image.
        y: row of the first pixel in the source image.
        affine: from the source image to the target image.

    Returns:
        (h', w') bool, C-contiguous, perhaps with margins or empty, and its column and row.
    """
    height, width = pixels.shape
    x0, y0, x1, y1 = affine.bbox(BBox(x, y, x + width, y + height))
    reach = Window(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1))
    if not affine.is_upright:
        return _resample_anyhow(pixels, x, y, affine.inverse, reach), reach.left, reach.top
    back = affine.inverse
    is_turned = back.x_row[0] == 0
    if is_turned:
        reach = Window(reach.top, reach.left, reach.bottom, reach.right)
    columns, left = _indices(back.x_row, back.denominator, reach.left, reach.right, x, width)
    rows, top = _indices(back.y_row, back.denominator, reach.top, reach.bottom, y, height)
    found = pixels.take(rows, axis=0).take(columns, axis=1)
    if is_turned:
        return np.ascontiguousarray(found.T), top, left
    return found, left, top


def _indices(
    row: Row, denominator: int, first: int, last: int, start: int, count: int
) -> tuple[NDArray[np.intp], int]:
    """Return which of ``count`` source pixels from ``start`` on the target pixels take.

    Only those from ``first`` to ``last - 1`` are asked. Also returned is the first target pixel
    that takes one.
    """
    factor, constant = row[0] or row[1], row[2]
    twice = 2 * denominator
    # Whole numbers of any size: a map is made of sizes, but maps may be put together.
    found = [(factor * (2 * at + 1) + 2 * constant) // twice - start for at in range(first, last)]
    kept = [at for at, index in enumerate(found) if 0 <= index < count]
    if not kept:
        return np.empty(0, np.intp), first
    return np.array(found[kept[0] : kept[-1] + 1], np.intp), first + kept[0]


def _resample_anyhow(
    pixels: MaskPixels, x: int, y: int, back: Affine, reach: Window
) -> NDArray[np.bool_]:
    """Return the target pixels in ``reach``; ``back`` leads to the source image."""
    height, width = pixels.shape
    # A rim of unset pixels answers for all that lies outside.
    rimmed = np.pad(pixels, 1).ravel()
    (a, b, c), (d, e, f) = back.matrix.tolist()
    columns = np.arange(reach.left, reach.right) + 0.5
    rows = (np.arange(reach.top, reach.bottom) + 0.5)[:, None]
    found = np.empty((len(rows), len(columns)), bool)
    step = max(1, _AT_ONCE_PX // max(1, len(columns)))
    for first in range(0, len(rows), step):
        part = rows[first : first + step]
        # Truncation is the floor here, as smaller numbers are cut to 0 before.
        across = np.clip(a * columns + (b * part + (c - x + 1)), 0, width + 1).astype(np.int32)
        down = np.clip(d * columns + (e * part + (f - y + 1)), 0, height + 1).astype(np.int32)
        down *= width + 2
        down += across
        rimmed.take(down, out=found[first : first + step])
    return found
