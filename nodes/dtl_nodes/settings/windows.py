"""Windows that are cut out of images: by fixed sides, or a random part."""

from __future__ import annotations

import math
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Count, Draws, Percent, Settings, Size, Window
from dtl_nodes.settings.ranges import require_order
from dtl_nodes.settings.sides import Sides


class PercentRange(Settings):
    """A range of percentages."""

    min_percent: Percent
    """The least."""

    max_percent: Percent
    """The most."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("min_percent", self.min_percent, "max_percent", self.max_percent)
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


class WindowSettings(Settings):
    """What is left of an image: exactly one of the two."""

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

    @property
    def is_random(self) -> bool:
        """Whether the window is drawn."""
        return self.random_part is not None

    def window(self, size: Size, draws: Draws) -> Window:
        """Choose the window in an image of ``size``; perhaps an empty one."""
        if self.random_part is not None:
            return self.random_part.window(size, draws)
        assert self.sides is not None
        return self.sides.window(size)

    def kept(self, count: Count) -> Count:
        """Return how many of ``count`` images, however small, have a window that is not empty."""
        part = self.random_part
        if part is None:
            keeps_all = self.sides == Sides()
        else:
            keeps_all = part.width.min_percent == part.height.min_percent == 100
        return count if keeps_all else count.some()
