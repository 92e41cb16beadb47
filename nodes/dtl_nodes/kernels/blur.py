"""Blur: Gaussian and median."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.strips import rounded

MOST_MEDIAN_KERNEL = 255
"""OpenCV counts the pixels of a window in 16 bits."""

_BAND_PIXELS = 1 << 20

_CELLS_PER_SIGMA = 10
"""Wide blurs are computed of cells of several pixels; of this size, no value is off by more than
a third of a level."""


def gaussian_blur(pixels: Pixels, sigma: float) -> Pixels:
    """Blur with a Gaussian of ``sigma`` pixels; the border is mirrored about its outermost pixels.

    It is computed in real numbers, as OpenCV's whole-number kernels are off by several levels, and
    band by band, as those take memory.

    Args:
        pixels: (H, W, 3) uint8.
        sigma: standard deviation in pixels, above 0.
    """
    height, width = pixels.shape[:2]
    # Twice the picture is as good as infinitely much: all that is left is the mean.
    sigma = min(sigma, 2 * max(height, width))
    reach = gaussian_reach(sigma)
    rows = max(_BAND_PIXELS // width, 4 * reach)
    result = np.empty_like(pixels)
    for top in range(0, height, rows):
        first = max(top - reach, 0)
        blurred = _blurred(pixels[first : top + rows + reach], sigma)
        result[top : top + rows] = rounded(blurred[top - first :][:rows])
    return result


def gaussian_reach(sigma: float) -> int:
    """Return from how many pixels away a pixel can change the result of ``gaussian_blur``."""
    return math.ceil(4.5 * sigma) + 1


def _blurred(pixels: Pixels, sigma: float) -> NDArray[np.float32]:
    import cv2

    cell = int(sigma // _CELLS_PER_SIGMA)
    if cell < 2:
        return _convolved(pixels, sigma)
    # Averaging over a cell is a part of the blur already.
    coarse_sigma = math.sqrt(sigma**2 - (cell**2 - 1) / 12) / cell
    margin = (round(4 * coarse_sigma) + 4) * cell
    height, width = pixels.shape[:2]
    padding = (margin, margin - height % -cell, margin, margin - width % -cell)
    padded = cv2.copyMakeBorder(pixels, *padding, cv2.BORDER_REFLECT_101).astype(np.float32)
    rows, columns = padded.shape[:2]
    coarse = cv2.resize(padded, (columns // cell, rows // cell), interpolation=cv2.INTER_AREA)
    coarse = _convolved(coarse, coarse_sigma)
    fine = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_LANCZOS4)
    return fine[margin:, margin:][:height, :width].astype(np.float32, copy=False)


def _convolved(values: NDArray[Any], sigma: float) -> NDArray[np.float32]:
    import cv2

    kernel = cv2.getGaussianKernel(2 * round(4 * sigma) + 1, sigma, cv2.CV_32F)
    blurred = cv2.sepFilter2D(values, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_REFLECT_101)
    return blurred.astype(np.float32, copy=False)


def median_blur(pixels: Pixels, kernel: int) -> Pixels:
    """Replace each value by the median of its channel in a square around it.

    Args:
        pixels: (H, W, 3) uint8; the border is repeated.
        kernel: side of the square in pixels, odd, 3 to ``MOST_MEDIAN_KERNEL``.
    """
    import cv2

    return cv2.medianBlur(pixels, kernel).astype(np.uint8, copy=False)
