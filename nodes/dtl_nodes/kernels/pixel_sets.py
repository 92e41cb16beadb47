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


def nth_outside(taken: PixelNumbers, which: NDArray[np.intp]) -> PixelNumbers:
    """Return the pixels of number ``which``, counting from 0, of those not in ``taken``."""
    free_before = taken - np.arange(len(taken))
    return which + np.searchsorted(free_before, which, side="right")
