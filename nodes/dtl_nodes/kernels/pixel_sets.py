"""Sets of pixels of an image, as their ascending numbers in reading order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Mask

PixelNumbers = NDArray[np.intp]
"""(N,): row times width plus column."""


def pixel_numbers(mask: Mask, width: int) -> PixelNumbers:
    """Return the set pixels of a mask inside an image of ``width``, ascending."""
    rows, columns = np.nonzero(mask.pixels)
    return (rows + mask.y) * width + columns + mask.x


def mask_of_pixels(numbers: PixelNumbers, width: int) -> Mask:
    """Return the mask of pixels, at least one, of an image of ``width``."""
    rows, columns = np.divmod(numbers, width)
    top, left = int(rows.min()), int(columns.min())
    pixels = np.zeros((int(rows.max()) + 1 - top, int(columns.max()) + 1 - left), bool)
    pixels[rows - top, columns - left] = True
    mask = Mask.tight(pixels, left, top)
    assert mask is not None
    return mask


def nth_outside(taken: PixelNumbers, which: NDArray[np.intp]) -> PixelNumbers:
    """Return the pixels of number ``which``, counting from 0, of those not in ``taken``."""
    free_before = taken - np.arange(len(taken))
    return which + np.searchsorted(free_before, which, side="right")
