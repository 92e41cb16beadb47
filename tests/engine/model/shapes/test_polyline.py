from __future__ import annotations

import pickle
from collections.abc import Sequence

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import BBox, Size, Window
from dtl_engine.model.shapes import Polyline

SIZE = Size(10, 8)


def crop(points: Sequence[tuple[float, float]], window: Window) -> list[list[list[float]]]:
    return [piece.points.tolist() for piece in Polyline(points).crop(window)]


def test_golden_normalize() -> None:
    assert Polyline([(-5, 4), (20, 4)]).normalize(SIZE) == (Polyline([(0, 4), (10, 4)]),)


def test_golden_crop() -> None:
    assert crop([(0, 3), (9, 3)], Window(4, 0, 10, 8)) == [[[0, 3], [5, 3]]]


def test_golden_crop_into_two() -> None:
    pieces = crop([(0, 1), (9, 1), (9, 5), (0, 5)], Window(4, 0, 6, 8))
    assert pieces == [[[0, 1], [2, 1]], [[2, 5], [0, 5]]]


def test_flip() -> None:
    line = Polyline([(0, 1), (9, 3)])
    assert line.mirror("vertical", SIZE) == Polyline([(10, 1), (1, 3)])
    assert line.mirror("horizontal", SIZE) == Polyline([(0, 7), (9, 5)])
    assert line.mirror("vertical", SIZE).bbox == BBox(1, 1, 10, 3)


def test_touch_in_a_point_is_dropped_and_border_segments_stay() -> None:
    assert crop([(0, 4), (4, 0), (8, 4)], Window(2, 0, 6, 0)) == []
    assert crop([(0, 4), (4, 8), (0, 12)], Window(4, 0, 8, 16)) == []
    assert crop([(4, -3), (4, 20)], Window(4, 0, 8, 8)) == [[[0, 0], [0, 8]]]
    assert crop([(0, 0), (4, 4), (4, 6), (0, 9)], Window(4, 0, 8, 8)) == [[[0, 4], [0, 6]]]


def test_pieces_that_touch_end_to_end_are_joined() -> None:
    spike = [(0, 2), (4, 2), (9, 2), (4, 2), (0, 6)]
    assert crop(spike, Window(0, 0, 4, 8)) == [[[0, 2], [4, 2], [0, 6]]]
    ring = [(2, 2), (9, 2), (9, 6), (2, 6), (2, 2)]
    assert crop(ring, Window(0, 0, 5, 8)) == [[[5, 6], [2, 6], [2, 2], [5, 2]]]


@pytest.mark.parametrize("tiny", [5e-324, 1e-310, 1e-200])
def test_segments_that_hardly_slope(tiny: float) -> None:
    (piece,) = Polyline([(-5, 0), (20, tiny)]).normalize(SIZE)
    assert piece.bbox[::2] == (0, 10)
    assert Polyline([(-5, 0), (20, tiny)]).paint(SIZE)[0].all()


def test_repeated_points_do_not_break_a_chain() -> None:
    assert crop([(1, 1), (3, 1), (3, 1), (9, 1)], Window(0, 0, 5, 8)) == [[[1, 1], [3, 1], [5, 1]]]
    assert crop([(1, 1), (1, 1), (9, 1), (9, 1)], Window(5, 0, 10, 8)) == [[[0, 1], [4, 1]]]


@pytest.mark.parametrize("hair", [-2.7e-17, -1e-15])
def test_a_vertex_outside_by_a_hair_neither_stays_there_nor_breaks_the_chain(hair: float) -> None:
    (piece,) = Polyline([(3.7, 0.4), (hair, 0.9), (3, 2)]).clip((0, 0, 7, 3))
    assert piece.points == pytest.approx(np.array([(3.7, 0.4), (0, 0.9), (3, 2)]))
    assert piece.points[1, 0] == 0


def test_inside_the_window_it_is_the_same_object() -> None:
    line = Polyline([(0, 0), (10, 8), (10, 8)])
    assert line.normalize(SIZE)[0] is line
    assert line.shift(0, 0) is line


def test_clipped_bounds_are_those_of_the_points() -> None:
    (piece,) = Polyline([(-3, -1), (7, 9)]).crop(Window(1, 0, 5, 20))
    assert piece.points.tolist() == [[0, 3], [4, 7]]
    assert piece.bbox == BBox(0, 3, 4, 7)


def test_paint_sets_pixels_the_chain_runs_through() -> None:
    picture = Polyline([(0.5, 0.5), (2.5, 2.5)]).paint(Size(4, 4))
    assert np.argwhere(picture).tolist() == [[0, 0], [1, 1], [2, 2]]
    along_the_grid = Polyline([(1, 2), (3, 2)]).paint(Size(4, 4))
    assert np.argwhere(along_the_grid).tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert not Polyline([(1.5, 1.5), (1.5, 1.5)]).paint(Size(4, 4)).any()


@pytest.mark.parametrize(
    "points",
    [[], [(1, 1)], [(1, 2, 3), (1, 2, 3)], [1, 2], [(0, 0), (float("nan"), 1)], 7, [[1], 2]],
)
def test_bad_points_are_refused(points: object) -> None:
    with pytest.raises(AnnotationError) as caught:
        Polyline(points)  # type: ignore[arg-type]
    assert caught.value.code == "F604"


def test_it_is_a_value() -> None:
    source = np.array([(-0.0, 1), (2, 3)])
    line = Polyline(source)
    source[0] = 9
    assert line == Polyline([(0, 1), (2, 3)])
    assert hash(line) == hash(Polyline([(0, 1), (2, 3)]))
    assert line != Polyline([(0, 1), (2, 3), (4, 5)])
    assert line != "line"
    for other in (line, line.shift(1, 2), line.mirror("vertical", SIZE)):
        copy = pickle.loads(pickle.dumps(other))
        assert copy == other
        assert copy.bbox == other.bbox
        assert not copy.points.flags.writeable
        assert not other.points.flags.writeable
