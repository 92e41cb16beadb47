from __future__ import annotations

import pickle

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import BBox, Size, Window
from dtl_engine.model.shapes import Point

SIZE = Size(10, 8)


def test_golden_normalize() -> None:
    assert Point(-1, 0).normalize(SIZE) == ()
    corner = Point(10, 8)
    assert corner.normalize(SIZE)[0] is corner


@pytest.mark.parametrize(
    ("point", "expected"),
    [(Point(3, 2), ()), (Point(4, 2), (Point(0, 2),)), (Point(10, 8), (Point(6, 8),))],
)
def test_golden_crop(point: Point, expected: tuple[Point, ...]) -> None:
    assert point.crop(Window(4, 0, 10, 8)) == expected


def test_golden_flip() -> None:
    assert Point(3, 2).mirror("vertical", SIZE) == Point(7, 2)
    assert Point(3, 2).mirror("horizontal", SIZE) == Point(3, 6)


def test_box_and_area() -> None:
    assert Point(3, 2.5).bbox == BBox(3, 2.5, 3, 2.5)
    assert Point(3, 2.5).area == 0


@pytest.mark.parametrize(
    ("point", "pixels"),
    [
        (Point(1.5, 1.25), [(1, 1)]),
        (Point(2, 1.5), [(1, 1), (1, 2)]),
        (Point(2, 2), [(1, 1), (1, 2), (2, 1), (2, 2)]),
        (Point(0, 0), [(0, 0)]),
        (Point(4, 4), [(3, 3)]),
        (Point(4.25, 1), []),
        (Point(-0.25, 1), []),
    ],
)
def test_paint_sets_every_square_that_holds_the_point(
    point: Point, pixels: list[tuple[int, int]]
) -> None:
    assert [tuple(index) for index in np.argwhere(point.paint(Size(4, 4)))] == pixels


@pytest.mark.parametrize("x", [float("nan"), float("inf"), 1e300, "a", None, 10**400])
def test_bad_coordinates_are_refused(x: float) -> None:
    with pytest.raises(AnnotationError) as caught:
        Point(x, 0)
    assert caught.value.code == "F604"


def test_it_is_a_value() -> None:
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)
    assert len({Point(1, 2), Point(1.0, 2.0), Point(2, 1)}) == 2
