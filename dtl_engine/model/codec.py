"""Decoding and encoding of image files; geometry and sharing live in ``image.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dtl_engine.errors import ImageError
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.channels import Coding, Layout, Raster, to_opencv
from dtl_engine.model.imagefile.header import Format, Header, MalformedError
from dtl_engine.model.imagefile.jpeg import with_jpeg_profile
from dtl_engine.model.imagefile.opencv import prepare_opencv
from dtl_engine.model.imagefile.orientation import upright
from dtl_engine.model.imagefile.pillow import (
    decode_with_pillow,
    encode_exact_webp,
    encode_png_with_pillow,
)
from dtl_engine.model.imagefile.png import with_png_profile
from dtl_engine.model.imagefile.reader import (
    check_file_bytes,
    check_pixels,
    describe,
    read_header,
    unreadable,
)
from dtl_engine.model.imagefile.tiff import without_orientation
from dtl_engine.model.imagefile.webp import with_webp_profile

IMAGE_FORMATS: dict[str, Format] = {
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".mpo": "jpeg",
    ".bmp": "bmp",
    ".png": "png",
    ".webp": "webp",
    ".tiff": "tiff",
    ".tif": "tiff",
}
IMAGE_SUFFIXES = tuple(IMAGE_FORMATS)
"""Accepted file name suffixes, in lower case; any case is accepted."""

JPEG_QUALITY = 95

_LAYOUTS: dict[tuple[int, ...], Layout] = {(): "gray", (3,): "bgr", (4,): "bgra"}


class Decoded(NamedTuple):
    """Upright pixels, read-only, and how to write them the way they were."""

    raster: Raster
    coding: Coding


def decode(data: bytes, *, size: Size | None = None, path: str = "") -> Decoded:
    """Decode an image file; its content decides how, not its name.

    The EXIF orientation is applied. Of a JPEG the markers are checked to the end: OpenCV would
    decode one with a foreign marker in a scan. Bits turned inside a scan that leave its markers
    alone stay unseen, as nothing in a JPEG tells them.

    Args:
        data: the whole file.
        size: the size that the upright picture must have, where it is known.
        path: the file, for the errors.

    Raises:
        ImageError: F601, unreadable, truncated or corrupt; F605, not of ``size``; F607, over the
            budget of 2**28 pixels or 1 GiB, refused before decoding.
    """
    check_file_bytes(len(data), path)
    header = read_header(data, path=path)
    check_pixels(header.stored_size, path)
    if size is not None and header.size != size:
        raise _wrong_size(header, size, path)
    try:
        raster, coding = _decode(data, header)
    except MalformedError as error:
        raise unreadable(path, str(error)) from error
    raster = upright(raster, header.orientation)
    if raster.shape[:2] != header.size[::-1]:
        raise unreadable(path, "has other pixels than its header says")
    raster.flags.writeable = False
    return Decoded(raster, coding)


def encode(raster: Raster, coding: Coding, suffix: str, jpeg_quality: int = JPEG_QUALITY) -> bytes:
    """Encode pixels in the format of a file name suffix, keeping what that format can hold.

    JPEG and BMP drop alpha and all but PNG and TIFF drop the depth beyond 8 bits. A lossless
    source becomes a lossless WebP. Colour profiles are kept, except in BMP and TIFF.

    Args:
        raster: pixels in the layout of ``coding``; a view will do.
        coding: what the pixels mean and how they were stored.
        suffix: one of ``IMAGE_SUFFIXES``, in any case.
        jpeg_quality: 0 to 100, for JPEG and for WebP of a source that is not lossless.

    Raises:
        ImageError: F608, the suffix is unknown or the format cannot hold such an image.
    """
    form = IMAGE_FORMATS.get(suffix.lower())
    if form is None:
        raise _not_encodable(f"unknown suffix '{suffix}'; known are {', '.join(IMAGE_SUFFIXES)}")
    if form == "jpeg":
        pixels = to_opencv(raster, coding, with_alpha=False, with_depth=False)
        data = _imencode(".jpg", pixels, _jpeg_options(jpeg_quality))
        return with_jpeg_profile(data, coding.profile) if coding.profile else data
    if form == "png":
        return _encode_png(raster, coding)
    if form == "webp":
        return _encode_webp(raster, coding, jpeg_quality)
    is_tiff = form == "tiff"
    pixels = to_opencv(raster, coding, with_alpha=is_tiff, with_depth=is_tiff)
    return _imencode(f".{form}", pixels)


def _decode(data: bytes, header: Header) -> tuple[Raster, Coding]:
    """Decode the pixels as they are stored."""
    if header.format == "tiff" and header.orientation != 1:
        data = without_orientation(data)
    if header.kind != "plain":
        return decode_with_pillow(data, header)
    prepare_opencv()
    import cv2

    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise MalformedError("cannot be decoded") from error
    if pixels is None:
        raise MalformedError("cannot be decoded")
    layout = _LAYOUTS.get(pixels.shape[2:])
    if layout is None or pixels.dtype not in (np.uint8, np.uint16):
        raise MalformedError(f"has samples of an unsupported kind ({pixels.dtype})")
    coding = Coding(layout, icc=header.icc, is_lossless=header.is_lossless)
    return pixels, coding  # type: ignore[return-value]


def _encode_png(raster: Raster, coding: Coding) -> bytes:
    if coding.layout in ("palette", "gray_alpha", "bilevel") or coding.transparency is not None:
        return encode_png_with_pillow(raster.astype(np.uint8, copy=False), coding)
    # No compression level: any explicit one makes OpenCV try all filters, at twice the time.
    data = _imencode(".png", to_opencv(raster, coding, with_alpha=True, with_depth=True))
    return with_png_profile(data, coding.profile) if coding.profile else data


def _encode_webp(raster: Raster, coding: Coding, quality: int) -> bytes:
    import cv2

    pixels = to_opencv(raster, coding, with_alpha=True, with_depth=False)
    has_alpha = pixels.shape[2:] == (4,)
    if coding.is_lossless and has_alpha:
        return encode_exact_webp(pixels.astype(np.uint8, copy=False), coding.profile)
    # Above 100 means lossless.
    quality = 101 if coding.is_lossless else quality
    data = _imencode(".webp", pixels, (cv2.IMWRITE_WEBP_QUALITY, quality))
    if not coding.profile:
        return data
    size = Size(pixels.shape[1], pixels.shape[0])
    return with_webp_profile(data, coding.profile, size=size, has_alpha=has_alpha)


def _jpeg_options(quality: int) -> tuple[int, int]:
    import cv2

    return cv2.IMWRITE_JPEG_QUALITY, quality


def _imencode(suffix: str, pixels: Raster, options: Sequence[int] = ()) -> bytes:
    import cv2

    try:
        is_done, data = cv2.imencode(suffix, pixels, options)
    except cv2.error as error:
        is_done, reason = False, error.err
    else:
        reason = "the encoder refuses it"
    if not is_done:
        height, width = pixels.shape[:2]
        raise _not_encodable(f"{width}x{height} pixels as '{suffix}': {reason}")
    return data.tobytes()


def _not_encodable(reason: str) -> ImageError:
    return ImageError("F608", f"cannot encode the image: {reason}")


def _wrong_size(header: Header, size: Size, path: str) -> ImageError:
    turned = f" (EXIF orientation {header.orientation})" if header.orientation != 1 else ""
    message = (
        f"{describe(path)} has {header.size.width}x{header.size.height} pixels{turned}, "
        f"but {size.width}x{size.height} were declared"
    )
    return ImageError("F605", message, path=path)
