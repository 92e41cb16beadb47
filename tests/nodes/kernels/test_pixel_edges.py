from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dtl_engine.sdk import Polygon, Size
from dtl_nodes.kernels.components import split_components
from dtl_nodes.kernels.pixel_edges import trace_edges
from tests.fixtures.masks import grid


def test_the_mask_of_the_reference() -> None:
    """Worked number 1 of the data formats reference, section 14."""
    outer, holes = trace_edges(grid("0110/1111/0101"))
    said = "1,0 3,0 3,1 4,1 4,3 3,3 3,2 2,2 2,3 1,3 1,2 0,2 0,1 1,1"
    assert outer.tolist() == [[float(part) for part in pair.split(",")] for pair in said.split()]
    assert holes == []


def test_a_ring_has_a_hole() -> None:
    pixels = np.zeros((12, 16), bool)
    pixels[2:10, 3:13] = True
    pixels[4:8, 6:10] = False
    outer, holes = trace_edges(pixels)
    assert outer.tolist() == [[3, 2], [13, 2], [13, 10], [3, 10]]
    assert [hole.tolist() for hole in holes] == [[[6, 4], [6, 8], [10, 8], [10, 4]]]
    painted = Polygon(outer, holes).paint(Size(16, 12))
    assert painted.sum() == 64
    assert np.array_equal(painted, pixels)


@pytest.mark.parametrize("text", ["1", "11111", "10/01", "01/10", "111/101/111", "1010/0101/1010"])
def test_small_ones_are_exact(text: str) -> None:
    check(grid(text))


@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_every_component_is_painted_again(pixels: np.ndarray) -> None:
    check(pixels)


def check(pixels: np.ndarray) -> None:
    for part, _, _ in split_components(pixels, 8):
        outer, holes = trace_edges(part)
        height, width = part.shape
        assert np.array_equal(Polygon(outer, holes).paint(Size(width, height)), part)
