"""The ``random_color`` node: mix the channels of images by chance."""

from __future__ import annotations

from functools import partial
from statistics import NormalDist
from typing import Annotated

import numpy as np
from pydantic import Field

from dtl_engine.sdk import Draws, RandomMapNode, Sample, Settings
from dtl_nodes.kernels.color import mix_channels

Normals = tuple[float, ...]
"""Nine standard normal numbers: a matrix of three rows."""

LEAST = 2.0**-54
"""Keeps a uniform number off 0."""


class RandomColorSettings(Settings):
    """Settings of ``random_color``."""

    strength: Annotated[float, Field(ge=0, le=1)] = 0.25
    """How far colours may move; 0 leaves them."""


class RandomColor(RandomMapNode[RandomColorSettings, Normals]):
    """Multiply the colours of each image by one random matrix; annotations stay as they are.

    The matrix is the unit matrix plus ``strength / 5`` times nine standard normal numbers.

    Example:
        {"strength": 0.4}

    Source: DTL ``random_color``.
    """

    action = "random_color"
    family = "pixels"

    @staticmethod
    def is_random(settings: RandomColorSettings) -> bool:
        """Unless the strength is 0."""
        return settings.strength > 0

    def draw(self, sample: Sample, draws: Draws) -> Normals:
        """Choose the normal numbers, row by row."""
        if not self.settings.strength:
            return (0.0,) * 9
        normal = NormalDist()
        return tuple(normal.inv_cdf(draws.random() + LEAST) for _ in range(9))

    def apply(self, sample: Sample, values: Normals) -> Sample:
        """Return a copy in other colours."""
        noise = np.array(values, np.float32).reshape(3, 3)
        matrix = np.eye(3, dtype=np.float32) + np.float32(self.settings.strength / 5) * noise
        return sample.map_pixels(partial(mix_channels, matrix=matrix))
