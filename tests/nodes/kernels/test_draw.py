from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)
from dtl_nodes.kernels.draw import draw_filled, draw_outline
from tests.nodes.kernels.pixels import LARGE, chain_pixels, pixels_of, slow_stroke

SMALL = Size(8, 8)


def rows_of(mask: Mask | None) -> tuple[int, int, list[str]]:
    """Return the corner of the mask and its rows as text."""
    assert mask is not None
    return mask.x, mask.y, ["".join("01"[int(v)] for v in row) for row in mask.pixels]


def bitmap(rows: Sequence[str], x: int = 0, y: int = 0) -> Mask:
    made = Mask.tight(np.array([[c == "1" for c in row] for row in rows]), x, y)
    assert made is not None
    return made


# What the reference states.


@pytest.mark.parametrize(
    ("shape", "drawn"),
    [
        (Rectangle(1, 1, 4, 3), (1, 1, ["1111"] * 3)),
        (Rectangle(5, 5, 8, 8), (5, 5, ["111"] * 3)),
        (Rectangle(1.5, 1.4, 3.5, 3.6), (1, 1, ["111"] * 4)),
        (
            Polygon([(1, 1), (6, 1), (6, 6), (1, 6)], [[(3, 3), (5, 3), (5, 5), (3, 5)]]),
            (1, 1, ["111111"] * 3 + ["111011"] + ["111111"] * 2),
        ),
        (
            Polygon([(0, 0), (4, 0), (0, 4)]),
            (0, 0, ["11111", "11110", "11100", "11000", "10000"]),
        ),
        (Polyline([(0, 0), (5, 2)]), (0, 0, ["110000", "001100", "000011"])),
        (Point(2.5, 3.5), (2, 3, ["1"])),
        (Point(2.51, 3.49), (3, 3, ["1"])),
        (bitmap(["10", "11"], 3, 2), (3, 2, ["10", "11"])),
        (bitmap(["11", "01"], 7, 7), (7, 7, ["1"])),
    ],
)
def test_examples_of_the_reference(shape: Shape, drawn: Any) -> None:
    assert rows_of(draw_filled(shape, SMALL)) == drawn


@pytest.mark.parametrize(
    "shape",
    [Point(7.6, 3), Point(-0.51, 3), Rectangle(8, 0, 12, 4), Rectangle(-9, -9, -1, 20),
     Polygon([(9, 1), (12, 1), (12, 5)]), Polyline([(-3, -1), (20, -1)]), bitmap(["1"], 8, 0),
     bitmap(["10", "01"], 7, -1), Keypoints((Node("a", 20, 3),))],
)  # fmt: skip
def test_nothing_inside_the_image(shape: Shape) -> None:
    assert draw_filled(shape, SMALL) is None


@pytest.mark.parametrize("coordinate", [-0.5, 0.0, 0.4, 0.5])
def test_ties_go_down(coordinate: float) -> None:
    expected = {-0.5: None, 0.0: 0, 0.4: 0, 0.5: 0}[coordinate]
    drawn = draw_filled(Point(coordinate, coordinate), SMALL)
    assert (None if drawn is None else drawn.x) == expected


def test_all_nodes_of_keypoints() -> None:
    hand = Keypoints((Node("a", 1, 2), Node("b", 6, 2), Node("c", 30, 2)))
    assert pixels_of(draw_filled(hand, SMALL)) == {(1, 2), (6, 2)}


def test_a_mask_that_was_read_is_made_tight() -> None:
    loose = Mask.lazy(2, 1, 4, 3, "", lambda _: np.eye(3, 4, 1, dtype=bool))
    assert rows_of(draw_filled(loose, SMALL)) == (3, 1, ["100", "010", "001"])
    empty = Mask.lazy(2, 1, 4, 3, "", lambda _: np.zeros((3, 4), bool))
    assert draw_filled(empty, SMALL) is None


def test_a_mask_inside_stays_the_same_object() -> None:
    mask = bitmap(["101"], 1, 1)
    assert draw_filled(mask, SMALL) is mask


