from __future__ import annotations

import pickle

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import BBox, Size, Window
from dtl_engine.model.shapes import Polygon

SIZE = Size(10, 8)
RIGHT_OF_4 = Window(4, 0, 10, 8)
HOLED = Polygon([(0, 0), (8, 0), (8, 6), (0, 6)], [[(2, 2), (6, 2), (6, 4), (2, 4)]])
BOW_TIE = Polygon([(0, 0), (8, 8), (8, 0), (0, 8)])


def cycle(points: object) -> list[tuple[float, float]]:
    """A ring as a list that starts at its least vertex and runs to the lesser neighbour."""
    ring = [tuple(point) for point in np.asarray(points).tolist()]
    start = ring.index(min(ring))
    turned = ring[start:] + ring[:start]
    return min(turned, [turned[0], *reversed(turned[1:])])


def test_golden_crop_opens_a_hole_into_a_notch() -> None:
    (piece,) = HOLED.crop(RIGHT_OF_4)
    notch = [(0, 0), (4, 0), (4, 6), (0, 6), (0, 4), (2, 4), (2, 2), (0, 2)]
    assert cycle(piece.exterior) == cycle(notch)
    assert piece.holes == ()
    assert piece.bbox == BBox(0, 0, 4, 6)


def test_golden_crop_into_two() -> None:
    c_shape = [(0, 0), (10, 0), (10, 2), (2, 2), (2, 4), (10, 4), (10, 6), (0, 6)]
    pieces = Polygon(c_shape).crop(RIGHT_OF_4)
    assert [cycle(piece.exterior) for piece in pieces] == [
        [(0, 0), (0, 2), (6, 2), (6, 0)],
        [(0, 4), (0, 6), (6, 6), (6, 4)],
    ]


def test_flip() -> None:
    mirrored = HOLED.mirror("vertical", SIZE)
    assert mirrored == Polygon(
        [(10, 0), (2, 0), (2, 6), (10, 6)], [[(8, 2), (4, 2), (4, 4), (8, 4)]]
    )
    assert mirrored.bbox == BBox(2, 0, 10, 6)
    assert HOLED.mirror("horizontal", SIZE).bbox == BBox(0, 2, 8, 8)


def test_holes_stay_holes() -> None:
    (piece,) = HOLED.crop(Window(1, 0, 10, 8))
    assert [cycle(hole) for hole in piece.holes] == [[(1, 2), (1, 4), (5, 4), (5, 2)]]


def test_a_hole_that_leaves_the_polygon_only_takes_away() -> None:
    square, hole = [(1, 1), (5, 1), (5, 5), (1, 5)], [(3, 3), (8, 3), (8, 8), (3, 8)]
    polygon = Polygon(square, [hole])
    assert polygon.paint(SIZE).sum() == 12
    (piece,) = polygon.crop(Window(0, 0, 4, 4))
    assert piece.area == pytest.approx(8)


def test_polygons_may_leave_the_image() -> None:
    outside = Polygon([(-2, -2), (30, -2), (30, 30), (-2, 30)])
    assert outside.normalize(SIZE) == (outside,)


def test_both_lobes_of_a_bow_tie_survive() -> None:
    pieces = BOW_TIE.crop(Window(0, 1, 8, 8))
    assert sum(piece.area for piece in pieces) == pytest.approx(32 - 2 * 0.5)
    assert len(pieces) == 2


def test_an_edge_traced_twice_counts_twice() -> None:
    two_squares = [(0, 0), (3, 0), (3, 4), (6, 4), (6, 0), (3, 0), (3, 4), (0, 4)]
    pieces = Polygon(two_squares).crop(Window(0, 1, 6, 4))
    assert [piece.area for piece in pieces] == [18]


def test_a_doubly_wound_core_is_outside() -> None:
    twice = [(0, 0), (6, 0), (6, 6), (1, 6), (1, 1), (5, 1), (5, 5), (0, 5)]
    polygon = Polygon(twice)
    pieces = polygon.crop(Window(0, 0, 10, 4))
    union = np.logical_or.reduce([piece.paint(Size(10, 4)) for piece in pieces])
    assert (union == polygon.paint(Size(10, 8))[:4]).all()
    assert not union[2, 3]


@pytest.mark.parametrize(
    "points", [[(0, 0), (9, 9), (0, 0)], [(0, 0), (9, 9), (3, 3)], [(0, 0), (9, 0), (4, 0)]]
)
def test_pieces_without_area_are_dropped(points: list[tuple[float, float]]) -> None:
    assert Polygon(points).crop(Window(0, 0, 5, 5)) == ()


