"""WebP: the chunks of a file, and colour profiles in them."""

from __future__ import annotations

import struct

from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.header import Header, MalformedError, TruncatedError
from dtl_engine.model.imagefile.tiff import orientation_of

_ICC_FLAG, _ALPHA_FLAG = 0x20, 0x10


def read_webp_header(data: bytes, *, whole: bool) -> Header:
    """Read the chunks of a WebP file.

    Args:
        data: the file, or a beginning of it.
        whole: ``data`` is the whole file; then its end is checked too.

    Raises:
        MalformedError: no pixels in it, or (``whole``) no end.
        struct.error, IndexError: ``data`` end before the header does.
    """
    end = struct.unpack_from("<I", data, 4)[0] + 8
    if whole and end > len(data):
        raise TruncatedError
    size: Size | None = None
    orientation, icc, is_lossless = 1, b"", False
    position = 12
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if name == b"VP8X":
            size = Size(_read_24(data, body + 4) + 1, _read_24(data, body + 7) + 1)
        elif name == b"VP8L":
            is_lossless = True
            size = size or _lossless_size(data, body)
        elif name == b"VP8 ":
            width, height = struct.unpack_from("<HH", data, body + 6)
            size = size or Size(width & 0x3FFF, height & 0x3FFF)
        elif name == b"ANMF" and data[body + 16 : body + 20] == b"VP8L":
            is_lossless = True
        elif name in (b"EXIF", b"ICCP"):
            if body + length > len(data):
                raise TruncatedError
            content = data[body : body + length]
            if name == b"ICCP":
                icc = content
            else:
                orientation = orientation_of(content.removeprefix(b"Exif\0\0"))
        position = body + length + (length & 1)
    if size is None or 0 in size:
        raise MalformedError("holds no picture")
    return Header("webp", size, orientation=orientation, icc=icc, is_lossless=is_lossless)


def _read_24(data: bytes, position: int) -> int:
    return data[position] | data[position + 1] << 8 | data[position + 2] << 16


def _lossless_size(data: bytes, position: int) -> Size:
    (bits,) = struct.unpack_from("<I", data, position + 1)
    return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


def with_webp_profile(data: bytes, icc: bytes, *, size: Size, has_alpha: bool) -> bytes:
    """Return the WebP file with a colour profile, in the extended form that this needs."""
    if data[12:16] == b"VP8X":
        flags, rest = data[20], data[30:]
    else:
        flags, rest = (_ALPHA_FLAG if has_alpha else 0), data[12:]
    extents = b"".join((side - 1).to_bytes(3, "little") for side in size)
    chunks = (
        struct.pack("<4sIB3x", b"VP8X", 10, flags | _ICC_FLAG) + extents,
        struct.pack("<4sI", b"ICCP", len(icc)) + icc + b"\0" * (len(icc) & 1),
        rest,
    )
    length = 4 + sum(map(len, chunks))
    return b"".join((struct.pack("<4sI4s", b"RIFF", length, b"WEBP"), *chunks))
