"""Random fields: one smooth or cloudy number for each pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size

Field = NDArray[np.float32]
"""(H, W) float32."""

_MOST_PX = 1024
"""Fields of larger pictures are made in this size and enlarged: finer detail would not be seen."""


def field_size(size: Size) -> Size:
    """Return the size to make the field of a picture in."""
    scale = min(1, _MOST_PX / max(size))
    return Size(max(1, round(size.width * scale)), max(1, round(size.height * scale)))


def enlarged(field: Field, size: Size) -> Field:
    """Return a field in the size of its picture."""
    import cv2

    if field.shape == (size.height, size.width):
        return field
    grown = cv2.resize(field, tuple(size), interpolation=cv2.INTER_LINEAR)
    return grown.astype(np.float32, copy=False)


def plasma(size: Size, decay: float, generator: np.random.Generator) -> Field:
    """Return clouds by the diamond-square algorithm: values 0 to 1, left and top of a square.

    Args:
        size: of the picture, in pixels.
        decay: how much weaker each finer level is: 1 is the roughest.
        generator: of the numbers that points are moved by.
    """
    inner = field_size(size)
    side = 1 << (max(inner) - 1).bit_length() if max(inner) > 1 else 2
    clouds = np.zeros((side, side), np.float32)
    step, wobble = side, 1.0

    def moved(sums: Field) -> Field:
        noise = generator.random(sums.shape, dtype=np.float32) * 2 - 1
        return sums / 4 + np.float32(wobble) * noise

    while step >= 2:
        half = step // 2
        corners = clouds[::step, ::step]
        pairs = corners + np.roll(corners, -1, axis=0)
        clouds[half::step, half::step] = moved(pairs + np.roll(pairs, -1, axis=1))
        centers = clouds[half::step, half::step]
        across = centers + np.roll(centers, 1, axis=0) + corners + np.roll(corners, -1, axis=1)
        clouds[::step, half::step] = moved(across)
        down = centers + np.roll(centers, 1, axis=1) + corners + np.roll(corners, -1, axis=0)
        clouds[half::step, ::step] = moved(down)
        # The movements shrink with the square, as in the published code.
        step, wobble = half, wobble / decay**2
    clouds -= clouds.min()
    clouds /= clouds.max()
    return enlarged(clouds[: inner.height, : inner.width], size)
