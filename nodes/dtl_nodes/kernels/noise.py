"""Noise: normal numbers added to pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.strips import by_strips


def add_noise(pixels: Pixels, mean: float, std: float, generator: np.random.Generator) -> Pixels:
    """Add a normal number to each channel of each pixel.

    Args:
        pixels: (H, W, 3) uint8.
        mean: of the normal numbers, on the scale 0 to 255.
        std: their standard deviation.
        generator: drawn from row by row.
    """

    def noisy(strip: Pixels) -> NDArray[np.float32]:
        values = generator.standard_normal(strip.shape, dtype=np.float32)
        values *= std
        values += mean
        values += strip
        return values

    return by_strips(pixels, noisy)


def seeded(seed: int) -> np.random.Generator:
    """Return a generator (Philox) for whole arrays; ``seed`` is a number of up to 128 bits."""
    return np.random.Generator(np.random.Philox(key=seed))
