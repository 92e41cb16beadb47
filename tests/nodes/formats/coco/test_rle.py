"""Runs and rasters against pycocotools, and the worked numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dtl_engine.errors import AnnotationError
from dtl_engine.sdk import Mask, Polygon, Size
from dtl_nodes.formats.coco.raster import MOST_STEPS_PX, paint, paint_like_coco
from dtl_nodes.formats.coco.rle import (
    mask_json,
    mask_to_runs,
    read_runs,
    runs_to_mask,
    runs_to_text,
    text_to_runs,
)

tools = pytest.importorskip("pycocotools.mask")

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Of pycocotools with NumPy 2."""

STALK = np.array([[0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1]], bool)

pictures = st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(
    lambda shape: arrays(np.bool_, shape)
)


def size_of(picture: np.ndarray) -> Size:
    return Size(picture.shape[1], picture.shape[0])


def test_worked_numbers() -> None:
    mask = Mask.tight(STALK, 0, 0)
    assert mask is not None
    assert mask_to_runs(mask, Size(4, 3)).tolist() == [1, 1, 1, 5, 2, 2]
    assert mask_json(mask, Size(4, 3)) == {"size": [3, 4], "counts": "11141M"}
    moved = Mask.tight(STALK, 12, 7)
    assert moved is not None
    assert mask_to_runs(moved, Size(80, 60)).tolist() == [728, 1, 58, 3, 57, 2, 59, 2, 3890]
    assert runs_to_mask(mask_to_runs(moved, Size(80, 60)), Size(80, 60)) == moved


@given(pictures)
def test_runs_are_those_of_pycocotools(picture: np.ndarray) -> None:
    size = size_of(picture)
    mask = Mask.tight(picture, 0, 0)
    told = tools.encode(np.asfortranarray(picture.astype(np.uint8)))["counts"].decode()
    runs = read_runs({"size": [size.height, size.width], "counts": told}, size)
    assert runs_to_mask(runs, size) == mask
    assert runs_to_text(runs) == told
    if mask is not None:
        assert mask_json(mask, size)["counts"] == told


@given(st.lists(st.integers(0, 2**28), min_size=1, max_size=30))
def test_text_holds_any_lengths(lengths: list[int]) -> None:
    runs = np.array(lengths, np.int64)
    assert text_to_runs(runs_to_text(runs)).tolist() == lengths


@given(
    st.lists(
        st.tuples(st.floats(-30, 60, width=32), st.floats(-30, 60, width=32)),
        min_size=3,
        max_size=9,
    )
)
def test_rings_are_painted_as_pycocotools_does(points: list[tuple[float, float]]) -> None:
    ring, size = np.array(points, np.float64), Size(24, 18)
    runs = tools.frPyObjects([ring.reshape(-1).tolist()], size.height, size.width)
    mask = paint_like_coco([ring], size)
    found = np.zeros((18, 24), bool) if mask is None else mask.paint(size)
    assert (found == tools.decode(runs)[:, :, 0].astype(bool)).all()


@given(st.lists(st.tuples(st.integers(-9, 33), st.integers(-9, 33)), min_size=3, max_size=9))
def test_rings_are_painted_by_our_rule_in_their_window(points: list[tuple[int, int]]) -> None:
    ring, size = np.array(points, np.float64), Size(24, 18)
    mask = paint([ring, ring + 2], size)
    found = np.zeros((18, 24), bool) if mask is None else mask.paint(size)
    assert (found == Polygon(ring).paint(size) | Polygon(ring + 2).paint(size)).all()


def test_quadrilateral_of_the_worked_numbers() -> None:
    ring = np.array([(2, 2), (6, 2), (6, 5), (2, 5)], np.float64)
    for rule in (paint, paint_like_coco):
        mask = rule([ring], Size(80, 60))
        assert mask is not None
        assert (mask.x, mask.y, mask.width, mask.height, mask.area) == (2, 2, 4, 3, 12)


def test_rings_far_outside_are_cut_and_long_ones_refused() -> None:
    ring = np.array([(-2e9, -2e9), (2e9, -2e9), (2e9, 2e9), (-2e9, 2e9)])
    for rule in (paint, paint_like_coco):
        mask = rule([ring], Size(24, 18))
        assert mask is not None
        assert mask.area == 24 * 18
        turns = MOST_STEPS_PX // 24
        zigzag = np.column_stack((np.tile((0.0, 24.0), turns), np.linspace(0, 18, 2 * turns)))
        with pytest.raises(AnnotationError, match="longer than"):
            rule([zigzag], Size(24, 18))


BAD = {
    "size of another image": ({"size": [4, 3], "counts": [12]}, "the size is"),
    "no size": ({"counts": [12]}, "the size is"),
    "sum too small": ({"size": [3, 4], "counts": [1, 2]}, "fill 3 pixels"),
    "sum too large": ({"size": [3, 4], "counts": [12, 1]}, "fill 13 pixels"),
    "negative": ({"size": [3, 4], "counts": [13, -1]}, "negative"),
    "huge": ({"size": [3, 4], "counts": [10**30]}, "far too large"),
    "wraps round": ({"size": [3, 4], "counts": [2**62, 2**62, 2**62, 2**62, 12]}, "larger than"),
    "fractions": ({"size": [3, 4], "counts": [11.0, 1.0]}, "neither"),
    "nothing": ({"size": [3, 4]}, "neither"),
    "empty": ({"size": [3, 4], "counts": []}, "fill 0"),
    "empty text": ({"size": [3, 4], "counts": ""}, "fill 0"),
    "text that ends early": ({"size": [3, 4], "counts": "11141m"}, "in the middle"),
    "other characters": ({"size": [3, 4], "counts": "11 41M"}, "other characters"),
    "characters beyond ASCII": ({"size": [3, 4], "counts": "1\u00e91"}, "other characters"),
    "endless number": ({"size": [3, 4], "counts": "o" * 50 + "0"}, "too large"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_runs_are_refused(name: str) -> None:
    value, message = BAD[name]
    with pytest.raises(AnnotationError, match=message) as error:
        read_runs(value, Size(4, 3))
    assert error.value.code == "F604"
