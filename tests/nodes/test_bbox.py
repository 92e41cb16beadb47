from __future__ import annotations

import numpy as np
import pytest

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
from dtl_nodes.bbox import BoundingBox
from tests.fixtures.nodes import run, shapes_of, with_shapes


def boxes(*shapes: Shape) -> list[Shape]:
    (result,) = run(
        BoundingBox, {"classes_mapping": {"thing": "box"}}, with_shapes((10, 10), *shapes)
    )
    return shapes_of(result)


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        (Mask.tight(np.ones((2, 3), bool), 2, 2), (2, 2, 5, 4)),
        (Mask.lazy(1, 1, 5, 4, "", lambda _: np.pad(np.ones((2, 3), bool), 1)), (2, 2, 5, 4)),
        (Polygon([(1.5, 2), (8, 3), (4, 12)]), (1.5, 2, 8, 10)),
        (Polygon([(1, 1), (5, 1), (5, 5)], [[(2, 2), (7, 2), (7, 8)]]), (1, 1, 7, 8)),
        (Polyline([(-3, 1), (4, 2.5)]), (0, 1, 4, 2.5)),
        (Rectangle(2, 3, 4.5, 5), (2, 3, 4.5, 5)),
        (Keypoints((Node("a", 1, 2), Node("b", 6, 4))), (1, 2, 6, 4)),
    ],
)
def test_boxes(shape: Shape, box: tuple[float, float, float, float]) -> None:
    assert boxes(shape) == [Rectangle(*box)]


def test_boxes_without_an_area_inside_are_dropped() -> None:
    level, upright = Polyline([(1, 5), (8, 5)]), Polyline([(5, 1), (5, 8)])
    outside, touching = Polygon([(11, 1), (15, 1), (13, 4)]), Rectangle(10, 0, 12, 4)
    empty = Mask.lazy(1, 1, 5, 4, "", lambda _: np.zeros((4, 5), bool))
    assert boxes(Point(3, 3), level, upright, outside, touching, empty) == []


def test_twice_is_once() -> None:
    once = boxes(Polygon([(1.5, 2), (8, 3), (4, 12)]))
    assert boxes(*once) == once
