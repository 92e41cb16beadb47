"""The medial axis: the ridge of the distances to the border of a mask."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from dtl_nodes.kernels.neighbourhood import (
    Ring,
    neighbourhoods,
    pieces,
    steps_to_neighbours,
    tabulate,
)

Bools = NDArray[np.bool_]
"""(h, w) bool."""


def medial_axis(pixels: Bools) -> Bools:
    """Return the pixels that are left when a mask is worn down in order of distance.

    A pixel goes if what is around it stays in one piece, no hole opens and it ends no line. Near
    pixels go first, of equal ones those with more neighbours, then in reading order. Pieces stay
    in one piece, and holes stay holes.

    Args:
        pixels: (h, w) bool; everything outside is unset.

    Returns:
        (h, w) bool.

    Source: H. Blum, A transformation for extracting new descriptors of shape (1967). The order of
        removal is that of scikit-image, which draws lots between equal pixels.
    """
    import cv2

    picture = np.pad(pixels, 1).view(np.uint8)
    distance = cv2.distanceTransform(picture, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    places = np.flatnonzero(picture)
    squared = np.rint(np.square(distance.ravel()[places]))
    around = neighbourhoods(picture).ravel()
    alone = np.unpackbits(~around[places, None], axis=1).sum(axis=1)
    order = np.lexsort((alone, squared))
    left = _worn_down(places[order].tolist(), bytearray(around), picture.shape[1])
    axis = np.zeros(picture.shape, bool)
    axis.ravel()[left] = True
    return axis[1:-1, 1:-1]


def _worn_down(places: list[int], around: bytearray, width: int) -> list[int]:
    """Return the places that stay; ``around`` is kept true to what has gone."""
    goes = _removable()
    steps = steps_to_neighbours(width)
    stays = []
    for place in places:
        if not goes[around[place]]:
            stays.append(place)
            continue
        for step, unset in steps:
            around[place + step] &= unset
    return stays


@cache
def _removable() -> tuple[bool, ...]:
    """Return, by neighbourhood, whether a pixel may go."""

    def goes(ring: Ring) -> bool:
        return pieces(ring) == 1 and not all(ring[::2]) and sum(ring) > 1

    return tuple(bool(value) for value in tabulate(goes))
