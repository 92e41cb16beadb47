from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_nodes.kernels.components import split_components, without_small
from tests.fixtures.masks import grid


def listed(text: str, neighbours: Any) -> list[tuple[str, int, int]]:
    return [
        ("/".join("".join(str(int(bit)) for bit in row) for row in part), left, top)
        for part, left, top in split_components(grid(text), neighbours)
    ]


def test_corners_connect_eight_neighbours_only() -> None:
    assert listed("101/010/000/101", 8) == [("101/010", 0, 0), ("1", 0, 3), ("1", 2, 3)]
    assert listed("10/01", 4) == [("1", 0, 0), ("1", 1, 1)]


def test_order_is_that_of_the_first_pixels() -> None:
    # The box of the second one begins further left.
    assert listed("00100/00001/01101/00001/11111", 4) == [
        ("1", 2, 0),
        ("00001/01101/00001/11111".replace("011", "000", 1), 0, 1),
        ("11", 1, 2),
    ]


def test_order_holds_for_many() -> None:
    pixels = np.random.default_rng(1).random((60, 70)) > 0.7
    parts = split_components(pixels, 8)
    firsts = [(top, left + int(part[0].argmax())) for part, left, top in parts]
    assert firsts == sorted(firsts)
    together = np.zeros_like(pixels)
    for part, left, top in parts:
        window = together[top : top + part.shape[0], left : left + part.shape[1]]
        assert not (window & part).any()
        window |= part
    assert (together == pixels).all()


def test_nothing_has_no_component() -> None:
    assert split_components(np.zeros((3, 2), bool), 8) == []


@pytest.mark.parametrize(
    ("least_px", "left"),
    [(0, "110/001"), (1, "110/001"), (2, "110/000"), (3, "000/000")],
)
def test_small_ones_go(least_px: int, left: str) -> None:
    pixels = grid("110/001")
    result = without_small(pixels, least_px, 4)
    assert (result == grid(left)).all()
    assert (result is pixels) == (left == "110/001")


def test_corners_count_if_asked() -> None:
    pixels = grid("110/001")
    assert without_small(pixels, 3, 8) is pixels
