from __future__ import annotations

import numpy as np
import pytest

from dtl_nodes.kernels.medial_axis import medial_axis
from tests.fixtures.masks import grid


def test_block_keeps_the_ways_to_its_corners() -> None:
    expected = grid("100000001/010000010/001111100/010000010/100000001")
    assert (medial_axis(np.ones((5, 9), bool)) == expected).all()


@pytest.mark.parametrize("text", ["1", "11111", "1/1/1", "100/010/001", "101/010/101"])
def test_thin_ones_stay(text: str) -> None:
    assert (medial_axis(grid(text)) == grid(text)).all()


def test_hole_stays_a_hole() -> None:
    pixels = np.ones((9, 9), bool)
    pixels[4, 4] = False
    axis = medial_axis(pixels)
    assert not axis[4, 4]
    assert axis[2:7, 2:7].sum() >= 8
    assert not (axis & ~pixels).any()


def test_nothing_and_inputs() -> None:
    assert not medial_axis(np.zeros((3, 4), bool)).any()
    full = np.ones((6, 6), bool)
    full.setflags(write=False)
    assert medial_axis(full).any()
    assert full.all()
