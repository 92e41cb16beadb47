"""Blur of cameras: out of focus, in motion, zooming."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.strips import rounded

_DISCS = ((3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5))
"""Radius in pixels, and sigma of the softened rim."""

_MOTIONS = ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15))
"""Half the length in pixels, and sigma of the fading."""

_ZOOMS = ((11, 0.01), (16, 0.01), (11, 0.02), (13, 0.02), (11, 0.03))
"""Number of enlargements, from none on, and the step between them."""


def defocus_blur(pixels: Pixels, severity: int) -> Pixels:
    """Average over a disc, as a lens out of focus does."""
    import cv2

    radius, softness = _DISCS[severity - 1]
    reach = radius + 2
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (rows**2 + columns**2 <= radius**2).astype(np.float32)
    ksize = (3, 3) if radius <= 8 else (5, 5)
    kernel = cv2.GaussianBlur(disc, ksize, softness)
    kernel /= kernel.sum()
    return cv2.filter2D(pixels, -1, kernel).astype(np.uint8, copy=False)


def motion_blur(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Smear in a random direction up to 45 degrees off the horizontal."""
    import cv2

    kernel = motion_kernel(*_MOTIONS[severity - 1], generator.uniform(-45, 45))
    blurred = cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return blurred.astype(np.uint8, copy=False)


def motion_kernel(radius: int, sigma: float, degrees: float) -> NDArray[np.float32]:
    """Return the kernel of a smear to one side, fading like half a Gaussian.

    Args:
        radius: half the length of the smear in pixels.
        sigma: of the Gaussian, in pixels.
        degrees: the direction, clockwise from the right.

    Returns:
        (n, n) float32 with sum 1, its anchor in the middle.
    """
    reach = 2 * radius
    steps = range(reach + 1)
    weights = np.exp(-np.square(steps) / (2 * sigma**2))
    x, y = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for step, weight in zip(steps, weights / weights.sum(), strict=True):
        kernel[reach + math.ceil(step * y - 0.5), reach + math.ceil(step * x - 0.5)] += weight
    return kernel


def zoom_blur(pixels: Pixels, severity: int) -> Pixels:
    """Average over enlargements about the centre, as when zooming while the shutter is open."""
    import cv2

    height, width = pixels.shape[:2]
    count, step = _ZOOMS[severity - 1]
    total = pixels.astype(np.float32)
    for number in range(count):
        zoom = 1 + number * step
        rows, columns = math.ceil(height / zoom), math.ceil(width / zoom)
        top, left = (height - rows) // 2, (width - columns) // 2
        part = pixels[top : top + rows, left : left + columns]
        enlarged = cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR)
        cv2.accumulate(enlarged, total)
    total /= count + 1
    return rounded(total)
