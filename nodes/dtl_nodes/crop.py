"""The ``crop`` node: cut images, by fixed sides or a random part."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import (
    Count,
    Draws,
    Percent,
    RandomExpandNode,
    Sample,
    Settings,
    Size,
    Window,
)
from dtl_nodes.sides import Sides


class PercentRange(Settings):
    """A range of percentages."""

    min_percent: Percent
    """The least."""

    max_percent: Percent
    """The most."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_percent > self.max_percent:
            raise PydanticCustomError(
                "value_error",
                "min_percent {low} is above max_percent {high}",
                {"low": f"{self.min_percent:g}", "high": f"{self.max_percent:g}"},
            )
        return self


class RandomPart(Settings):
    """A part of the image at random: size and position."""

    width: PercentRange
    """Share of the image's width."""

    height: PercentRange
    """Share of the image's height."""

    keep_aspect_ratio: bool = False
    """Draw one percentage for both; ``width`` and ``height`` must then be equal."""

    @model_validator(mode="after")
    def _equal_ranges(self) -> Self:
        if self.keep_aspect_ratio and self.width != self.height:
            raise PydanticCustomError(
                "value_error", "keep_aspect_ratio needs equal ranges for width and height"
            )
        return self

    def window(self, size: Size, draws: Draws) -> Window:
        """Draw a window inside an image of ``size``; perhaps an empty one."""
        width_percent = draws.uniform(self.width.min_percent, self.width.max_percent)
        height_percent = (
            width_percent
            if self.keep_aspect_ratio
            else draws.uniform(self.height.min_percent, self.height.max_percent)
        )
        width = min(size.width, math.trunc(size.width * width_percent / 100))
        height = min(size.height, math.trunc(size.height * height_percent / 100))
        left = draws.integer(0, size.width - width)
        top = draws.integer(0, size.height - height)
        return Window(left, top, left + width, top + height)


class CropSettings(Settings):
    """Settings of ``crop``: exactly one of the two."""

    sides: Sides | None = None
    """Cut this much off each side."""

    random_part: RandomPart | None = None
    """Keep a random part."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.sides is None) == (self.random_part is None):
            raise PydanticCustomError(
                "exactly_one", "exactly one of 'sides' and 'random_part' is needed"
            )
        return self


class Crop(RandomExpandNode[CropSettings, Window]):
    """Cut images; objects are clipped to the window, cut objects may fall into pieces.

    A window without a pixel drops the sample. The new image starts at the window's corner.

    Example:
        {"random_part": {"width": {"min_percent": 70, "max_percent": 90},
                         "height": {"min_percent": 70, "max_percent": 90}}}

    Source: DTL ``crop``.
    """

    action = "crop"
    family = "geometry"

    @staticmethod
    def infer_counts(settings: CropSettings, count: Count) -> tuple[Count, ...]:
        """Each sample leaves once, or not at all when nothing is left of it."""
        return (count if _keeps_all(settings) else count.some(),)

    @staticmethod
    def is_random(settings: Any) -> bool:
        """A random part is."""
        return settings.random_part is not None

    def draw(self, sample: Sample, draws: Draws) -> Window:
        """Choose the window in the sample's own coordinates."""
        if self.settings.random_part is not None:
            return self.settings.random_part.window(sample.size, draws)
        assert self.settings.sides is not None
        return self.settings.sides.window(sample.size)

    def apply(self, sample: Sample, values: Window) -> Iterable[Sample]:
        """Return the part inside the window, or nothing if it is empty."""
        return () if values.is_empty else (sample.crop(values),)


def _keeps_all(settings: CropSettings) -> bool:
    """Whether no image, however small, can vanish."""
    if settings.random_part is not None:
        part = settings.random_part
        return part.width.min_percent == part.height.min_percent == 100
    return settings.sides == Sides()
