from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.model.shapes import Point, Polygon, Rectangle, ShapeKind
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.contour_sliding_box import ContourSlidingBox
from tests.fixtures.nodes import infer, refuses, run, with_shapes

BLOCK = Polygon([(10, 10), (30, 10), (30, 20), (10, 20)])
SETTINGS = {
    "classes": ["thing"],
    "box": {"width": "4px", "height": "6px"},
    "distance": "10px",
    "box_class": "window",
}


def boxes(polygon: Polygon, size: tuple[int, int] = (40, 40), **settings: Any) -> list[Rectangle]:
    (result,) = run(ContourSlidingBox, {**SETTINGS, **settings}, with_shapes(size, polygon))
    first, *others = result.instances
    assert first.shape is polygon
    assert {instance.label for instance in others} <= {"window"}
    return [x.shape for x in others if isinstance(x.shape, Rectangle)]


def centres(found: list[Rectangle]) -> list[tuple[float, float]]:
    return [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in found]


def test_the_original_adds_a_tenth_to_each_distance() -> None:
    places = [(20.1, 10), (30, 10.2), (29.7, 20), (19.6, 20), (10, 19.5)]
    assert np.allclose(centres(boxes(BLOCK)), places)


def test_exact_distance() -> None:
    places = [(20, 10), (30, 10), (30, 20), (20, 20), (10, 20)]
    found = boxes(BLOCK, exact_distance=True)
    assert centres(found) == places, "none at the start, to which the sixth step leads back"
    assert found[0] == Rectangle(18, 7, 22, 13)


def test_odd_sizes_are_kept() -> None:
    for box in boxes(BLOCK, box={"width": "5px", "height": "7px"}):
        assert (box.x1 - box.x0, box.y1 - box.y0) == (5, 7)


def test_percent() -> None:
    found = boxes(BLOCK, (80, 40), box={"width": "10%", "height": "12.5%"}, distance="25%")
    assert len(found) == 5
    assert {(box.x1 - box.x0, box.y1 - box.y0) for box in found} == {(8, 5)}


def test_boxes_stay_inside() -> None:
    whole = Polygon([(0, 0), (40, 0), (40, 30), (0, 30)])
    found = boxes(whole, (40, 30), distance="1px", box={"width": "9px", "height": "5px"})
    assert min(box.x0 for box in found) == min(box.y0 for box in found) == 0
    assert (max(box.x1 for box in found), max(box.y1 for box in found)) == (40, 30)
    assert all((box.x1 - box.x0, box.y1 - box.y0) == pytest.approx((9, 5)) for box in found)


def test_polygon_outside_the_image() -> None:
    far = Polygon([(100, 100), (130, 100), (130, 130)])
    assert set(boxes(far)) == {Rectangle(36, 34, 40, 40)}


def test_box_larger_than_the_image_gets_its_size() -> None:
    found = boxes(BLOCK, (7, 3), box={"width": "300%", "height": "4px"})
    assert set(found) == {Rectangle(0, 0, 7, 3)}


def test_lengths_are_at_least_a_pixel() -> None:
    found = boxes(BLOCK, (7, 3), box={"width": "1%", "height": "1%"}, distance="0.5%")
    assert {(box.x1 - box.x0, box.y1 - box.y0) for box in found} == {(1, 1)}
    assert len(found) == 54


def test_polygon_without_length_gets_no_box() -> None:
    assert boxes(Polygon([(5, 5)] * 3)) == []


def test_outline_too_long_for_any_image_sets_it_aside() -> None:
    with pytest.raises(AnnotationError, match="too long") as refused:
        boxes(Polygon([(0, 0), (1e9, 0), (0, 1e9)]), distance="1px")
    assert refused.value.code == "F604"


def test_boxes_follow_their_polygons() -> None:
    small = Polygon([(0, 0), (4, 0), (4, 4)])
    labels = (("thing", BLOCK), ("other", BLOCK), ("thing", small), ("thing", BLOCK))
    instances = [Instance(label, shape, (Tag("old"),)) for label, shape in labels]
    (result,) = run(ContourSlidingBox, SETTINGS, make_sample(40, 40, instances))
    five = ["window"] * 5
    assert [x.label for x in result.instances] == [
        "thing", *five, "other", "thing", "window", "thing", *five
    ]  # fmt: skip
    assert all(not x.tags for x in result.instances if x.label == "window")


def test_another_shape_sets_the_image_aside() -> None:
    with pytest.raises(AnnotationError, match="polygon objects; an object of class 'thing'"):
        run(ContourSlidingBox, SETTINGS, with_shapes((9, 9), Point(1, 1)))


def test_declares_the_boxes_in_green() -> None:
    schema = infer(ContourSlidingBox, {**SETTINGS, "classes": ["patch"]}, sample_schema())
    assert schema.labels[:-1] == sample_schema().labels
    assert schema.labels[-1] == LabelSpec("window", ShapeKind.RECTANGLE, "#00EE00")
    used = {**SETTINGS, "box_class": "box"}
    assert infer(ContourSlidingBox, used, sample_schema()) == sample_schema()


@pytest.mark.parametrize(
    ("settings", "code", "at"),
    [({"classes": ["patch", "path"]}, "E306", ("classes", 1)),
     ({"box_class": "patch"}, "E303", ("box_class",)),
     ({"box_class": "__other__"}, "E305", ("box_class",))],
)  # fmt: skip
def test_classes_that_do_not_fit(settings: dict[str, Any], code: str, at: Any) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(ContourSlidingBox, {**SETTINGS, **settings}, sample_schema())
    assert (refused.value.code, refused.value.at) == (code, at)


def test_class_of_any_shape_passes() -> None:
    schema = Schema((LabelSpec("thing", "any", "#FFFFFF"),))
    assert infer(ContourSlidingBox, SETTINGS, schema).label_names == ("thing", "window")


@pytest.mark.parametrize(
    "change",
    [{"distance": "0px"}, {"distance": "0.0%"}, {"distance": 10}, {"distance": "ten"},
     {"box": {"width": "4px"}}, {"box": {"width": "4px", "height": "0px"}},
     {"box": {"width": "4px", "height": 6}}, {"box": "4px"}, {"classes": "thing"},
     {"classes": [""]}, {"box_class": ""}, {"exact_distance": "yes"}],
)  # fmt: skip
def test_refuses(change: dict[str, Any]) -> None:
    refuses(ContourSlidingBox, {**SETTINGS, **change})


@pytest.mark.parametrize("left_out", SETTINGS)
def test_every_setting_but_the_exactness_is_needed(left_out: str) -> None:
    refuses(ContourSlidingBox, {key: SETTINGS[key] for key in SETTINGS if key != left_out})
