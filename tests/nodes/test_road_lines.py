from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Instance
from dtl_engine.model.schema import LabelSpec, SchemaError
from dtl_engine.model.shapes import Polygon, Polyline, Rectangle, Shape, ShapeKind
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.road_lines import RoadLines
from tests.fixtures.nodes import infer, refuses, run, shapes_of, with_shapes

SETTINGS = {"road_class": "thing", "road_lines_class": "edge"}
TRAPEZOID = [(40, 40), (60, 40), (90, 79), (10, 79)]
ROUND = [(4, 155), (22, 128), (66, 88), (92, 67), (103, 64), (118, 64), (132, 68), (158, 89),
         (198, 131), (213, 153)]  # fmt: skip


def edges(ring: Any, size: tuple[int, int], **settings: Any) -> list[Shape]:
    (result,) = run(RoadLines, {**SETTINGS, **settings}, with_shapes(size, Polygon(ring)))
    return shapes_of(result)[1:]


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_few_corners(turn: int, step: int) -> None:
    ring = np.roll(TRAPEZOID, turn, axis=0)[::step]
    left, right = Polyline([(40, 40), (10, 79)]), Polyline([(60, 40), (90, 79)])
    assert edges(ring, (100, 80)) == [left, right]


@pytest.mark.parametrize("turn", range(0, 10, 3))
@pytest.mark.parametrize("step", [1, -1])
def test_many_corners_end_where_the_road_bends_out_of_view(turn: int, step: int) -> None:
    ring = np.roll(ROUND, turn, axis=0)[::step]
    left, right = Polyline([(4, 155), (79, 77)]), Polyline([(145, 78), (213, 153)])
    assert edges(ring, (220, 160)) == [left, right]


def test_many_corners_never_in_view() -> None:
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.stack((50 + 40 * np.cos(angles), 90 + 9 * np.sin(angles)), axis=1)
    left, right = edges(ring, (100, 100))
    assert isinstance(left, Polyline) and isinstance(right, Polyline)
    assert left.bbox.x1 < 50 < right.bbox.x0


def test_fractions_are_cut_off() -> None:
    assert edges(np.add(TRAPEZOID, 0.75), (100, 80)) == edges(TRAPEZOID, (100, 80))


def test_holes_do_not_matter() -> None:
    road = Polygon(TRAPEZOID, [[(45, 50), (55, 50), (50, 70)]])
    (result,) = run(RoadLines, SETTINGS, with_shapes((100, 80), road))
    assert shapes_of(result)[1:] == edges(TRAPEZOID, (100, 80))


@pytest.mark.parametrize(
    ("area", "count"),
    [({"min_road_area": 31200}, 2), ({"min_road_area": 31201}, 0),
     ({"min_road_area": 19500, "road_area": "polygon"}, 2),
     ({"min_road_area": 19501, "road_area": "polygon"}, 0)],
)  # fmt: skip
def test_least_area(area: dict[str, Any], count: int) -> None:
    """The box has 80 x 39 = 3120 pixels, the road 50 x 39 = 1950; the image is 100 wide."""
    assert len(edges(TRAPEZOID, (100, 80), **area)) == count


def test_a_sliver_gives_lines() -> None:
    assert len(edges([(0, 0), (1, 0), (1, 0.75)], (1, 1))) == 2


def test_lines_follow_their_road() -> None:
    road, other = Instance("thing", Polygon(TRAPEZOID)), Instance("other", Polygon(TRAPEZOID))
    (result,) = run(RoadLines, SETTINGS, make_sample(100, 80, [road, other, road]))
    assert [x.label for x in result.instances] == [
        "thing", "edge", "edge", "other", "thing", "edge", "edge"
    ]  # fmt: skip


def test_another_shape_sets_the_image_aside() -> None:
    with pytest.raises(AnnotationError, match="road_lines works on polygon objects"):
        run(RoadLines, SETTINGS, with_shapes((9, 9), Rectangle(0, 0, 5, 5)))


def test_declares_the_lines_in_blue() -> None:
    schema = infer(RoadLines, {**SETTINGS, "road_class": "patch"}, sample_schema())
    assert schema.labels[-1] == LabelSpec("edge", ShapeKind.LINE, "#000088")
    used = {"road_class": "patch", "road_lines_class": "path"}
    assert infer(RoadLines, used, sample_schema()) == sample_schema()


@pytest.mark.parametrize(
    ("settings", "code", "at"),
    [({"road_class": "path"}, "E306", "road_class"),
     ({"road_lines_class": "box"}, "E303", "road_lines_class"),
     ({"road_lines_class": "__new__"}, "E305", "road_lines_class")],
)  # fmt: skip
def test_classes_that_do_not_fit(settings: dict[str, str], code: str, at: str) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(RoadLines, {**SETTINGS, **settings}, sample_schema())
    assert (refused.value.code, refused.value.at) == (code, (at,))


@pytest.mark.parametrize(
    "settings",
    [{}, {"road_class": "a"}, {"road_lines_class": "a"}, {**SETTINGS, "min_road_area": 0.5},
     {**SETTINGS, "min_road_area": "1px"}, {**SETTINGS, "road_area": "box"},
     {**SETTINGS, "road_class": ""}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(RoadLines, settings)
