"""Lengths in pixels or percent, and how much to cut off each side of an image."""

from __future__ import annotations

import math
import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings, Size, Window

_LENGTH = re.compile(r"(?P<pixels>[0-9]+)px|(?P<percent>[0-9]+(?:\.[0-9]+)?)%")


def _check_length(text: str) -> str:
    if not _LENGTH.fullmatch(text):
        raise PydanticCustomError("value_error", "a length is written like '12px' or '7.5%'")
    if len(text) > 20:
        raise PydanticCustomError("value_error", "the length is too long to be one")
    return text


Length = Annotated[str, AfterValidator(_check_length)]
"""``"12px"`` or ``"7.5%"``."""


def length_px(text: str, side_px: int) -> int:
    """Return a length in whole pixels; percent of ``side_px``, cut toward zero."""
    match = _LENGTH.fullmatch(text)
    assert match is not None
    if match["pixels"] is not None:
        return int(match["pixels"])
    return math.trunc(side_px * float(match["percent"]) / 100)


class Sides(Settings):
    """How much to cut off each side; a missing side stays."""

    let_unknown_pass: ClassVar[bool] = True

    left: Length = "0px"
    """How much on the left: ``"12px"``, or ``"7.5%"`` of the width."""

    top: Length = "0px"
    """How much at the top: ``"12px"``, or ``"7.5%"`` of the height."""

    right: Length = "0px"
    """How much on the right: ``"12px"``, or ``"7.5%"`` of the width."""

    bottom: Length = "0px"
    """How much at the bottom: ``"12px"``, or ``"7.5%"`` of the height."""

    def window(self, size: Size) -> Window:
        """Return what is left of an image of ``size``; empty when the sides meet."""
        width, height = size
        return Window(
            length_px(self.left, width),
            length_px(self.top, height),
            width - length_px(self.right, width),
            height - length_px(self.bottom, height),
        )
