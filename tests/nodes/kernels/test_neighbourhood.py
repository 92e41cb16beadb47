from __future__ import annotations

import numpy as np
import pytest

from dtl_nodes.kernels.neighbourhood import (
    neighbourhoods,
    pieces,
    starts,
    steps_to_neighbours,
    tabulate,
)
from tests.fixtures.masks import grid


def test_bytes_count_clockwise_from_north() -> None:
    picture = grid("010/110/001").astype(np.uint8)
    assert neighbourhoods(picture)[1, 1] == 0b01001001
    assert neighbourhoods(picture)[0, 0] == 0b00011100
    assert neighbourhoods(np.ones((1, 1), np.uint8))[0, 0] == 0


def test_steps_lead_to_the_pixels_that_see_the_one_left() -> None:
    picture = np.ones((3, 4), np.uint8)
    before = neighbourhoods(picture).ravel()
    picture[1, 1] = 0
    after = neighbourhoods(picture).ravel()
    for step, unset in steps_to_neighbours(4):
        before[5 + step] &= unset
    assert (before == after).all()


@pytest.mark.parametrize(
    ("ring", "count", "apart"),
    [
        ("00000000", 0, 0),
        ("11111111", 0, 1),
        ("10000000", 1, 1),
        ("10100000", 2, 1),
        ("10001000", 2, 2),
        ("01010101", 4, 4),
        ("10101010", 4, 1),
        ("10000001", 1, 1),
        ("10000010", 2, 1),
    ],
)
def test_starts_and_pieces(ring: str, count: int, apart: int) -> None:
    bits = tuple(map(int, ring))
    assert starts(bits) == count
    assert pieces(bits) == apart


def test_tables_hold_every_ring() -> None:
    table = tabulate(lambda ring: sum(ring) == 8)
    assert np.flatnonzero(table).tolist() == [255]
    assert np.flatnonzero(tabulate(lambda ring: ring == (0, 1, 0, 0, 0, 0, 0, 0))).tolist() == [2]
