from __future__ import annotations

import pickle

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import BBox, Size, Window
from dtl_engine.model.shapes import Rectangle, ShapeKind

SIZE = Size(10, 8)
RIGHT_OF_4 = Window(4, 0, 10, 8)


def test_corners_are_ordered_and_further_points_ignored() -> None:
    rectangle = Rectangle.from_corners([(8, 6), (2, 1), (99, 99)])
    assert rectangle == Rectangle(2, 1, 8, 6)
    assert rectangle.bbox == BBox(2, 1, 8, 6)
    assert rectangle.kind is ShapeKind.RECTANGLE
    assert all(type(edge) is float for edge in rectangle.bbox)


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(1, 1)],
        [(1, 1), (2,)],
        [(1, 1), "ab"],
        [(1, 1), (float("nan"), 2)],
        [(0, 0), (1e400, 1)],
    ],
)
def test_bad_corners_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(AnnotationError) as caught:
        Rectangle.from_corners(points)
    assert caught.value.code == "F604"


def test_edges_out_of_order_are_refused() -> None:
    with pytest.raises(AnnotationError, match="not in order"):
        Rectangle(3, 0, 2, 5)


@pytest.mark.parametrize(
    ("corners", "expected"),
    [
        ([(8, 6), (2, 1)], (Rectangle(2, 1, 8, 6),)),
        ([(-5, -5), (3, 3)], (Rectangle(0, 0, 3, 3),)),
        ([(3, 3), (3, 5)], ()),
    ],
)
def test_golden_normalize(
    corners: list[tuple[float, float]], expected: tuple[Rectangle, ...]
) -> None:
    assert Rectangle.from_corners(corners).normalize(SIZE) == expected


@pytest.mark.parametrize(
    ("rectangle", "expected"),
    [
        (Rectangle(2, 1, 6, 5), (Rectangle(0, 1, 2, 5),)),
        (Rectangle(0, 0, 4, 4), ()),
        (Rectangle(0, 0, 5, 4), (Rectangle(0, 0, 1, 4),)),
    ],
)
def test_golden_crop(rectangle: Rectangle, expected: tuple[Rectangle, ...]) -> None:
    assert rectangle.crop(RIGHT_OF_4) == expected


def test_golden_flip() -> None:
    assert Rectangle(2, 1, 6, 5).mirror("vertical", SIZE) == Rectangle(4, 1, 8, 5)
    assert Rectangle(2, 1, 6, 5).mirror("horizontal", SIZE) == Rectangle(2, 3, 6, 7)


def test_golden_crop_annotation_keeps_the_frame() -> None:
    assert Rectangle(1, 1, 6, 3).clip(RIGHT_OF_4) == (Rectangle(4, 1, 6, 3),)
    assert Rectangle(0, 0, 2, 2).clip(RIGHT_OF_4) == ()


def test_clip_keeps_fractions() -> None:
    clipped = Rectangle(0, 0, 5.5, 4.25).clip((0.5, 0.25, 9, 9))
    assert clipped == (Rectangle(0.5, 0.25, 5.5, 4.25),)


def test_inside_the_window_it_is_the_same_object() -> None:
    rectangle = Rectangle(4, 0, 10, 8)
    assert rectangle.normalize(SIZE)[0] is rectangle
    assert rectangle.shift(0, 0) is rectangle


def test_area_counts_width_times_height() -> None:
    assert Rectangle(1, 1, 3.5, 5).area == 10
    assert Rectangle(1, 1, 1, 5).area == 0


def test_paint_sets_pixels_with_their_centre_in_the_closed_rectangle() -> None:
    picture = Rectangle(0.5, 1.25, 2.5, 2.75).paint(Size(4, 4))
    expected = np.zeros((4, 4), bool)
    expected[1:3, 0:3] = True
    assert (picture == expected).all()
    assert not Rectangle(0.5, 0.5, 0.5, 3).paint(Size(4, 4)).any()


def test_it_is_a_value() -> None:
    rectangle = Rectangle(0.0, 1, 2, 3)
    assert pickle.loads(pickle.dumps(rectangle)) == rectangle
    assert hash(rectangle) == hash(Rectangle(-0.0, 1, 2, 3))
    with pytest.raises(AttributeError):
        rectangle.x0 = 3  # type: ignore[misc]