@pytest.mark.parametrize("width", [1, 3, 7])
def test_outlines_of_areas_are_closed(width: int) -> None:
    ring, hole = [(5, 4), (20, 6), (17, 22)], [(12, 9), (16, 9), (16, 13)]
    closed = [[*each, each[0]] for each in (ring, hole)]
    drawn = draw_outline(Polygon(ring, [hole]), LARGE, width)
    if width == 1:
        expected = set.union(*map(chain_pixels, closed))
    else:
        expected = set.union(*(slow_stroke(chain, width, LARGE) for chain in closed))
    assert pixels_of(drawn) == expected
    box = [(3, 2), (3, 9), (12, 9), (12, 2), (3, 2)]
    drawn = draw_outline(Rectangle(3, 2, 12, 9), LARGE, width)
    expected = chain_pixels(box) if width == 1 else slow_stroke(box, width, LARGE)
    assert pixels_of(drawn) == expected


def test_outline_of_a_mask_is_that_of_its_pieces_and_holes() -> None:
    rows = ["11111001", "11111000", "11011000", "11111000", "11111000"]
    drawn = draw_outline(bitmap(rows, 3, 2), LARGE, 1)
    assert rows_of(drawn) == (3, 2, ["11111001", "10101000", "11011000", "10101000", "11111000"])
    wide = draw_outline(bitmap(["1"], 3, 2), LARGE, 3)
    assert rows_of(wide) == (2, 1, ["111"] * 3)


@pytest.mark.parametrize(
    ("width", "rows"), [(1, 1), (2, 3), (3, 3), (4, 5), (5, 5), (6, 7), (7, 7)]
)
def test_width_of_upright_and_level_strokes(width: int, rows: int) -> None:
    level = draw_outline(Polyline([(10, 15), (30, 15)]), LARGE, width)
    upright = draw_outline(Polyline([(15, 10), (15, 20)]), LARGE, width)
    assert level is not None and upright is not None
    assert level.pixels.sum(axis=0)[10] == level.height == rows
    assert upright.pixels.sum(axis=1)[5] == upright.width == rows


@pytest.mark.parametrize(("width", "radius"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_points_become_discs(width: int, radius: int) -> None:
    expected = slow_stroke([(10, 9), (10, 9)], 2 * radius, LARGE)
    assert pixels_of(draw_outline(Point(10.5, 9.2), LARGE, width)) == expected
    hand = Keypoints((Node("a", 10, 9), Node("b", 200, 9)))
    assert pixels_of(draw_outline(hand, LARGE, width)) == expected


def test_a_disc_reaches_into_the_image() -> None:
    assert pixels_of(draw_outline(Point(-2, 4), SMALL, 5)) == {(0, 2), (0, 3), (0, 4), (0, 5),
                                                               (0, 6), (1, 4)}  # fmt: skip
    assert draw_outline(Point(-4, 4), SMALL, 5) is None


FAR = 2.0**31


def test_enormous_coordinates() -> None:
    assert rows_of(draw_filled(Rectangle(-FAR, 2, FAR, FAR), SMALL)) == (0, 2, ["1" * 8] * 6)
    covered = Polygon([(-FAR, -FAR), (FAR, -FAR), (FAR, FAR), (-FAR, FAR)])
    assert pixels_of(draw_filled(covered, SMALL)) == {(x, y) for x in range(8) for y in range(8)}
    for width in (1, 2, 3):
        assert draw_outline(covered, SMALL, width) is None
        drawn = pixels_of(draw_outline(Polyline([(-FAR, -FAR), (FAR, FAR)]), SMALL, width))
        assert {(x, x) for x in range(8)} <= drawn
        assert all(abs(x - y) <= width for x, y in drawn)
    assert draw_filled(Point(FAR, -FAR), SMALL) is None
    slope = Polygon([(-FAR, -FAR), (FAR, FAR), (-FAR, FAR)])
    drawn = pixels_of(draw_filled(slope, SMALL))
    assert {(x, y) for x in range(8) for y in range(x, 8)} <= drawn
    assert all(x <= y + 1 for x, y in drawn)


def test_an_enormous_width_covers_everything() -> None:
    for width in (32766, 10**6, 10**6 + 1):
        drawn = draw_outline(Polyline([(1, 1), (5, 3)]), SMALL, width)
        assert pixels_of(drawn) == {(x, y) for x in range(8) for y in range(8)}


def test_an_image_of_one_pixel() -> None:
    one = Size(1, 1)
    for shape in (Point(0.5, 0.5), Rectangle(0, 0, 1, 1), Polyline([(-3, 0), (3, 0)]),
                  Polygon([(-5, -5), (5, -5), (5, 5), (-5, 5)])):  # fmt: skip
        assert rows_of(draw_filled(shape, one)) == (0, 0, ["1"])