@pytest.mark.parametrize("degrees", range(4, 180, 16))
def test_a_polygon_that_runs_back_along_its_edge_is_cut_after_a_turn(degrees: int) -> None:
    # A rectangle with a spike: turned, the two stretches of the spike miss each other by a hair.
    spiked = Polygon([(2, 2), (30, 2), (30, 26), (30, 20), (2, 20)])
    turn = Affine.rotation(Size(40, 30), degrees)
    (turned,) = spiked.transform(turn)
    width, height = turn.target
    for x in range(1, width, 5):
        for y in range(1, height, 5):
            corners = ((0, 0), (x, 0), (0, y), (x, y))
            windows = [(u, v, x if u < x else width, y if v < y else height) for u, v in corners]
            pieces = [piece for window in windows for piece in turned.clip(window)]
            assert sum(piece.area for piece in pieces) == pytest.approx(28 * 18)


@pytest.mark.parametrize("window", [(0, 8, 20, 15), (0, 16, 80, 44), (20, 5, 40, 20)])
def test_a_flat_polygon_that_was_stretched_has_no_piece(window: tuple[int, int, int, int]) -> None:
    stretch = Affine.scaling(Size(40, 30), Size(90, 31))
    (stretched,) = Polygon([(5, 5), (15, 15), (25, 25)]).transform(stretch)
    assert stretched.clip(window) == ()


def test_a_hair_through_the_window_is_not_the_whole_window() -> None:
    hair = [
        (6.0, 7.0),
        (7.029827858232745, 5.897812110323941),
        (1.8806885670690687, 11.408751558704207),
    ]
    assert Polygon([*hair, (1.0, 11.0)]).clip((7, 2, 9, 9)) == ()


def test_touching_the_window_is_not_enough() -> None:
    square = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)])
    assert square.crop(RIGHT_OF_4) == ()
    assert square.crop(Window(4, 4, 8, 8)) == ()


def test_inside_the_window_it_is_the_same_object() -> None:
    assert HOLED.normalize(SIZE)[0] is HOLED
    assert BOW_TIE.normalize(SIZE)[0] is BOW_TIE
    assert HOLED.shift(0, 0) is HOLED


def test_area_is_that_of_the_outer_ring() -> None:
    assert HOLED.area == 48
    assert HOLED.mirror("vertical", SIZE).area == 48


def test_bounds_include_the_holes() -> None:
    assert Polygon([(1, 1), (2, 1), (2, 2)], [[(0, 0), (5, 0), (0, 7)]]).bbox == BBox(0, 0, 5, 7)


def test_paint_is_decided_by_the_centres() -> None:
    expected = np.zeros((8, 10), bool)
    expected[:6, :8] = True
    expected[2:4, 2:6] = False
    assert (HOLED.paint(SIZE) == expected).all()


def test_a_border_through_centres_belongs_to_the_polygon_on_all_sides() -> None:
    square = Polygon([(1.5, 1.5), (3.5, 1.5), (3.5, 3.5), (1.5, 3.5)])
    expected = np.zeros((5, 5), bool)
    expected[1:4, 1:4] = True
    assert (square.paint(Size(5, 5)) == expected).all()
    triangle = Polygon([(0, 0), (5, 0), (0, 5)])
    assert (triangle.paint(Size(5, 5)) == np.tri(5, dtype=bool)[::-1]).all()


@pytest.mark.parametrize("tiny", [5e-324, 1e-310, 1e-200])
def test_edges_of_hardly_any_height(tiny: float) -> None:
    polygon = Polygon([(0, 0), (20, tiny), (20, 4), (0, 4 + tiny)])
    assert polygon.paint(SIZE).sum() == 40
    (piece,) = polygon.clip((0, 0, *SIZE))
    assert piece.area == pytest.approx(40)


def test_paint_outside_the_picture_is_empty() -> None:
    assert not HOLED.shift(100, 0).paint(SIZE).any()
    assert not HOLED.shift(0, -100).paint(SIZE).any()


@pytest.mark.parametrize(
    ("exterior", "holes"),
    [
        ([], []),
        ([(0, 0), (1, 1)], []),
        ([(0, 0), (1, 1), (float("inf"), 0)], []),
        ([(0, 0), (4, 0), (4, 4)], [[(1, 1), (2, 2)]]),
    ],
)
def test_bad_rings_are_refused(
    exterior: list[tuple[float, float]], holes: list[list[tuple[float, float]]]
) -> None:
    with pytest.raises(AnnotationError) as caught:
        Polygon(exterior, holes)
    assert caught.value.code == "F604"


def test_it_is_a_value() -> None:
    same = Polygon(HOLED.exterior.copy(), [hole.copy() for hole in HOLED.holes])
    assert same == HOLED
    assert hash(same) == hash(HOLED)
    assert Polygon(HOLED.exterior) != HOLED
    assert HOLED != "polygon"
    for polygon in (HOLED, HOLED.shift(3, 4), *HOLED.crop(Window(1, 0, 10, 8))):
        copy = pickle.loads(pickle.dumps(polygon))
        assert copy == polygon
        assert copy.bbox == polygon.bbox
        assert all(not ring.flags.writeable for ring in (*copy.rings, *polygon.rings))
