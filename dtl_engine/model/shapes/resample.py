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

_TIE_PX = 2.0**-24
"""Added to places, so that not rounding decides for centres on a line of the grid."""

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
    columns, left = _indices(back.x_row, back.denominator, reach[0::2], range(x, x + width))
    rows, top = _indices(back.y_row, back.denominator, reach[1::2], range(y, y + height))
    found = pixels.take(rows, axis=0).take(columns, axis=1)
    if is_turned:
        return np.ascontiguousarray(found.T), top, left
    return found, left, top


def _indices(
    row: Row, denominator: int, reach: tuple[int, ...], present: range
) -> tuple[NDArray[np.intp], int]:
    """Return which source pixels the target pixels take along one axis.

    Args:
        row: of the map back; only one factor is not 0.
        denominator: of the row.
        reach: the first target pixel that is asked, and the first one that is not any more.
        present: the source pixels that there are.

    Returns:
        The source pixels, counted from the first present one, and the first target pixel that
        takes one.
    """
    factor, constant, twice = row[0] or row[1], 2 * row[2], 2 * denominator
    # Whole numbers of any size: a map is made of sizes, but maps may be put together.
    found = [(factor * (2 * at + 1) + constant) // twice for at in range(*reach)]
    kept = [at for at, index in enumerate(found) if index in present]
    if not kept:
        return np.empty(0, np.intp), reach[0]
    indices = np.array(found[kept[0] : kept[-1] + 1], np.intp) - present.start
    return indices, reach[0] + kept[0]


def _resample_anyhow(
    pixels: MaskPixels, x: int, y: int, back: Affine, reach: Window
) -> NDArray[np.bool_]:
    """Return the target pixels in ``reach``; ``back`` leads to the source image."""
    height, width = pixels.shape
    # A rim of unset pixels answers for all that lies outside.
    rimmed = np.pad(pixels, 1).ravel()
    (a, b, c), (d, e, f) = back.matrix.tolist()
    right, below = c - x + 1 + _TIE_PX, f - y + 1 + _TIE_PX
    columns = np.arange(reach.left, reach.right) + 0.5
    rows = (np.arange(reach.top, reach.bottom) + 0.5)[:, None]
    found = np.empty((len(rows), len(columns)), bool)
    step = max(1, _AT_ONCE_PX // max(1, len(columns)))
    for first in range(0, len(rows), step):
        part = rows[first : first + step]
        # Truncation is the floor here, as smaller numbers are cut to 0 before.
        across = np.clip(a * columns + (b * part + right), 0, width + 1).astype(np.int32)
        down = np.clip(d * columns + (e * part + below), 0, height + 1).astype(np.int32)
        down *= width + 2
        down += across
        rimmed.take(down, out=found[first : first + step])
    return found
