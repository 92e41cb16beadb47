"""The eight neighbours of a pixel as one byte, and tables over the 256 bytes there are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
"""(h, w) uint8, 0 or 1."""

Table = NDArray[np.bool_]
"""(256,) bool: what holds for each neighbourhood."""

CLOCKWISE = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Row and column of the neighbours as seen from the pixel: north, north-east, ... north-west.

Neighbour n is bit n of the byte.
"""

ALL = 255
"""The byte of a pixel whose neighbours are all set."""

Ring = tuple[int, ...]
"""The neighbours in this order, 0 or 1; the literature calls them P2 to P9."""


def tabulate(holds: Callable[[Ring], bool]) -> Table:
    """Return the table of ``holds``."""
    rings = (tuple(byte >> bit & 1 for bit in range(8)) for byte in range(256))
    return np.array([holds(ring) for ring in rings])


def neighbourhoods(picture: Bits) -> Bits:
    """Return the byte of each pixel, (h, w) uint8; outside of ``picture`` nothing is set."""
    import cv2

    weights = np.zeros((3, 3), np.uint8)
    for bit, (row, column) in enumerate(CLOCKWISE):
        weights[row + 1, column + 1] = 1 << bit
    found = cv2.filter2D(picture, cv2.CV_8U, weights, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(found, np.uint8)


def steps_to_neighbours(width: int) -> list[tuple[int, int]]:
    """Return, for a picture of ``width`` read row by row, how far off each neighbour lies.

    With it comes the byte that unsets the pixel itself in what the neighbour has around it.
    """
    return [
        (row * width + column, ALL - (1 << (bit + 4) % 8))
        for bit, (row, column) in enumerate(CLOCKWISE)
    ]


def starts(ring: Ring) -> int:
    """Return how often an unset neighbour is followed by a set one, going round once."""
    return sum(not before and after for before, after in pairwise((*ring, ring[0])))


def pieces(ring: Ring) -> int:
    """Return how many pieces the set neighbours form if they may touch at corners.

    An unset corner between two set sides joins them.
    """
    joined = tuple(
        value or (at % 2 and ring[at - 1] and ring[(at + 1) % 8]) for at, value in enumerate(ring)
    )
    return int(all(joined)) or starts(joined)
