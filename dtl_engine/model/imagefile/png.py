"""PNG: the chunks in front of the pixels, and colour profiles in them."""

from __future__ import annotations

import functools
import struct
import zlib

from dtl_engine.model.geometry import Size
from dtl_engine.model.imagefile.header import Header, Kind, MalformedError, TruncatedError
from dtl_engine.model.imagefile.tiff import orientation_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"IEND\xaeB`\x82"
_HEADER_END = 33
_GRAY, _PALETTE, _GRAY_ALPHA = 0, 3, 4
_MAX_PROFILE = 1 << 24


def read_png_header(data: bytes, *, whole: bool) -> Header:
    """Read the chunks of a PNG file up to its pixels.

    An eXIf chunk counts where it stands in front of the pixels, as all common writers put it.

    Args:
        data: the file, or a beginning of it.
        whole: ``data`` is the whole file; then its end is checked too.

    Raises:
        MalformedError: no IHDR chunk, no pixels, or (``whole``) no end.
        struct.error, IndexError: ``data`` end before the header does.
    """
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    if data[12:16] != b"IHDR" or not width or not height:
        raise MalformedError("holds no picture")
    orientation, icc, has_key = 1, b"", False
    position = _HEADER_END
    while True:
        (length,) = struct.unpack_from(">I", data, position)
        name = data[position + 4 : position + 8]
        if name in (b"IDAT", b"IEND"):
            break
        if position + length + 12 > len(data):
            raise TruncatedError
        body = data[position + 8 : position + 8 + length]
        if name == b"eXIf":
            orientation = orientation_of(body)
        elif name == b"iCCP":
            icc = _inflate_profile(body)
        elif name == b"tRNS":
            has_key = colour == _GRAY
        position += length + 12
    if name == b"IEND":
        raise MalformedError("holds no picture")
    # Checked here because libpng would complain on stderr.
    if whole and not data.endswith(_END) and _END not in data:
        raise TruncatedError
    kind = _kind(colour, depth, has_key=has_key)
    return Header("png", Size(width, height), orientation=orientation, kind=kind, icc=icc)


def _kind(colour: int, depth: int, *, has_key: bool) -> Kind:
    if colour == _PALETTE:
        return "palette"
    if colour == _GRAY_ALPHA and depth == 8:
        return "gray_alpha"
    if colour == _GRAY and depth == 1:
        return "bilevel"
    return "gray_key" if has_key and depth == 8 else "plain"


def _inflate_profile(body: bytes) -> bytes:
    """Return the profile of an iCCP chunk: name, 0, method, deflated bytes; empty where bad."""
    _, _, packed = body.partition(b"\0")
    try:
        inflater = zlib.decompressobj()
        profile = inflater.decompress(packed[1:], _MAX_PROFILE)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""


def with_png_profile(data: bytes, icc: bytes) -> bytes:
    """Return the PNG file with a colour profile, put behind its IHDR chunk."""
    return b"".join((data[:_HEADER_END], _profile_chunk(icc), data[_HEADER_END:]))


@functools.lru_cache(maxsize=8)
def _profile_chunk(icc: bytes) -> bytes:
    body = b"iCCP" + b"ICC Profile\0\0" + zlib.compress(icc)
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
