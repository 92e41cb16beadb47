"""Settings that both modes with sliding windows share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from dtl_engine.sdk import (
    DataError,
    Settings,
    Size,
    Window,
)
from dtl_nodes.models.inference.renaming import Name
from dtl_nodes.models.inference.saved_part import SavedPart
from dtl_nodes.models.inference.windows import Border, windows

Extent = Annotated[int, Field(ge=1)]
Shared = Annotated[int, Field(ge=0)]


class WindowSize(Settings):
    """The size of a window in pixels."""

    width: Extent = 128
    """Columns."""

    height: Extent = 128
    """Rows."""


class Overlap(Settings):
    """How much neighbouring windows share at least, in pixels."""

    x: Shared = 0
    """Columns shared with the window beside; less than the width of the window."""

    y: Shared = 0
    """Rows shared with the window below; less than the height of the window."""


class WindowMode(SavedPart):
    """Settings of windows that cover the image, row by row."""

    window: WindowSize = WindowSize()
    """The size of windows."""

    min_overlap: Overlap = Overlap()
    """The least overlap of neighbours."""

    border: Border = "shift_window"
    """What becomes of a window that would leave the image: ``shift_window`` pulls it back,
    ``add_padding`` repeats the outermost pixels, ``change_size`` makes it smaller."""

    strict: bool = False
    """Set aside images that are smaller than a window; else they are padded at the right and the
    lower border with their outermost pixels, and the padding is cut from the results."""

    class_name: Name = "sliding_window"
    """The class of saved windows."""

    window_width: Extent | None = Field(default=None, alias="windowWidth")
    """Key of newer servers: the same as ``window.width``, which it overrides."""

    window_height: Extent | None = Field(default=None, alias="windowHeight")
    """Key of newer servers: the same as ``window.height``, which it overrides."""

    overlap_x: Shared | None = Field(default=None, alias="overlapX")
    """Key of newer servers: the same as ``min_overlap.x``, which it overrides."""

    overlap_y: Shared | None = Field(default=None, alias="overlapY")
    """Key of newer servers: the same as ``min_overlap.y``, which it overrides."""

    border_strategy: Border | None = Field(default=None, alias="borderStrategy")
    """Key of newer servers: the same as ``border``, which it overrides."""

    @model_validator(mode="after")
    def _moves_on(self) -> Self:
        axes = zip(("x", "y"), self.overlap, ("width", "height"), self.window_size, strict=True)
        for axis, shared, side, extent in axes:
            if shared >= extent:
                raise ValidationError.from_exception_data(
                    "mode", [self._stuck(axis, shared, side, extent)]
                )
        return self

    def _stuck(self, axis: str, shared: int, side: str, extent: int) -> InitErrorDetails:
        """Return the mistake of an overlap that is no smaller than the window."""
        flat = getattr(self, f"overlap_{axis}") is not None
        flat_side = getattr(self, f"window_{side}") is not None
        of = f"window{side.capitalize()}" if flat_side else f"window.{side}"
        told = PydanticCustomError(
            "value_error",
            "{shared} is not less than '{of}', which is {extent}",
            {"shared": shared, "of": of, "extent": extent},
        )
        at = (f"overlap{axis.upper()}",) if flat else ("min_overlap", axis)
        return {"type": told, "loc": at, "input": shared}

    @property
    def window_size(self) -> Size:
        """The size of windows in pixels."""
        return Size(
            self.window.width if self.window_width is None else self.window_width,
            self.window.height if self.window_height is None else self.window_height,
        )

    @property
    def overlap(self) -> Size:
        """The least overlap in pixels, beside and below."""
        return Size(
            self.min_overlap.x if self.overlap_x is None else self.overlap_x,
            self.min_overlap.y if self.overlap_y is None else self.overlap_y,
        )

    def windows(self, size: Size) -> Iterator[Window]:
        """Return the windows over an image of ``size``, in order.

        Raises:
            DataError: F611, the image is smaller than a window and ``strict`` is set.
        """
        width, height = self.window_size
        if self.strict and (size.width < width or size.height < height):
            raise DataError(
                "F611",
                f"the image of {size.width}x{size.height} pixels is smaller than the window of "
                f"{width}x{height}",
            )
        border = self.border_strategy or self.border
        return windows(size, self.window_size, self.overlap, border)
