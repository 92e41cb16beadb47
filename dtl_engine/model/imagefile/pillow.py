"""The few kinds of image files that need Pillow, because OpenCV would lose something.

The plugins are called directly and not through ``PIL.Image.open``: that one warns about large
pictures, for which we have a budget of our own.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import numpy as np

from dtl_engine.model.imagefile.channels import Coding, Layout, Pixels, Raster
from dtl_engine.model.imagefile.header import Header, MalformedError

if TYPE_CHECKING:
    import PIL.Image

_LAYOUTS: dict[str, Layout] = {"P": "palette", "LA": "gray_alpha", "1": "bilevel", "L": "gray"}
_MODES = {layout: mode for mode, layout in _LAYOUTS.items()}


def decode_with_pillow(data: bytes, header: Header) -> tuple[Raster, Coding]:
    """Decode a PNG or TIFF of any kind but ``plain``, as it is stored.

    Args:
        data: the whole file, without orientation where it is a TIFF.
        header: what it says about itself.

    Raises:
        MalformedError: the pixels are corrupt, truncated or of an unknown kind.
    """
    from PIL.PngImagePlugin import PngImageFile
    from PIL.TiffImagePlugin import TiffImageFile

    plugin = PngImageFile if header.format == "png" else TiffImageFile
    try:
        with plugin(io.BytesIO(data)) as image:
            image.load()
            return _pixels_of(image, header)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise MalformedError(f"cannot be decoded: {error}") from error


def _pixels_of(image: PIL.Image.Image, header: Header) -> tuple[Raster, Coding]:
    layout = _LAYOUTS.get(image.mode)
    if layout is None:
        coding = Coding("rgb", icc=header.icc)
        return np.asarray(image.convert("RGB")), coding
    palette = bytes(image.getpalette("RGB") or ()) if layout == "palette" else b""
    transparency = image.info.get("transparency")
    pixels = np.asarray(image)
    if layout == "bilevel":
        pixels = pixels.astype(np.uint8) * np.uint8(255)
    return pixels, Coding(layout, palette, transparency, header.icc)


def encode_png_with_pillow(pixels: Pixels, coding: Coding) -> bytes:
    """Encode pixels of layout ``palette``, ``gray_alpha``, ``bilevel`` or ``gray`` as PNG.

    Args:
        pixels: (H, W), or (H, W, 2) for ``gray_alpha``; uint8.
        coding: the layout, palette, transparency and profile to write.
    """
    import PIL.Image

    height, width = pixels.shape[:2]
    if coding.layout == "bilevel":
        packed = np.packbits(pixels != 0, axis=1).tobytes()
        image = PIL.Image.frombytes("1", (width, height), packed)
    else:
        mode = _MODES[coding.layout]
        image = PIL.Image.frombytes(mode, (width, height), pixels.tobytes())
    if coding.layout == "palette":
        image.putpalette(coding.palette)
    options = {"transparency": coding.transparency, "icc_profile": coding.profile or None}
    return _saved(image, "PNG", {key: value for key, value in options.items() if value is not None})


def encode_exact_webp(pixels: Pixels, icc: bytes) -> bytes:
    """Encode pixels as lossless WebP, keeping the colour of transparent pixels.

    Args:
        pixels: (H, W, 4) uint8 BGRA.
        icc: the colour profile or empty.
    """
    import PIL.Image

    height, width = pixels.shape[:2]
    image = PIL.Image.frombytes("RGBA", (width, height), pixels[..., [2, 1, 0, 3]].tobytes())
    options: dict[str, object] = {"lossless": True, "exact": True}
    return _saved(image, "WEBP", {**options, "icc_profile": icc} if icc else options)


def _saved(image: PIL.Image.Image, name: str, options: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()
