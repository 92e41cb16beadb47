"""TIFF: the tags of its first directory, which EXIF data share, and its header."""

from __future__ import annotations

import struct
from collections.abc import Container
from typing import NamedTuple

from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.header import Header, Kind, MalformedError

_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC = 256, 257, 258, 262
_ORIENTATION, _SAMPLES, _ICC = 274, 277, 34675
_WANTED = frozenset({_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION, _SAMPLES, _ICC})
_GRAY_PHOTOMETRICS = (0, 1)
_OPENCV_PHOTOMETRICS = (0, 1, 2, 3, 6)
# Bytes and struct code for each type of values: BYTE, SHORT, LONG, UNDEFINED.
_BYTES = {1: 1, 3: 2, 4: 4, 7: 1}
_CODES = {1: "B", 3: "H", 4: "I", 7: "B"}
_MAX_PROFILE = 1 << 26


class _Tag(NamedTuple):
    """Code of its type, number of its values and offset of the first one in the data."""

    code: int
    length: int
    offset: int


class Tags:
    """The wanted tags of the first directory of TIFF data.

    Raises:
        MalformedError: not classic TIFF.
        struct.error: the data end too early.
    """

    def __init__(self, data: bytes, wanted: Container[int] = _WANTED) -> None:
        self._data = data
        marks = {b"II*\0": "<", b"MM\0*": ">"}
        if (order := marks.get(bytes(data[:4]))) is None:
            raise MalformedError("holds TIFF data of an unknown kind")
        self.order = order
        self._tags: dict[int, _Tag] = {}
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        entry = struct.Struct(order + "HHI")
        for position in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, number = entry.unpack_from(data, position)
            if tag in wanted and kind in _BYTES:
                offset = position + 8
                if _BYTES[kind] * number > 4:
                    (offset,) = struct.unpack_from(order + "I", data, offset)
                self._tags.setdefault(tag, _Tag(kind, number, offset))

    def number(self, tag: int, default: int) -> int:
        """The first value of ``tag``, a whole number."""
        if (found := self._tags.get(tag)) is None or not found.length:
            return default
        code = self.order + _CODES[found.code]
        return int(struct.unpack_from(code, self._data, found.offset)[0])

    def content(self, tag: int) -> bytes:
        """The value of ``tag`` as bytes; empty where it is absent or does not fit."""
        found = self._tags.get(tag)
        if found is None or found.code not in (1, 7) or found.length > _MAX_PROFILE:
            return b""
        value = self._data[found.offset : found.offset + found.length]
        return bytes(value) if len(value) == found.length else b""

    def with_number(self, tag: int, value: int) -> bytes:
        """The data with another first value of ``tag``, where the tag is there."""
        data = bytearray(self._data)
        if (found := self._tags.get(tag)) is not None:
            struct.pack_into(self.order + _CODES[found.code], data, found.offset, value)
        return bytes(data)


def orientation_of(tiff: bytes) -> int:
    """Return the orientation (1 to 8) that EXIF data in TIFF form tell; 1 where they are bad."""
    try:
        value = Tags(tiff, (_ORIENTATION,)).number(_ORIENTATION, 1)
    except (MalformedError, struct.error):
        return 1
    return value if 1 <= value <= 8 else 1


def read_tiff_header(data: bytes) -> Header:
    """Read the header of a TIFF file; the directory may stand anywhere in it.

    Raises:
        MalformedError: not classic TIFF, or no size in it.
        struct.error: ``data`` end before the directory does.
    """
    tags = Tags(data)
    width, height = tags.number(_WIDTH, 0), tags.number(_HEIGHT, 0)
    if not width or not height:
        raise MalformedError("holds no picture")
    orientation = tags.number(_ORIENTATION, 1)
    return Header(
        "tiff",
        Size(width, height),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        kind=_kind(tags),
        icc=tags.content(_ICC),
    )


def without_orientation(data: bytes) -> bytes:
    """Return the TIFF file with orientation 1, its pixels as they are stored.

    OpenCV turns TIFF pixels on its own, in a way that depends on its version.
    """
    return Tags(data).with_number(_ORIENTATION, 1)


def _kind(tags: Tags) -> Kind:
    photometric, samples = tags.number(_PHOTOMETRIC, 1), tags.number(_SAMPLES, 1)
    if photometric not in _OPENCV_PHOTOMETRICS:
        return "cmyk"
    if photometric in _GRAY_PHOTOMETRICS and samples == 2 and tags.number(_BITS, 1) == 8:
        return "gray_alpha"
    return "plain"
