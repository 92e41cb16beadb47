"""What an image file says about itself before its pixels are decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dtl_engine.model.geometry import Size

Format = Literal["jpeg", "png", "bmp", "tiff", "webp"]

Kind = Literal["plain", "palette", "gray_alpha", "bilevel", "gray_key", "cmyk"]
"""``plain``: OpenCV decodes and encodes it without loss. The others lose something there:
a palette, gray with alpha, one bit a pixel, gray with one transparent value, inks of a TIFF."""


class MalformedError(ValueError):
    """The bytes contradict their format; the text completes "<file> ..."."""


class TruncatedError(MalformedError):
    """The bytes end before the header does; with a longer prefix it may be readable."""

    def __init__(self) -> None:
        super().__init__("is truncated")


@dataclass(frozen=True, slots=True)
class Header:
    """Facts of one image file.

    ``stored_size`` is the size of the stored pixels, ``orientation`` (1 to 8) says how to turn
    them upright, ``icc`` is the colour profile or empty.
    """

    format: Format
    stored_size: Size
    orientation: int = 1
    kind: Kind = "plain"
    icc: bytes = b""
    is_lossless: bool = True

    @property
    def size(self) -> Size:
        """Width and height in pixels of the upright picture."""
        width, height = self.stored_size
        return Size(height, width) if self.orientation >= 5 else Size(width, height)
