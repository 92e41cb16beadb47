"""Masks as text: base64 of zlib of a PNG.

Written as a one-bit palette PNG whose first entry is transparent; read from any PNG with one
channel (a pixel is set where it is not 0) or four (set where alpha is not 0).

Source: the Supervisely annotation format; RFC 2083 (PNG).
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Size

MAX_INFLATED_BYTES = 256 * 2**20
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 26
_PREFIX_CHARACTERS = 256
_STORED_OFFSET = 2 + 5
"""Bytes before the content of a zlib stream that is one stored block (RFC 1950, RFC 1951)."""
_STORED_CHARACTERS = 48
_HALF_OPAQUE = 128
_WRONG_CHANNELS = {2: 3, 4: 2}  # colour type of a PNG -> channels, of RGB and of gray with alpha


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


_PALETTE = _chunk(b"PLTE", b"\0\0\0\xff\xff\xff") + _chunk(b"tRNS", b"\0\xff")
_END = _chunk(b"IEND", b"")


def encode_mask(mask: NDArray[np.bool_]) -> str:
    """Return the text of a mask of shape (h, w)."""
    height, width = mask.shape
    rows = np.zeros((height, 1 + (width + 7) // 8), np.uint8)  # each row starts with filter 0
    rows[:, 1:] = np.packbits(mask, axis=1)
    png = b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)),
            _PALETTE,
            _chunk(b"IDAT", _deflated(rows.tobytes())),
            _END,
        )
    )
    # The pixels are deflated already: the outer layer only wraps them.
    return base64.b64encode(zlib.compress(png, 0)).decode("ascii")


def _deflated(rows: bytes) -> bytes:
    """Deflate rows of a mask: runs of equal bytes are nearly all there is to find in them."""
    deflater = zlib.compressobj(1, zlib.DEFLATED, 12, 5, zlib.Z_RLE)
    return deflater.compress(rows) + deflater.flush()


def mask_size(text: str) -> Size:
    """Return width and height of an encoded mask from its header alone.

    Raises:
        AnnotationError: the text does not hold a PNG of one or four channels.
    """
    try:
        # Most writers leave the PNG as it is inside a stored block: no need to inflate.
        png = binascii.a2b_base64(text[:_STORED_CHARACTERS])[_STORED_OFFSET:]
        if png.startswith(_SIGNATURE) and len(png) >= _HEADER_BYTES:
            return _header_size(png)
        head = base64.b64decode(text[:_PREFIX_CHARACTERS])
        png = zlib.decompressobj().decompress(head, _HEADER_BYTES)
        if len(png) < _HEADER_BYTES:
            head = base64.b64decode(text, validate=True)
            png = zlib.decompressobj().decompress(head, _HEADER_BYTES)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise AnnotationError("F604", f"bitmap data is no base64 of zlib: {error}") from error
    if not png.startswith(_SIGNATURE) or len(png) < _HEADER_BYTES:
        raise AnnotationError("F604", "bitmap data is no PNG")
    return _header_size(png)


def _header_size(png: bytes) -> Size:
    """Return what the header of a PNG says."""
    width, height, _, coding = struct.unpack(">IIBB", png[16:_HEADER_BYTES])
    if coding in _WRONG_CHANNELS:
        raise _channels(_WRONG_CHANNELS[coding])
    return Size(width, height)


def decode_mask(text: str) -> NDArray[np.bool_]:
    """Return the mask of an encoded text, shape (h, w).

    Raises:
        AnnotationError: the text does not hold a PNG of one or four channels.
    """
    return np.asarray(_levels(text) != 0)


def decode_alpha(text: str) -> NDArray[np.bool_]:
    """Return the pixels of an encoded alpha mask that are at least half opaque, shape (h, w).

    Raises:
        AnnotationError: the text does not hold a PNG of one or four channels of 8 bits.
    """
    levels = _levels(text)
    if levels.dtype != np.uint8:
        raise AnnotationError("F604", "an alpha mask has 8 bits a pixel")
    return np.asarray(levels >= _HALF_OPAQUE)


def _levels(text: str) -> NDArray[np.uint8 | np.uint16]:
    """Return the one channel of an encoded PNG that says what is set, shape (h, w)."""
    import cv2

    try:
        inflater = zlib.decompressobj()
        png = inflater.decompress(base64.b64decode(text, validate=True), MAX_INFLATED_BYTES)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise AnnotationError("F604", f"bitmap data is no base64 of zlib: {error}") from error
    if inflater.unconsumed_tail:
        raise AnnotationError("F604", "bitmap data inflates to more than 256 MiB")
    if not inflater.eof:
        raise AnnotationError("F604", "bitmap data is no base64 of zlib: it ends too early")
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if png else None
    if pixels is None:
        raise AnnotationError("F604", "bitmap data is no PNG")
    if pixels.ndim == 2:
        return pixels  # type: ignore[return-value]
    if pixels.shape[2] == 4:
        return pixels[:, :, 3]  # type: ignore[return-value]
    raise _channels(pixels.shape[2])


def _channels(count: int) -> AnnotationError:
    return AnnotationError("F604", f"a bitmap has 1 or 4 channels, not {count}")
