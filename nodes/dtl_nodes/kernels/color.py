"""Colours: point operations, mixed channels, names of colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.strips import by_strips, rounded

Rgb = tuple[int, int, int]
"""Red, green and blue, 0 to 255 each."""


def contrast_brightness(
    pixels: Pixels, contrast: float, brightness: float, center: float = 0.0
) -> Pixels:
    """Return ``(value - center) * contrast + center + brightness`` for all channels alike."""
    import cv2

    values = np.arange(256, dtype=np.float64)
    table = rounded((values - center) * contrast + center + brightness)
    return cv2.LUT(pixels, table).astype(np.uint8, copy=False)


def mix_channels(pixels: Pixels, matrix: NDArray[np.float32]) -> Pixels:
    """Multiply each pixel, a row vector (r, g, b), by the (3, 3) ``matrix``."""
    import cv2

    columns = np.ascontiguousarray(matrix.T)

    def mixed(strip: Pixels) -> NDArray[np.float32]:
        return cv2.transform(strip.astype(np.float32), columns).astype(np.float32, copy=False)

    return by_strips(pixels, mixed)


def rgb_of(color: str) -> Rgb:
    """Return the colour ``#RRGGBB`` or ``#RGB`` in numbers."""
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue
