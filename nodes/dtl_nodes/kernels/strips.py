"""Work on pictures strip by strip, so that numbers of more bytes than a pixel stay few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels

_STRIP_PIXELS = 1 << 15
"""So few stay in the processor's cache, as real numbers too."""


def by_strips(pixels: Pixels, change: Callable[[Pixels], NDArray[np.floating[Any]]]) -> Pixels:
    """Return what ``change`` makes of the picture, rounded to the nearest value of 0 to 255.

    Args:
        pixels: (H, W, 3) uint8.
        change: from some whole rows, top to bottom, to a new array of their shape, on the scale
            0 to 255; what is beyond is cut.
    """
    result = np.empty_like(pixels)
    height, width = pixels.shape[:2]
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        strip = slice(top, top + rows)
        result[strip] = rounded(change(pixels[strip]))
    return result


def rounded(values: NDArray[np.floating[Any]]) -> Pixels:
    """Return the nearest whole numbers of 0 to 255 as uint8, of ties the even one.

    Args:
        values: float32 or float64, of less than 2**31 each.
    """
    import cv2

    # It adds nothing: what counts is that it rounds, cuts and stores in one pass.
    whole = cv2.addWeighted(values, 1, values, 0, 0, dtype=cv2.CV_8U)
    return np.asarray(whole, np.uint8).reshape(values.shape)
