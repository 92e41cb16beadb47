"""What the channels of an array mean, and turning them into RGB or into OpenCV's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.imagefile.opencv import prepare_opencv

Raster = NDArray[np.uint8] | NDArray[np.uint16]
"""Pixels in a file's own channels and depth: (H, W) or (H, W, C), uint8 or uint16."""

Pixels = NDArray[np.uint8]
"""Pixels as nodes see them: (H, W, 3) RGB."""

Layout = Literal["gray", "gray_alpha", "bgr", "bgra", "rgb", "palette", "bilevel"]
"""``gray``, ``bilevel`` (0 or 255) and ``palette`` (indices) are (H, W), ``gray_alpha`` is
(H, W, 2), ``bgr`` and ``rgb`` (H, W, 3), ``bgra`` (H, W, 4). Only ``gray``, ``bgr`` and ``bgra``
may be uint16."""

_GRAY_LAYOUTS = frozenset({"gray", "gray_alpha", "bilevel"})


@dataclass(frozen=True, slots=True)
class Coding:
    """What, beside the pixels, is needed to write an image the way it was.

    ``palette`` holds RGB triples. ``transparency`` is the transparent gray value or palette
    index, or one alpha for each palette entry. ``icc`` is the colour profile of the source.
    """

    layout: Layout
    palette: bytes = b""
    transparency: int | bytes | None = None
    icc: bytes = b""
    is_lossless: bool = True

    @property
    def profile(self) -> bytes:
        """The colour profile where it fits the layout, else empty (inks, gray made RGB)."""
        space = b"GRAY" if self.layout in _GRAY_LAYOUTS else b"RGB "
        return self.icc if self.icc[16:20] == space else b""


def to_rgb(raster: Raster, coding: Coding) -> Pixels:
    """Return pixels as nodes see them: alpha dropped, gray expanded, 16 bits shifted to 8.

    Returns:
        (H, W, 3) uint8 RGB; ``raster`` itself where it is that already.
    """
    if coding.layout == "rgb":
        return raster.astype(np.uint8, copy=False)
    if coding.layout == "palette":
        return _colours(coding)[:, :3][raster]
    prepare_opencv()
    import cv2

    pixels = _without_depth(raster)
    if coding.layout == "bgr":
        return _bytes(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    if coding.layout == "bgra":
        return _bytes(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB))
    if coding.layout == "gray_alpha":
        pixels = _without_depth(pixels[..., 0])
    return _bytes(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))


def to_opencv(raster: Raster, coding: Coding, *, with_alpha: bool, with_depth: bool) -> Raster:
    """Return pixels in a form that OpenCV's encoders take: gray, BGR or BGRA.

    Args:
        raster: pixels in the layout of ``coding``.
        coding: the layout and the palette.
        with_alpha: the target knows alpha; without, alpha is dropped.
        with_depth: the target knows 16 bits; without, they are shifted to 8.
    """
    prepare_opencv()
    import cv2

    layout = coding.layout
    pixels: Raster = raster if with_depth else _without_depth(raster)
    if layout == "bgra" and not with_alpha:
        opaque: Raster = cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR)  # type: ignore[assignment]
        return opaque
    if layout == "rgb":
        return _bytes(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    if layout == "palette":
        has_alpha = with_alpha and coding.transparency is not None
        code = cv2.COLOR_RGBA2BGRA if has_alpha else cv2.COLOR_RGBA2BGR
        return _bytes(cv2.cvtColor(_colours(coding)[pixels], code))
    if layout == "gray_alpha":
        gray, alpha = _without_depth(pixels[..., 0]), _without_depth(pixels[..., 1])
        return _bytes(cv2.merge((gray, gray, gray, alpha))) if with_alpha else gray
    return pixels


def _without_depth(raster: Raster) -> Pixels:
    """Return 8 bits a channel, contiguous within a row: OpenCV takes no other views."""
    if raster.dtype == np.uint16:
        return (raster >> 8).astype(np.uint8)
    pixels = raster.astype(np.uint8, copy=False)
    return pixels if pixels.strides[-1] == 1 else np.ascontiguousarray(pixels)


def _colours(coding: Coding) -> Pixels:
    """Return the palette as (256, 4) RGBA; indices beyond its end are opaque black."""
    colours = np.zeros((256, 4), np.uint8)
    colours[:, 3] = 255
    entries = np.frombuffer(coding.palette, np.uint8).reshape(-1, 3)[:256]
    colours[: len(entries), :3] = entries
    if isinstance(coding.transparency, int):
        colours[coding.transparency, 3] = 0
    elif coding.transparency is not None:
        alpha = np.frombuffer(coding.transparency, np.uint8)[:256]
        colours[: len(alpha), 3] = alpha
    return colours


def _bytes(pixels: object) -> Pixels:
    """Give OpenCV's result its type, which its stubs leave open."""
    assert isinstance(pixels, np.ndarray)
    return pixels
