"""Ice as it grows on a window pane, computed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.kernels.corruptions.blur import motion_kernel
from dtl_nodes.kernels.corruptions.fields import Field, enlarged, field_size, plasma

_NEEDLES = ((20, 16, 0.001), (14, 11, 0.003), (8, 6, 0.008))
"""Half the length and fading of needles in pixels, and the share of pixels that one starts at."""

_DIRECTIONS = 4
"""How many directions needles of one length have."""

_ICE = np.array((215, 232, 255), np.float32)
"""The colour of thick ice."""


def frost_texture(size: Size, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return a picture of ice: needles in many directions, dense where clouds of rime are.

    Returns:
        (H, W, 3) float32, 0 to 255, half as bright as white on average.
    """
    inner = field_size(size)
    rime = plasma(inner, 1.5, generator)
    light = 0.2 + rime * (0.5 + 0.8 * _needles(inner, generator))
    ice = enlarged(np.clip(light, 0, 1), size)
    return ice[..., None] * _ICE


def _needles(size: Size, generator: np.random.Generator) -> Field:
    """Return 1 in the middle of needles and 0 between them."""
    import cv2

    needles = np.zeros((size.height, size.width), np.float32)
    for radius, fading, share in _NEEDLES:
        for _ in range(_DIRECTIONS):
            tips = (generator.random(needles.shape, dtype=np.float32) < share).astype(np.float32)
            kernel = motion_kernel(radius, fading, generator.uniform(0, 360))
            streaks = cv2.filter2D(tips, -1, kernel / kernel.max())
            np.maximum(needles, streaks, out=needles)
    return cv2.GaussianBlur(needles, (3, 3), 0.6).astype(np.float32, copy=False)
