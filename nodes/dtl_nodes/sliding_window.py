"""The ``sliding_window`` node: tile images with windows of one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count as from_zero
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Count, DataError, ExpandNode, Sample, Settings, Window


class WindowSize(Settings):
    """The size of a window in pixels."""

    width: Annotated[int, Field(ge=1)]
    """Columns."""

    height: Annotated[int, Field(ge=1)]
    """Rows."""


class Overlap(Settings):
    """How much neighbouring windows share in pixels."""

    x: Annotated[int, Field(ge=0)]
    """Columns shared with the window beside; less than the width of the window."""

    y: Annotated[int, Field(ge=0)]
    """Rows shared with the window below; less than the height of the window."""


class SlidingWindowSettings(Settings):
    """Settings of ``sliding_window``."""

    window: WindowSize
    """The size of every window; an image that is smaller on either axis is set aside."""

    min_overlap: Overlap
    """The least overlap; the last window of a row or column is pulled back to the border and
    may overlap more."""

    @model_validator(mode="after")
    def _moves_on(self) -> Self:
        overlap, window = self.min_overlap, self.window
        for axis, shared, side, extent in (
            ("x", overlap.x, "width", window.width),
            ("y", overlap.y, "height", window.height),
        ):
            if shared >= extent:
                raise PydanticCustomError(
                    "value_error",
                    "'min_overlap.{axis}' is less than 'window.{side}', not {shared} of {extent}",
                    {"axis": axis, "shared": shared, "side": side, "extent": extent},
                )
        return self


class SlidingWindow(ExpandNode[SlidingWindowSettings]):
    """Cut windows of one size out of each image, row by row, so that they cover it.

    Each window is cut out as by ``crop``. No window is repeated, and none leaves the image: the
    last ones are pulled back to the border.

    Example:
        {"window": {"width": 200, "height": 150}, "min_overlap": {"x": 40, "y": 40}}

    Source: DTL ``sliding_window``, first generation; the second one swapped width and height.
    """

    action = "sliding_window"
    family = "geometry"

    @staticmethod
    def infer_counts(settings: SlidingWindowSettings, count: Count) -> tuple[Count, ...]:
        """At least one window; how many more depends on the size of the image."""
        return (count.many(1),)

    def apply(self, sample: Sample) -> Iterable[Sample]:
        """Yield the windows, top to bottom and in a row left to right."""
        window, overlap = self.settings.window, self.settings.min_overlap
        (width, height), size = sample.size, (window.width, window.height)
        if width < window.width or height < window.height:
            message = "the image of {}x{} pixels is smaller than the window of {}x{}"
            raise DataError("F611", message.format(width, height, *size))
        for top in _starts(height, window.height, overlap.y):
            for left in _starts(width, window.width, overlap.x):
                yield sample.crop(Window(left, top, left + window.width, top + window.height))


def _starts(extent: int, side: int, overlap: int) -> Iterator[int]:
    """Yield where windows of length ``side`` start in an image of length ``extent``."""
    last = extent - side
    for start in from_zero(0, side - overlap):
        yield min(start, last)
        if start >= last:
            return
