"""From pixels to what networks take: resized, in their range of values, channels first.

Source: the value ranges of the original plugins; mean and deviation are those of ImageNet.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels, Size

MEAN = (0.485, 0.456, 0.406)
"""Of red, green and blue in ImageNet, of 1."""

DEVIATION = (0.229, 0.224, 0.225)
"""Standard deviation of red, green and blue in ImageNet, of 1."""

Resampling = Literal["linear", "cubic"]
"""How values between pixels are found: from the nearest 2x2, or from the nearest 4x4."""


def resized(pixels: Pixels, size: Size, resampling: Resampling) -> Pixels:
    """Return pixels in another size, (H, W, 3) uint8; their proportions are not kept."""
    import cv2

    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    flag = cv2.INTER_LINEAR if resampling == "linear" else cv2.INTER_CUBIC
    made = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=flag)
    return np.asarray(made, np.uint8)


def imagenet_values(pixels: Pixels) -> NDArray[np.float32]:
    """Return (3, H, W) float32: each channel of 1, less the mean, over the deviation."""
    scaled = pixels.astype(np.float32) / np.float32(255)
    values = (scaled - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)
    return np.ascontiguousarray(values.transpose(2, 0, 1))


def raw_values(pixels: Pixels) -> NDArray[np.float32]:
    """Return (3, H, W) float32 from 0 to 255."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32)
