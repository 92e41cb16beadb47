"""Thinning: wear a mask down from all sides until it is one pixel wide.

Source: T. Y. Zhang and C. Y. Suen, A fast parallel algorithm for thinning digital patterns,
Communications of the ACM 27 (1984) 236-239. Z. Guo and R. W. Hall, Parallel thinning with
two-subiteration algorithms, Communications of the ACM 32 (1989) 359-373.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from dtl_nodes.kernels.neighbourhood import (
    ALL,
    Bits,
    Ring,
    Table,
    neighbourhoods,
    starts,
    steps_to_neighbours,
    tabulate,
)

Bools = NDArray[np.bool_]
"""(h, w) bool."""

Places = NDArray[np.intp]
"""(n,) int: where pixels lie in a picture that is read row by row."""


def thin_zhang_suen(pixels: Bools) -> Bools:
    """Return the skeleton of a mask after Zhang and Suen, (h, w) bool; pieces stay in one piece.

    The original method wipes out what has shrunk to a square of two by two pixels; here its
    first pixel stays.
    """
    return _thinned(pixels, _zhang_suen(), spares_squares=True)


def thin_guo_hall(pixels: Bools) -> Bools:
    """Return the skeleton of a mask after Guo and Hall, (h, w) bool; pieces stay in one piece."""
    return _thinned(pixels, _guo_hall(), spares_squares=False)


def _thinned(pixels: Bools, passes: tuple[Table, Table], *, spares_squares: bool) -> Bools:
    """Remove, in turns, all pixels whose neighbourhoods the tables of two passes name.

    Only pixels at the border can go, so that each turn costs what the border is long.
    """
    picture = np.pad(pixels, 1)
    stays = picture.ravel()
    around = neighbourhoods(picture.view(np.uint8)).ravel()
    steps = steps_to_neighbours(picture.shape[1])
    border = np.flatnonzero(stays & (around != ALL))
    unchanged = turn = 0
    while unchanged < len(passes):
        goes = border[passes[turn % 2][around[border]]]
        if spares_squares:
            goes = goes[~_starts_squares(goes, around, picture.shape[1])]
        turn += 1
        if not goes.size:
            unchanged += 1
            continue
        unchanged = 0
        stays[goes] = False
        fresh = []
        for step, unset in steps:
            reached = goes + step
            inner = around[reached] == ALL
            around[reached] &= unset
            fresh.append(reached[inner & stays[reached]])
        border = np.concatenate((border[stays[border]], *fresh))
    return picture[1:-1, 1:-1]


def _starts_squares(places: Places, around: Bits, width: int) -> Bools:
    """Return which places are the first of a square of two by two that touches nothing else."""
    corners = (
        (0, _EAST_TO_SOUTH), (1, _SOUTH_TO_WEST), (width, _NORTH_TO_EAST),
        (width + 1, _WEST_TO_NORTH),
    )  # fmt: skip
    found = np.ones(places.shape, bool)
    for step, byte in corners:
        found &= around[places + step] == byte
    return found


_NORTH_TO_EAST = 0b00000111
_EAST_TO_SOUTH = 0b00011100
_SOUTH_TO_WEST = 0b01110000
_WEST_TO_NORTH = 0b11000001


@cache
def _zhang_suen() -> tuple[Table, Table]:
    """Return the tables of the two passes."""

    def removable(ring: Ring) -> bool:
        return starts(ring) == 1 and 2 <= sum(ring) <= 6

    def south_east(ring: Ring) -> bool:
        north, _, east, _, south, _, west, _ = ring
        return removable(ring) and not (north and east and south) and not (east and south and west)

    def north_west(ring: Ring) -> bool:
        north, _, east, _, south, _, west, _ = ring
        return removable(ring) and not (north and east and west) and not (north and south and west)

    return tabulate(south_east), tabulate(north_west)


@cache
def _guo_hall() -> tuple[Table, Table]:
    """Return the tables of the two passes."""

    def removable(ring: Ring) -> bool:
        north, north_east, east, south_east, south, south_west, west, north_west = ring
        crossings = (
            (not north and (north_east or east))
            + (not east and (south_east or south))
            + (not south and (south_west or west))
            + (not west and (north_west or north))
        )
        one_way = (
            (north_west or north) + (north_east or east) + (south_east or south)
            + (south_west or west)
        )  # fmt: skip
        other_way = (
            (north or north_east) + (east or south_east) + (south or south_west)
            + (west or north_west)
        )  # fmt: skip
        return crossings == 1 and 2 <= min(one_way, other_way) <= 3

    def north_east(ring: Ring) -> bool:
        north, corner, east, south_east, *_ = ring
        return removable(ring) and not ((north or corner or not south_east) and east)

    def south_west(ring: Ring) -> bool:
        *_, south, corner, west, north_west = ring
        return removable(ring) and not ((south or corner or not north_west) and west)

    return tabulate(north_east), tabulate(south_west)
