from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Mask, Point, Polygon, Polyline, Rectangle, Shape
from dtl_engine.node.count import Count
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample, sample_schema
from dtl_nodes.instances_crop import InstancesCrop
from dtl_nodes.resize_annotation import ResizeAnnotation
from tests.fixtures.nodes import infer, make, refuses, run, shapes_of


def picking(*classes: str, save: tuple[str, ...] = (), **sides: str) -> dict[str, Any]:
    return {"classes": list(classes), "save_classes": list(save), "pad": {"sides": sides}}


def sample_with(size: tuple[int, int], *objects: tuple[str, Shape]) -> Sample:
    return make_sample(*size, [Instance(label, shape) for label, shape in objects])


def corner(sample: Sample) -> tuple[int, int]:
    x, y, _ = sample.image.pixels()[0, 0]
    return int(x), int(y)


BOX = Rectangle(2.4, 2.5, 8.5, 6.4)


def test_without_padding() -> None:
    settings = {"classes": ["a"], "pad": {"sides": {}}}
    (result,) = run(InstancesCrop, settings, sample_with((20, 16), ("a", BOX)))
    assert result.size == result.image.size == (7, 3)
    assert corner(result) == (2, 3)
    (box,) = shapes_of(result)
    assert box.bbox == pytest.approx((0.4, 0, 6.5, 3))


def test_padding_ends_at_the_border_of_the_image() -> None:
    settings = picking("a", left="50%", right="50%", top="2px", bottom="100px")
    (result,) = run(InstancesCrop, settings, sample_with((20, 16), ("a", BOX)))
    assert result.size == (12, 15)
    assert corner(result) == (0, 1)
    (box,) = shapes_of(result)
    assert box.bbox == pytest.approx((2.4, 1.5, 8.5, 5.4))


def test_percent_is_of_the_box_and_cut_toward_zero() -> None:
    settings = picking("a", left="33%", bottom="33%")
    (result,) = run(InstancesCrop, settings, sample_with((20, 16), ("a", Rectangle(9, 2, 17, 7))))
    assert corner(result) == (7, 2)
    assert result.size == (10, 6)


def test_one_image_per_object_with_the_saved_classes_around() -> None:
    sample = sample_with(
        (20, 16),
        ("s", Rectangle(0, 0, 20, 16)),
        ("a", Rectangle(1, 1, 5, 5)),
        ("a", Rectangle(2, 2, 9, 9)),
        ("o", Rectangle(0, 0, 9, 9)),
        ("s", Point(3, 3)),
        ("b", Rectangle(10, 10, 12, 12)),
    )
    results = run(InstancesCrop, picking("b", "a", save=("s",)), sample)
    assert [[instance.label for instance in each.instances] for each in results] == [
        ["s", "a", "s"],
        ["s", "a", "s"],
        ["s", "b"],
    ]
    assert [corner(each) for each in results] == [(1, 1), (2, 2), (10, 10)]
    assert shapes_of(results[0]) == [
        Rectangle(0, 0, 4, 4),
        Rectangle(0, 0, 4, 4),
        Point(2, 2),
    ]


def test_an_object_that_stands_there_twice_has_one_image_each() -> None:
    box = Instance("a", Rectangle(1, 1, 5, 5))
    results = run(InstancesCrop, picking("a"), make_sample(10, 8, [box, box]))
    assert [len(each.instances) for each in results] == [1, 1]


@pytest.mark.parametrize(
    "shape",
    [Point(3, 3), Polyline([(1, 2), (8, 2)]), Rectangle(3, 3, 3.2, 9), Rectangle(3, 3, 3.4, 3.4),
     Polygon([(30, 30), (40, 30), (40, 40)])],
)  # fmt: skip
def test_objects_without_a_box_in_the_image_are_skipped(shape: Shape) -> None:
    sample = sample_with((20, 16), ("a", shape))
    assert run(InstancesCrop, picking("a", left="2px", top="2px"), sample) == []


def test_margins_of_masks_do_not_count() -> None:
    pixels = np.zeros((9, 9), bool)
    pixels[3:5, 2:6] = True
    mask = Mask.lazy(1, 1, 9, 9, "never read", lambda _: pixels)
    (result,) = run(InstancesCrop, picking("a"), sample_with((20, 16), ("a", mask)))
    assert (corner(result), result.size) == ((3, 4), (4, 2))
    nothing = Mask.lazy(1, 1, 9, 9, "never read", lambda _: np.zeros((9, 9), bool))
    assert run(InstancesCrop, picking("a"), sample_with((20, 16), ("a", nothing))) == []


def test_scaled_objects_are_restored() -> None:
    sample = conformance_samples()[0]
    settings = {"width": 70, "height": 70, "aspect_ratio": {"keep": True}}
    (scaled,) = run(ResizeAnnotation, settings, sample)
    chosen = picking("box", "blob", save=("patch",))
    results = run(InstancesCrop, chosen, scaled)
    assert results
    for one, other in zip(results, run(InstancesCrop, chosen, sample), strict=True):
        assert_same_sample(one, other)


def test_only_the_named_classes_stay_declared() -> None:
    schema = infer(InstancesCrop, picking("box", "nothing", save=("dot",)), sample_schema())
    assert schema.label_names == ("dot", "box")
    assert schema.tags == sample_schema().tags


def test_classes_are_mentioned() -> None:
    node = make(InstancesCrop, picking("a", save=("b",)))
    assert node.mentioned_labels(node.settings) == {("classes", 0): "a", ("save_classes", 0): "b"}


def test_counts() -> None:
    node = make(InstancesCrop, picking("a"))
    assert str(node.infer_counts(node.settings, Count(3))[0]) == "0 or more"


@pytest.mark.parametrize(
    ("settings", "words"),
    [(picking(), "1 item"), (picking("a", "b", save=("b",)), "'b' stands in both"),
     ({"classes": ["a"]}, "pad"), ({"classes": ["a"], "pad": {}}, "sides"),
     (picking("a", left="-3px"), "12px"), (picking("a", width="3px"), "width"),
     (picking(""), "1 character"), ({"classes": "a", "pad": {"sides": {}}}, "classes")],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: str) -> None:
    refuses(InstancesCrop, settings, words)
