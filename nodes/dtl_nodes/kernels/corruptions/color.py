"""Weather-like changes of light and colour as a whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.strips import by_strips, rounded

_CONTRAST = (0.4, 0.3, 0.2, 0.1, 0.05)
_BRIGHTNESS = (0.1, 0.2, 0.3, 0.4, 0.5)
_SATURATION = ((0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2))
"""Factor and summand."""

SATURATION, VALUE = 1, 2
"""Channels of HSV."""


def contrast(pixels: Pixels, severity: int) -> Pixels:
    """Pull all values toward the mean of their channel."""
    import cv2

    means = np.array(cv2.mean(pixels)[:3])
    values = np.arange(256.0)[:, None]
    table = rounded((values - means) * _CONTRAST[severity - 1] + means)
    return cv2.LUT(pixels, table[None]).astype(np.uint8, copy=False)


def brightness(pixels: Pixels, severity: int) -> Pixels:
    """Lift the brightest channel, and the others in proportion (the value of HSV)."""
    return _in_hsv(pixels, VALUE, 1, _BRIGHTNESS[severity - 1])


def saturate(pixels: Pixels, severity: int) -> Pixels:
    """Take colour away (severity 1 and 2), or strengthen it (3 to 5)."""
    return _in_hsv(pixels, SATURATION, *_SATURATION[severity - 1])


def _in_hsv(pixels: Pixels, channel: int, factor: float, summand: float) -> Pixels:
    """Change one channel of HSV, which runs from 0 to 1."""
    import cv2

    def changed(strip: Pixels) -> NDArray[np.float32]:
        hsv = cv2.cvtColor(strip.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2HSV)
        values = hsv[..., channel]
        np.clip(values * factor + summand, 0, 1, out=values)
        rgb = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32, copy=False)
        return rgb * np.float32(255)

    return by_strips(pixels, changed)
