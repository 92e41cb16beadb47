"""Overlaps of objects, and who is matched with whom."""

from __future__ import annotations

import numpy as np
import pytest

from dtl_engine.sdk import Mask, Point, Polygon, Rectangle, Shape, Size
from dtl_nodes.models.evaluation.matching import Matching, match, object_iou
from dtl_nodes.models.evaluation.scene import Found
from tests.nodes.models.evaluation.drawn import block, box, picture, scene, schema, task

SIZE = Size(20, 10)


def iou(one: Shape, other: Shape) -> float:
    found = object_iou(Found(0, one, SIZE), Found(0, other, SIZE))
    assert found == object_iou(Found(0, other, SIZE), Found(0, one, SIZE))
    return found


def solid(x0: int, y0: int, x1: int, y1: int) -> Mask:
    mask = Mask.tight(np.ones((y1 - y0, x1 - x0), bool), x0, y0)
    assert mask is not None
    return mask


def test_rectangles_are_compared_by_their_edges() -> None:
    assert iou(Rectangle(0, 0, 1.5, 1), Rectangle(0.5, 0, 2, 1)) == pytest.approx(0.5)
    assert iou(Rectangle(0, 0, 1, 1), Rectangle(1, 0, 2, 1)) == 0
    assert iou(Rectangle(3, 3, 3, 3), Rectangle(3, 3, 3, 3)) == 0


def test_all_else_is_compared_by_pixels_with_holes() -> None:
    ring = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]])
    assert iou(ring, Rectangle(0, 0, 4, 4)) == 12 / 16
    assert iou(ring, solid(1, 1, 3, 3)) == 0
    assert iou(solid(0, 0, 4, 2), solid(2, 0, 6, 2)) == 4 / 12
    assert iou(Point(4.5, 4.5), solid(4, 4, 5, 5)) == 1


def test_what_lies_outside_of_the_image_is_not_there() -> None:
    far = Polygon([(10, 0), (2.0**31, 0), (2.0**31, 10), (10, 10)])
    assert iou(far, solid(10, 0, 20, 10)) == 1
    assert iou(Polygon([(-9, -9), (-5, -9), (-5, -5)]), solid(0, 0, 2, 2)) == 0


def test_the_largest_overlap_is_taken_first() -> None:
    ious = np.array([[0.6, 0.9], [0.5, 0.8]])
    assert [(m.truth, m.predicted) for m in match(ious, 0.5)] == [(0, 1), (1, 0)]
    assert [(m.truth, m.predicted) for m in match(ious, 0.6)] == [(0, 1)]
    assert match(np.zeros((2, 0)), 0.5) == ()


def test_of_equal_overlaps_the_first_is_taken() -> None:
    ious = np.full((2, 2), 0.7)
    assert [(m.truth, m.predicted) for m in match(ious, 0.7)] == [(0, 0), (1, 1)]


def test_matches_inside_classes_and_across() -> None:
    sample = picture(
        box("a", 0, 0, 4, 4), box("b", 10, 0, 14, 4),
        box("b_m", 0, 0, 4, 4), box("b_m", 10, 0, 14, 5), box("a_m", 0, 0, 4, 3),
    )  # fmt: skip
    made = Matching(scene(task(schema("rectangle")), sample), 0.5)
    assert [(m.truth, m.predicted) for m in made.across] == [(0, 0), (1, 1)]
    assert [(m.truth, m.predicted, m.iou) for m in made.inside] == [(1, 1, 0.8), (0, 2, 0.75)]
    assert made.unmatched(made.across, 3) == (2,)


def test_predictions_on_crowds_and_neutral_ground_are_no_mistakes() -> None:
    here = schema("bitmap", "a", "b", "a_m", "b_m", "neutral")
    crowd = box("a", 0, 0, 10, 10, tag="iscrowd")
    sample = picture(
        crowd, block("neutral", 15, 0, 20, 10),
        block("a_m", 0, 0, 2, 2), block("b_m", 0, 0, 2, 2), block("b_m", 14, 0, 16, 2),
        block("b_m", 12, 0, 16, 2),
    )  # fmt: skip
    made = Matching(scene(task(here), sample), 0.5)
    assert made.ignored == {0, 2}
    assert made.unmatched(made.inside, 4) == (1, 3)
