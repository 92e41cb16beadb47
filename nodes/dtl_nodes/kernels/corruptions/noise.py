"""Noise of cameras: of the sensor, of light itself, of broken bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.noise import add_noise
from dtl_nodes.kernels.strips import by_strips

_GAUSSIAN = (0.08, 0.12, 0.18, 0.26, 0.38)
_PHOTONS = (60, 25, 12, 5, 3)
_IMPULSES = (0.03, 0.06, 0.09, 0.17, 0.27)
_SPECKLE = (0.15, 0.2, 0.35, 0.45, 0.6)


def gaussian_noise(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Add normal noise, as of a sensor in little light."""
    return add_noise(pixels, 0, 255 * _GAUSSIAN[severity - 1], generator)


def shot_noise(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Count photons: Poisson noise, where white is a certain number of them on average."""
    scale = 255 / _PHOTONS[severity - 1]
    return by_strips(pixels, lambda strip: generator.poisson(strip / scale) * scale)


def impulse_noise(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Set a share of the values to 0 or to 255: salt and pepper, channel by channel."""
    share = _IMPULSES[severity - 1]

    def peppered(strip: Pixels) -> NDArray[np.float32]:
        values = strip.astype(np.float32)
        chance = generator.random(strip.shape, dtype=np.float32)
        values[chance < share / 2] = 0
        values[chance >= 1 - share / 2] = 255
        return values

    return by_strips(pixels, peppered)


def speckle_noise(pixels: Pixels, severity: int, generator: np.random.Generator) -> Pixels:
    """Add normal noise that grows with the value."""

    def speckled(strip: Pixels) -> NDArray[np.float32]:
        factors = generator.standard_normal(strip.shape, dtype=np.float32)
        factors *= _SPECKLE[severity - 1]
        factors += 1
        factors *= strip
        return factors

    return by_strips(pixels, speckled)
