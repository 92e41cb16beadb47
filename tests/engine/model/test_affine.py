"""Affine maps: exact entries, exactly undone, put one after another."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.model.affine import Affine, turned_size
from dtl_engine.model.geometry import BBox, Size, Window

SIZES = st.builds(Size, st.integers(1, 5000), st.integers(1, 5000))
ANGLES = st.one_of(st.floats(-720, 720), st.integers(-8, 8).map(lambda n: n * 90.0))


def identity(size: Size) -> Affine:
    return Affine(size, size, (1, 0, 0), (0, 1, 0))


@st.composite
def maps(draw: st.DrawFn) -> Affine:
    size = draw(SIZES)
    match draw(st.sampled_from(("scaling", "rotation", "cutting"))):
        case "scaling":
            return Affine.scaling(size, draw(SIZES), corner=draw(st.sampled_from(((0, 0), (3, 1)))))
        case "rotation":
            return Affine.rotation(size, draw(ANGLES))
        case _:
            return Affine.cutting(size, Window(-3, 4, 40, 90))


@given(maps())
def test_the_inverse_undoes_a_map_exactly(affine: Affine) -> None:
    assert affine.then(affine.inverse) == identity(affine.source)
    assert affine.inverse.then(affine) == identity(affine.target)
    assert affine.inverse.inverse == affine


@given(SIZES, SIZES)
def test_scaling_keeps_the_corners_to_the_bit(source: Size, target: Size) -> None:
    affine = Affine.scaling(source, target)
    assert affine.point(0, 0) == (0, 0)
    assert affine.point(*source) == tuple(target)
    assert affine.inverse.point(*target) == tuple(source)


@given(SIZES, SIZES, SIZES)
def test_scaling_twice_is_scaling_once(a: Size, b: Size, c: Size) -> None:
    assert Affine.scaling(a, b).then(Affine.scaling(b, c)) == Affine.scaling(a, c)


def test_scaling_into_a_part() -> None:
    affine = Affine.scaling(Size(7, 5), Size(20, 20), (Fraction(20, 7), Fraction(20, 7)), (0, 3))
    assert affine.point(7, 0) == (20, 3)
    assert affine.bbox(BBox(0, 0, 7, 5)) == BBox(0, 3, 20, 3 + 100 / 7)


@pytest.mark.parametrize(
    ("degrees", "x_row", "y_row"),
    [(0, (1, 0, 0), (0, 1, 0)), (90, (0, 1, 0), (-1, 0, 10)), (180, (-1, 0, 10), (0, -1, 8)),
     (270, (0, -1, 8), (1, 0, 0)), (-90, (0, -1, 8), (1, 0, 0)), (450, (0, 1, 0), (-1, 0, 10))],
)  # fmt: skip
def test_quarter_turns_have_exact_entries(
    degrees: float, x_row: tuple[int, int, int], y_row: tuple[int, int, int]
) -> None:
    affine = Affine.rotation(Size(10, 8), degrees)
    assert (affine.x_row, affine.y_row, affine.denominator) == (x_row, y_row, 1)
    assert affine.is_upright


@pytest.mark.parametrize(
    ("size", "degrees", "turned"),
    [((10, 8), 90, (8, 10)), ((10, 8), 180, (10, 8)), ((10, 8), 30, (13, 12)),
     ((100, 60), 30, (117, 102)), ((100, 60), 45, (114, 114)), ((200, 50), 5, (204, 68)),
     ((1, 1), 45, (2, 2)), ((10, 8), -1080, (10, 8))],
)  # fmt: skip
def test_canvas(size: tuple[int, int], degrees: float, turned: tuple[int, int]) -> None:
    assert turned_size(Size(*size), degrees) == turned


def test_turning_by_30_degrees() -> None:
    affine = Affine.rotation(Size(10, 8), 30)
    assert affine.point(5, 4) == (6.5, 6)
    assert affine.bbox(BBox(1, 1, 4, 3)) == pytest.approx((1.536, 3.902, 5.134, 7.134), abs=1e-3)
    assert not affine.is_upright


@given(SIZES, st.floats(-720, 720), st.floats(0, 1), st.floats(0, 1))
def test_turning_keeps_lengths_and_stays_in_the_canvas(
    size: Size, degrees: float, across: float, down: float
) -> None:
    affine = Affine.rotation(size, degrees)
    x, y = across * size.width, down * size.height
    new_x, new_y = affine.point(x, y)
    before = math.hypot(x - size.width / 2, y - size.height / 2)
    after = math.hypot(new_x - affine.target.width / 2, new_y - affine.target.height / 2)
    assert after == pytest.approx(before, abs=1e-9)
    assert -1e-5 <= new_x <= affine.target.width + 1e-5
    assert -1e-5 <= new_y <= affine.target.height + 1e-5


@given(maps(), st.lists(st.tuples(st.floats(-9, 9999), st.floats(-9, 9999)), min_size=1))
def test_points_move_alike_one_by_one_and_together(
    affine: Affine, points: list[tuple[float, float]]
) -> None:
    moved = affine.points(np.array(points))
    assert moved.shape == (len(points), 2)
    assert [tuple(point) for point in moved.tolist()] == [affine.point(*p) for p in points]
    homogeneous = np.column_stack((np.array(points), np.ones(len(points))))
    assert np.allclose(homogeneous @ affine.matrix.T, moved, atol=1e-6)


def test_maps_of_other_images_do_not_follow() -> None:
    with pytest.raises(ValueError, match="followed by one from"):
        Affine.rotation(Size(10, 8), 90).then(Affine.rotation(Size(10, 8), 90))


def test_map_that_cannot_be_undone() -> None:
    with pytest.raises(ValueError, match="cannot be undone"):
        Affine(Size(2, 2), Size(2, 2), (1, 0, 0), (2, 0, 0))


def test_masks_may_have_a_map_of_their_own() -> None:
    points = Affine.scaling(Size(10, 7), Size(5, 4), (Fraction(1, 2), Fraction(1, 2)))
    masks = Affine.scaling(Size(10, 7), Size(5, 4))
    assert points.of_masks is points
    both = points.with_masks(masks)
    assert both.of_masks == masks
    assert both.inverse.of_masks == masks.inverse
    cut = Affine.cutting(Size(5, 4), Window(1, 0, 5, 4))
    assert both.then(cut).of_masks == masks.then(cut)
    assert masks.with_masks(masks) == masks


@given(maps())
def test_maps_are_values(affine: Affine) -> None:
    _ = affine.inverse, affine.matrix
    copy = pickle.loads(pickle.dumps(affine))
    assert (copy, hash(copy)) == (affine, hash(affine))
    assert not affine.matrix.flags.writeable
