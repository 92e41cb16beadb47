"""Pictures that hold masks: their values, and fitting them to the image that they belong to.

Source: section 10.2 of the data formats reference; nearest resizing takes, for each pixel, the
source pixel below its centre.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Image, Size

Values = NDArray[np.uint8] | NDArray[np.uint16]
"""(H, W): what the picture says of each pixel."""

_UNDONE = {6: 8, 8: 6}


def read_values(path: Path) -> Values:
    """Return the first channel of a picture as it is stored; the indices of one with a palette.

    Raises:
        ImageError: F601 or F607, it cannot be decoded.
    """
    raster = _stored(path)
    if raster.ndim == 3:
        # OpenCV's order: red is the last of three colours; gray comes before its alpha.
        raster = raster[..., 2 if raster.shape[2] >= 3 else 0]
    values: Values = raster
    return values


def read_grey(picture: Path | Image) -> NDArray[np.uint8]:
    """Return the brightness of a picture, 0 to 255; the indices of one with a palette.

    Colours count 0.299, 0.587 and 0.114, rounded; alpha does not; 16 bits are divided by 257.

    Raises:
        ImageError: F601 or F607, it cannot be decoded.
    """
    raster = _stored(picture)
    if raster.dtype == np.uint16:
        raster = ((raster.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if raster.ndim == 3 and raster.shape[2] >= 3:
        thousandths = raster[..., :3].astype(np.uint32) @ np.array([114, 587, 299], np.uint32)
        raster = (thousandths + 500) // 1000
    elif raster.ndim == 3:
        raster = raster[..., 0]
    grey: NDArray[np.uint8] = raster.astype(np.uint8, copy=False)
    return grey


def read_colors(path: Path) -> NDArray[np.uint8]:
    """Return the colours of a picture, (H, W, 3) RGB, alpha ignored.

    Raises:
        ImageError: F601 or F607, it cannot be decoded.
    """
    image = Image.open(path)
    colors: NDArray[np.uint8] = _as_stored(image.pixels(), image)
    return colors


def _stored(picture: Path | Image) -> Any:
    image = picture if isinstance(picture, Image) else Image.open(picture)
    return _as_stored(image.raster(), image)


def _as_stored(raster: NDArray[Any], image: Image) -> NDArray[Any]:
    """Undo what the EXIF orientation of a mask did: it says nothing of the image."""
    return turned(raster, _UNDONE.get(image.orientation, image.orientation))


def turned(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return pixels turned upright as an EXIF orientation tells; (H, W) or (H, W, C)."""
    match orientation:
        case 2:
            return pixels[:, ::-1]
        case 3:
            return pixels[::-1, ::-1]
        case 4:
            return pixels[::-1]
        case 5:
            return pixels.swapaxes(0, 1)
        case 6:
            return np.rot90(pixels, -1)
        case 7:
            return pixels[::-1, ::-1].swapaxes(0, 1)
        case 8:
            return np.rot90(pixels)
    return pixels


def size_of(pixels: NDArray[Any]) -> Size:
    """Return width and height of an array of pixels."""
    return Size(pixels.shape[1], pixels.shape[0])


def resize_nearest(pixels: NDArray[Any], size: Size) -> NDArray[Any]:
    """Return pixels in another size; each takes the source pixel that holds its centre."""
    if size_of(pixels) == size:
        return pixels
    rows = nearest(pixels.shape[0], size.height)
    columns = nearest(pixels.shape[1], size.width)
    return pixels[rows[:, None], columns]


def nearest(source: int, target: int) -> NDArray[np.intp]:
    """Return for each of ``target`` pixels which of ``source`` pixels it takes."""
    return (2 * np.arange(target) + 1) * source // (2 * target)


def same_ratio(one: Size, other: Size) -> bool:
    """Whether two sizes have the same ratio of width to height within 1 %."""
    first, second = one.width * other.height, other.width * one.height
    return abs(first - second) * 100 <= max(first, second)
