"""JPEG: a walk over the markers of a file, and colour profiles in it."""

from __future__ import annotations

import functools
import re
import struct

from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.header import Header, MalformedError, TruncatedError
from dtl_engine.model.imagefile.tiff import orientation_of

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# What may follow a scan: tables, another scan, the number of lines, restart interval, notes.
_AFTER_SCAN = frozenset({0xC4, _SOS, 0xDB, 0xDC, 0xDD, _EOI, *range(0xE0, 0xF0), 0xFE})
_EXIF = b"Exif\0\0"
_ICC = b"ICC_PROFILE\0"
_ICC_PART = 65_519
_MARKER = re.compile(rb"\xff+[^\xff]", re.DOTALL)
# What looks like a marker in a scan: escaped bytes, restarts and filling are none.
_SCAN_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def read_jpeg_header(data: bytes, *, whole: bool) -> Header:
    """Walk over the markers of a JPEG file.

    Args:
        data: the file, or a beginning of it.
        whole: ``data`` is the whole file; then its scans are walked too, without decoding.

    Raises:
        MalformedError: no frame, a marker that cannot stand in a scan, or (``whole``) no end.
        TruncatedError, struct.error, IndexError: ``data`` end before the header does.
    """
    size: Size | None = None
    orientation, profile = 1, dict[int, bytes]()
    position = 2
    while True:
        if (marker := _MARKER.search(data, position)) is None:
            raise TruncatedError
        code, position = data[marker.end() - 1], marker.end()
        if code == _EOI:
            raise MalformedError("holds no picture")
        if code in (0x00, 0x01) or 0xD0 <= code <= _SOI:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        if code == _SOS:
            break
        if code in _FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 3)
            size = Size(width, height)
        elif code == 0xE1 and data.startswith(_EXIF, position + 2):
            orientation = orientation_of(data[position + 8 : position + length])
        elif code == 0xE2 and data.startswith(_ICC, position + 2):
            profile[data[position + 14]] = data[position + 16 : position + length]
        position += length
    if size is None or 0 in size:
        raise MalformedError("holds no picture")
    if whole:
        _check_scans(data, position + length)
    icc = b"".join(profile[number] for number in sorted(profile))
    return Header("jpeg", size, orientation=orientation, icc=icc, is_lossless=False)


def _check_scans(data: bytes, start: int) -> None:
    """Check that the scans from ``start`` on hold no foreign marker and come to an end.

    OpenCV would decode such files, with a warning on stderr and gray or shifted blocks.
    """
    for found in _SCAN_MARKER.finditer(data, start):
        if (position := found.start()) < start:
            continue
        code = data[position + 1]
        if code == _EOI:
            return
        if code not in _AFTER_SCAN:
            raise MalformedError("has a corrupt scan")
        (length,) = struct.unpack_from(">H", data, position + 2)
        start = position + 2 + length
    raise TruncatedError


def with_jpeg_profile(data: bytes, icc: bytes) -> bytes:
    """Return the JPEG file with a colour profile, put behind its first segment (JFIF)."""
    (length,) = struct.unpack_from(">H", data, 4)
    split = 4 + length
    return b"".join((data[:split], _profile_segments(icc), data[split:]))


@functools.lru_cache(maxsize=8)
def _profile_segments(icc: bytes) -> bytes:
    parts = [icc[start : start + _ICC_PART] for start in range(0, len(icc), _ICC_PART)]
    return b"".join(
        b"\xff\xe2"
        + struct.pack(">H", len(_ICC) + 4 + len(part))
        + _ICC
        + bytes((number, len(parts)))
        + part
        for number, part in enumerate(parts, 1)
    )
