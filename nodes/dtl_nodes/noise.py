"""The ``noise`` node: add normal noise to images."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import Draws, Pixels, RandomMapNode, Sample, Settings
from dtl_nodes.kernels.color import contrast_brightness
from dtl_nodes.kernels.noise import add_noise, seeded

MOST = 1e6
"""Far beyond all pixels, and far below what arithmetic can hold."""


class NoiseSettings(Settings):
    """Settings of ``noise``."""

    mean: Annotated[float, Field(ge=-MOST, le=MOST)]
    """Mean of the normal distribution, on the scale 0 to 255."""

    std: Annotated[float, Field(ge=0, le=MOST)]
    """Its standard deviation; 0 adds the mean exactly."""


class Noise(RandomMapNode[NoiseSettings, int]):
    """Add a normal random number to each channel of each pixel; annotations stay as they are.

    Example:
        {"mean": 0, "std": 20}

    Source: DTL ``noise``; the original one cut fractions off, which darkened by half a level.
    """

    action = "noise"
    family = "pixels"

    @staticmethod
    def is_random(settings: NoiseSettings) -> bool:
        """Unless the deviation is 0."""
        return settings.std > 0

    def draw(self, sample: Sample, draws: Draws) -> int:
        """Choose the seed of the normal numbers."""
        return draws.integer(0, 2**64 - 1) if self.settings.std else 0

    def apply(self, sample: Sample, values: int) -> Sample:
        """Return a noisy copy."""
        mean, std = self.settings.mean, self.settings.std
        if std == 0:
            return sample.map_pixels(partial(contrast_brightness, contrast=1, brightness=mean))
        return sample.map_pixels(partial(_noisy, mean=mean, std=std, seed=values))


def _noisy(pixels: Pixels, mean: float, std: float, seed: int) -> Pixels:
    return add_noise(pixels, mean, std, seeded(seed))
