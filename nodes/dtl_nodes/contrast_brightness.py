"""The ``contrast_brightness`` node: spread and shift the values of pixels by chance."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import Draws, RandomMapNode, Sample, Settings
from dtl_nodes.kernels.color import contrast_brightness
from dtl_nodes.settings.ranges import Range

Factor = Annotated[float, Field(ge=0, le=10)]
Shift = Annotated[float, Field(ge=-255, le=255)]

GREY = 128.0


class ContrastRange(Range):
    """What the values of pixels are multiplied by; 1 leaves them."""

    min: Factor
    """The least."""

    max: Factor
    """The most."""

    center_grey: bool = False
    """Multiply the distance from 128 instead of that from 0, so that grey stays grey."""


class BrightnessRange(Range):
    """What is added to the values of pixels; 0 leaves them."""

    min: Shift
    """The least."""

    max: Shift
    """The most."""


class ContrastBrightnessSettings(Settings):
    """Settings of ``contrast_brightness``."""

    contrast: ContrastRange
    """The factor, drawn for each sample."""

    brightness: BrightnessRange
    """What is added after that, drawn for each sample."""


class ContrastBrightness(RandomMapNode[ContrastBrightnessSettings, tuple[float, float]]):
    """Change contrast and brightness of images; annotations stay as they are.

    All channels alike: ``value * contrast + brightness``, rounded and cut at 0 and 255.

    Example:
        {"contrast": {"min": 0.8, "max": 1.25, "center_grey": true},
         "brightness": {"min": -20, "max": 20}}

    Source: DTL ``contrast_brightness``; the original one cut fractions off.
    """

    action = "contrast_brightness"
    family = "pixels"

    @staticmethod
    def is_random(settings: ContrastBrightnessSettings) -> bool:
        """Unless both ranges hold one number only."""
        return not (settings.contrast.is_fixed and settings.brightness.is_fixed)

    def draw(self, sample: Sample, draws: Draws) -> tuple[float, float]:
        """Choose the contrast, then the brightness."""
        return self.settings.contrast.draw(draws), self.settings.brightness.draw(draws)

    def apply(self, sample: Sample, values: tuple[float, float]) -> Sample:
        """Return a copy in the chosen contrast and brightness."""
        contrast, brightness = values
        center = GREY if self.settings.contrast.center_grey else 0.0
        return sample.map_pixels(
            partial(contrast_brightness, contrast=contrast, brightness=brightness, center=center)
        )
