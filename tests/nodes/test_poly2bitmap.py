from __future__ import annotations

import numpy as np

from dtl_engine.model.shapes import Mask, Point, Polygon, Rectangle, Shape
from dtl_nodes.poly2bitmap import PolygonToMask
from tests.fixtures.nodes import run, shapes_of, with_shapes


def drawn(*shapes: Shape) -> list[Shape]:
    (result,) = run(
        PolygonToMask, {"classes_mapping": {"thing": "mask"}}, with_shapes((8, 8), *shapes)
    )
    return shapes_of(result)


def test_each_object_is_a_mask_and_overlaps_stay() -> None:
    first, second = drawn(Rectangle(1, 1, 4, 3), Polygon([(0, 0), (4, 0), (0, 4)]))
    assert first == Mask.tight(np.ones((3, 4), bool), 1, 1)
    assert second == Mask.tight(np.tri(5, dtype=bool)[::-1], 0, 0)


def test_what_is_outside_vanishes() -> None:
    assert drawn(Point(9, 9), Rectangle(-5, -5, -2, 3), Point(7.5, 7.5)) == [
        Mask.tight(np.ones((1, 1), bool), 7, 7)
    ]


def test_masks_stay() -> None:
    mask = Mask.tight(np.eye(3, dtype=bool), 2, 2)
    assert mask is not None
    (same,) = drawn(mask)
    assert same is mask
