from __future__ import annotations

import numpy as np
import pytest

from dtl_nodes.kernels.neighbourhood import neighbourhoods
from dtl_nodes.kernels.thinning import (
    Bools,
    Table,
    _guo_hall,
    _zhang_suen,
    thin_guo_hall,
    thin_zhang_suen,
)
from tests.fixtures.masks import grid


def test_block_becomes_its_middle_row() -> None:
    middle = np.zeros((5, 9), bool)
    middle[2, 2:7] = True
    assert (thin_guo_hall(np.ones((5, 9), bool)) == middle).all()
    middle[2, 6] = False
    assert (thin_zhang_suen(np.ones((5, 9), bool)) == middle).all()


@pytest.mark.parametrize("text", ["1", "11111", "1/1/1", "100/010/001", "101/010/101"])
def test_thin_ones_stay(text: str) -> None:
    assert (thin_zhang_suen(grid(text)) == grid(text)).all()
    assert (thin_guo_hall(grid(text)) == grid(text)).all()


@pytest.mark.parametrize("side", [2, 4, 6])
def test_squares_never_vanish(side: int) -> None:
    for thin in (thin_zhang_suen, thin_guo_hall):
        assert thin(np.ones((side, side), bool)).any()
    assert thin_zhang_suen(np.ones((2, 2), bool)).tolist() == [[True, False], [False, False]]


def test_ring_stays_a_ring() -> None:
    ring = np.ones((11, 13), bool)
    ring[5, 6] = False
    for thin in (thin_zhang_suen, thin_guo_hall):
        skeleton = thin(ring)
        assert not (skeleton & ~ring).any()
        assert not skeleton[[0, -1]].any()
        assert neighbourhoods(skeleton.view(np.uint8))[5, 6] != 0


def test_nothing_and_inputs() -> None:
    empty = np.zeros((3, 4), bool)
    assert not thin_zhang_suen(empty).any()
    full = np.ones((6, 6), bool)
    full.setflags(write=False)
    thin_guo_hall(full)
    assert full.all()


def whole_picture(pixels: Bools, passes: tuple[Table, Table]) -> Bools:
    """Thin as the papers say: look at every pixel in each pass, until two change nothing."""
    picture = pixels.astype(np.uint8)
    unchanged = turn = 0
    while unchanged < 2:
        goes = passes[turn % 2][neighbourhoods(picture)] & (picture == 1)
        picture[goes] = 0
        unchanged = 0 if goes.any() else unchanged + 1
        turn += 1
    return picture.view(np.bool_)


def test_looking_at_borders_only_gives_the_same() -> None:
    draw = np.random.default_rng(3)
    for _ in range(60):
        height, width = draw.integers(1, 30, 2)
        pixels = np.kron(draw.random((height, width)) > 0.4, np.ones((3, 3))).astype(bool)
        assert (thin_guo_hall(pixels) == whole_picture(pixels, _guo_hall())).all()
        spared = thin_zhang_suen(pixels) & ~whole_picture(pixels, _zhang_suen())
        # What is more than in the original are single pixels.
        assert not neighbourhoods(thin_zhang_suen(pixels).view(np.uint8))[spared].any()
