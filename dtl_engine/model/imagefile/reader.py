"""Reading the header of any accepted image file, and the budgets that hold before decoding."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path

from dtl_engine.errors import ImageError
from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.header import Header, MalformedError, TruncatedError
from dtl_engine.model.imagefile.jpeg import read_jpeg_header
from dtl_engine.model.imagefile.png import SIGNATURE, read_png_header
from dtl_engine.model.imagefile.tiff import read_tiff_header
from dtl_engine.model.imagefile.webp import read_webp_header

MAX_PIXELS = 1 << 28
MAX_FILE_BYTES = 1 << 30
_PREFIXES_BYTES = (1 << 12, 1 << 16)
"""How much of a file to look at, in turn: most headers are short, some hold a thumbnail."""


def read_header(data: bytes, *, whole: bool = True, path: str = "") -> Header:
    """Read what image bytes say about themselves; their content decides, not their name.

    Args:
        data: a JPEG, PNG, BMP, TIFF or WebP file, or a beginning of it.
        whole: ``data`` is the whole file and must come to a proper end.
        path: the file, for the error.

    Raises:
        ImageError: F601, the bytes are no such file or end too early.
    """
    try:
        return _read_header(data, whole=whole)
    except MalformedError as error:
        raise unreadable(path, str(error)) from error


def read_file_header(path: Path) -> Header:
    """Read the header of an image file and, where that suffices, no more than its beginning.

    Raises:
        ImageError: F601, the file is missing or no image; F607, it is too large.
    """
    try:
        with path.open("rb", buffering=0) as file:
            data = b""
            for prefix in _PREFIXES_BYTES:
                data += file.read(prefix - len(data)) or b""
                with suppress(TruncatedError):
                    return _read_header(data, whole=False)
            check_file_bytes(os.fstat(file.fileno()).st_size, str(path))
            data += file.readall()
    except MalformedError as error:
        raise unreadable(str(path), str(error)) from error
    except OSError as error:
        raise unreadable(str(path), f"cannot be opened: {error.strerror}") from error
    return read_header(data, whole=False, path=str(path))


def read_file(path: Path) -> bytes:
    """Return the bytes of an image file.

    Raises:
        ImageError: F601, the file is missing or empty; F607, it is too large.
    """
    try:
        with path.open("rb", buffering=0) as file:
            check_file_bytes(os.fstat(file.fileno()).st_size, str(path))
            data = file.readall()
    except OSError as error:
        raise unreadable(str(path), f"cannot be opened: {error.strerror}") from error
    if not data:
        raise unreadable(str(path), "is empty")
    return data


def check_file_bytes(size: int, path: str = "") -> None:
    """Refuse a file of more than ``MAX_FILE_BYTES`` (1 GiB).

    Raises:
        ImageError: F607.
    """
    if size > MAX_FILE_BYTES:
        message = f"{describe(path)} is too large: {size} bytes, at most {MAX_FILE_BYTES} are read"
        raise ImageError("F607", message, path=path)


def check_pixels(size: Size, path: str = "") -> None:
    """Refuse a picture of more than ``MAX_PIXELS`` (2**28).

    Raises:
        ImageError: F607.
    """
    if size.width * size.height > MAX_PIXELS:
        message = (
            f"{describe(path)} is too large: {size.width}x{size.height} pixels, "
            f"at most {MAX_PIXELS} pixels are decoded"
        )
        raise ImageError("F607", message, path=path)


def unreadable(path: str, reason: str) -> ImageError:
    """Return the error for a file that cannot be read; ``reason`` completes "<file> ..."."""
    return ImageError("F601", f"cannot read the image: {describe(path)} {reason}", path=path)


def describe(path: str) -> str:
    """Return what a message calls the file: its path, or that it is data in memory."""
    return f"'{path}'" if path else "the image data"


def _read_header(data: bytes, *, whole: bool) -> Header:
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return read_jpeg_header(data, whole=whole)
        if data.startswith(SIGNATURE):
            return read_png_header(data, whole=whole)
        if data.startswith((b"II*\0", b"MM\0*")):
            return read_tiff_header(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return read_webp_header(data, whole=whole)
        if data.startswith(b"BM"):
            return _read_bmp_header(data)
    except (struct.error, IndexError) as error:
        raise TruncatedError from error
    if not data:
        raise MalformedError("is empty")
    raise MalformedError("is no JPEG, PNG, BMP, TIFF or WebP file")


def _read_bmp_header(data: bytes) -> Header:
    (length,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if length == 12 else "<ii", data, 18)
    if width <= 0 or not height:
        raise MalformedError("holds no picture")
    return Header("bmp", Size(width, abs(height)))
