from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.shapes import Mask, Polygon, Shape
from dtl_nodes.find_contours import FindContours
from tests.fixtures.nodes import refuses, run, shapes_of, with_shapes

TO_POLYGONS = {"classes_mapping": {"thing": "outline"}}


def bitmap(rows: list[str], x: int = 0, y: int = 0) -> Mask:
    made = Mask.tight(np.array([[c == "1" for c in row] for row in rows]), x, y)
    assert made is not None
    return made


def contours(mask: Mask, **more: Any) -> list[Shape]:
    (result,) = run(FindContours, {**TO_POLYGONS, **more}, with_shapes((30, 20), mask))
    return shapes_of(result)


def test_a_block_runs_through_pixel_centres() -> None:
    assert contours(bitmap(["1111"] * 3, 2, 3)) == [
        Polygon([(2.5, 3.5), (2.5, 5.5), (5.5, 5.5), (5.5, 3.5)])
    ]


def test_a_ring_has_a_hole() -> None:
    ring = bitmap(["11111", "10001", "10001", "10001", "11111"], 1, 1)
    octagon = [(1.5, 2.5), (2.5, 1.5), (4.5, 1.5), (5.5, 2.5), (5.5, 4.5), (4.5, 5.5), (2.5, 5.5),
               (1.5, 4.5)]  # fmt: skip
    assert contours(ring) == [Polygon([(1.5, 1.5), (1.5, 5.5), (5.5, 5.5), (5.5, 1.5)], [octagon])]


@pytest.mark.parametrize("rows", [["1"], ["11111"], ["1", "1"], ["100", "010", "001"]])
def test_pixels_and_straight_lines_vanish(rows: list[str]) -> None:
    assert contours(bitmap(rows)) == []


def test_a_bent_line_stays() -> None:
    assert len(contours(bitmap(["11", "01", "01"]))) == 1


def test_pieces_come_in_reading_order() -> None:
    rows = ["0000000011", "1100000011", "1100011000", "0000011000"]
    assert [shape.bbox[:2] for shape in contours(bitmap(rows))] == [
        (8.5, 0.5), (0.5, 1.5), (5.5, 2.5)
    ]  # fmt: skip


def test_a_piece_in_a_hole_is_a_polygon_of_its_own() -> None:
    rows = ["1111111", "1000001", "1011101", "1011101", "1000001", "1111111"]
    outer, inner = contours(bitmap(rows))
    assert isinstance(outer, Polygon) and isinstance(inner, Polygon)
    assert (len(outer.holes), len(inner.holes)) == (1, 0)
    assert inner.bbox == (2.5, 2.5, 4.5, 3.5)


def test_simplified_contours_count_pixels() -> None:
    rows = ["0011100", "1111111", "1111111", "1111111"]
    (plain,) = contours(bitmap(rows, 2, 3))
    (simple,) = contours(bitmap(rows, 2, 3), approx_epsilon=1)
    assert isinstance(plain, Polygon) and isinstance(simple, Polygon)
    assert len(simple.exterior) < len(plain.exterior)
    assert simple.bbox == (2, 3, 8, 6)
    assert set(map(tuple, simple.exterior + 0.5)) <= set(map(tuple, plain.exterior))


@pytest.mark.parametrize("epsilon", [-0.1, "1", True])
def test_refuses(epsilon: Any) -> None:
    refuses(FindContours, {**TO_POLYGONS, "approx_epsilon": epsilon}, "approx_epsilon")
