"""Objects of the hand-written script: masks in their own small boxes, and rings of points.

Coordinates are the engine's: edges, so mirroring is ``W - x``.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Json = dict[str, Any]
Bits = NDArray[np.uint8]
Ring = NDArray[np.float64]


@dataclass(slots=True)
class MaskObject:
    """Pixels (h, w) uint8, set where not 0, whose first one lies at column x and row y.

    ``text`` is their encoded form, once it is known.
    """

    head: Json
    bits: Bits
    x: int
    y: int
    text: str | None = None

    def mirrored(self, columns: bool, rows: bool, width: int, height: int) -> MaskObject:
        """Return the object in a mirrored image of ``width`` x ``height``."""
        bits = cv2.flip(self.bits, -1 if columns and rows else int(columns))
        x = width - self.x - bits.shape[1] if columns else self.x
        y = height - self.y - bits.shape[0] if rows else self.y
        return MaskObject(self.head, np.asarray(bits, np.uint8), x, y)

    def in_window(self, left: int, top: int, width: int, height: int) -> Json | None:
        """Return the JSON of what a window shows; only cut pixels are encoded anew."""
        rows, columns = self.bits.shape
        x, y = self.x - left, self.y - top
        x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + columns), min(height, y + rows)
        if x0 >= x1 or y0 >= y1:
            return None
        if x1 - x0 == columns and y1 - y0 == rows:
            if self.text is None:
                self.text = encode_bits(self.bits)
            return self._json(x, y, self.text)
        cut = self.bits[y0 - y : y1 - y, x0 - x : x1 - x]
        dx, dy, w, h = cv2.boundingRect(cut)
        if not w:
            return None
        return self._json(x0 + dx, y0 + dy, encode_bits(cut[dy : dy + h, dx : dx + w]))

    def _json(self, x: int, y: int, text: str) -> Json:
        return {**self.head, "bitmap": {"origin": (x, y), "data": text}}


@dataclass(slots=True)
class RingObject:
    """A polygon: its exterior and its holes, each (n, 2) float of x and y."""

    head: Json
    rings: list[Ring]

    def mirrored(self, columns: bool, rows: bool, width: int, height: int) -> RingObject:
        """Return the object in a mirrored image of ``width`` x ``height``."""
        sign = np.array([-1 if columns else 1, -1 if rows else 1])
        offset = np.array([width if columns else 0, height if rows else 0])
        return RingObject(self.head, [ring * sign + offset for ring in self.rings])

    def in_window(self, left: int, top: int, width: int, height: int) -> Json | None:
        """Return the JSON of what a window shows; a piece that falls apart keeps its bridges."""
        exterior, *holes = (
            clip_ring(ring - (left, top), (width, height)).round().astype(np.int64)
            for ring in self.rings
        )
        if len(exterior) < 3:
            return None
        interior = [hole for hole in holes if len(hole) >= 3]
        return {**self.head, "points": {"exterior": exterior, "interior": interior}}


def read_objects(values: list[Json]) -> list[MaskObject | RingObject]:
    """Read the bitmaps and polygons of an annotation."""
    objects: list[MaskObject | RingObject] = []
    for value in values:
        head = {key: part for key, part in value.items() if key not in ("bitmap", "points")}
        if value["geometryType"] == "bitmap":
            text, (x, y) = value["bitmap"]["data"], value["bitmap"]["origin"]
            objects.append(MaskObject(head, decode_bits(text), x, y, text))
        else:
            points = value["points"]
            rings = (points["exterior"], *points["interior"])
            objects.append(RingObject(head, [np.array(ring, np.float64) for ring in rings]))
    return objects


def clip_ring(ring: Ring, size: tuple[int, int]) -> Ring:
    """Cut a ring with the sides of the rectangle from (0, 0) to ``size``, one after the other."""
    if (ring >= 0).all() and (ring <= size).all():
        return ring
    for axis in (0, 1):
        for distance_sign, edge in ((1, 0), (-1, size[axis])):
            if not len(ring):
                return ring
            distance = distance_sign * (ring[:, axis] - edge)
            following = np.roll(ring, -1, axis=0)
            step = distance - np.roll(distance, -1)
            crosses = (distance >= 0) != (distance >= step)
            share = np.divide(distance, step, out=np.zeros_like(distance), where=crosses)
            both = np.stack((ring, ring + share[:, None] * (following - ring)), axis=1)
            ring = both[np.stack((distance >= 0, crosses), axis=1)]
    return ring


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = _chunk(b"PLTE", b"\0\0\0\xff\xff\xff") + _chunk(b"tRNS", b"\0\xff")
_END = _chunk(b"IEND", b"")


def encode_bits(bits: Bits) -> str:
    """Return base64(zlib(PNG)) of a mask: a one-bit palette PNG."""
    height, width = bits.shape
    rows = np.zeros((height, 1 + (width + 7) // 8), np.uint8)
    rows[:, 1:] = np.packbits(bits, axis=1)
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0))
    # Masks are runs, and most of zlib's usual cost for so few bytes is clearing its tables.
    deflater = zlib.compressobj(1, zlib.DEFLATED, 12, 5, zlib.Z_RLE)
    pixels = _chunk(b"IDAT", deflater.compress(rows.data) + deflater.flush())
    png = b"".join((_SIGNATURE, header, _PALETTE, pixels, _END))
    return base64.b64encode(zlib.compress(png, 0)).decode("ascii")


def decode_bits(text: str) -> Bits:
    """Return the pixels of an encoded mask: (h, w) uint8, 0 where it is not set."""
    png = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    pixels = cv2.imdecode(png, cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return np.ascontiguousarray(pixels[..., 3] if pixels.ndim == 3 else pixels, np.uint8)
