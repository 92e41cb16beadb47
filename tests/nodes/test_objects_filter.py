from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Point, Polygon, Polyline, Rectangle, Shape, ShapeKind
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.objects_filter import ObjectsFilter
from tests.fixtures.masks import mask, read_mask, schema_of, thing
from tests.fixtures.nodes import infer, make, refuses, run

BOX = Rectangle(0, 0, 2, 5)
PATCH = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]])


def sizes(
    size: Any, comparator: str = "less", action: Any = "delete", *classes: str
) -> dict[str, Any]:
    return {
        "filter_by": {
            "polygon_sizes": {
                "filtering_classes": list(classes or ("thing",)),
                "area_size": size,
                "comparator": comparator,
                "action": action,
            }
        }
    }


def left(settings: dict[str, Any], *shapes: Shape) -> list[Shape]:
    """Return what is left of objects in an image of 10 x 10 pixels."""
    sample = make_sample(10, 10, [thing(shape, "thing") for shape in shapes])
    (result,) = run(ObjectsFilter, settings, sample)
    assert (result is sample) == (len(result.instances) == len(shapes))
    assert all(instance == thing(instance.shape, "thing") for instance in result.instances)
    return [instance.shape for instance in result.instances]


@pytest.mark.parametrize(
    ("size", "comparator", "stay"),
    [
        ({"percent": 10}, "less", [BOX, PATCH]),
        ({"percent": 10}, "greater", [BOX]),
        ({"percent": 16}, "greater", [BOX, PATCH]),
        ({"percent": 16.5}, "less", []),
        ({"percent": 0}, "greater", []),
        ({"pixels": 10}, "less", [BOX, PATCH]),
        ({"pixels": 11}, "less", [PATCH]),
        ({"pixels": 15}, "greater", [BOX]),
        ({"width": 2, "height": 5}, "less", [BOX]),
        ({"width": 2, "height": 4}, "less", [BOX, PATCH]),
        ({"width": 3, "height": 1}, "less", [PATCH]),
        ({"width": 3, "height": 5}, "greater", [BOX]),
        ({"width": 9, "height": 9}, "greater", [BOX, PATCH]),
    ],
)
def test_sizes(size: dict[str, float], comparator: str, stay: list[Shape]) -> None:
    assert left(sizes(size, comparator), BOX, PATCH) == stay


def test_any_shape_is_measured() -> None:
    shapes = [Point(1, 1), Polyline([(0, 0), (9, 0)]), mask("11/11")]
    assert left(sizes({"pixels": 1}), *shapes) == shapes[2:]
    assert left(sizes({"width": 2, "height": 2}), *shapes) == shapes[2:]


def test_margins_of_a_file_do_not_count() -> None:
    wide, empty = read_mask("0000/0110/0000"), read_mask("00/00")
    assert left(sizes({"width": 3, "height": 0}), wide, empty) == []
    assert left(sizes({"width": 2, "height": 1}), wide, empty) == [wide]
    assert left(sizes({"width": 0, "height": 0}, "greater"), wide, empty) == [empty]


def test_other_classes_pass() -> None:
    sample = make_sample(10, 10, [thing(BOX, "thing"), thing(BOX, "other")])
    (result,) = run(ObjectsFilter, sizes({"pixels": 99}), sample)
    assert result.instances == sample.instances[1:]
    assert infer(ObjectsFilter, sizes({"pixels": 1}), sample_schema()) == sample_schema()


def test_names_keeps_only_these() -> None:
    settings = {"filter_by": {"names": ["a", "c"]}}
    objects = [thing(BOX, label) for label in "cbab"]
    (result,) = run(ObjectsFilter, settings, make_sample(10, 10, objects))
    assert result.instances == (objects[0], objects[2])
    kept = make_sample(10, 10, objects[:1])
    assert run(ObjectsFilter, settings, kept) == [kept]
    (none,) = run(ObjectsFilter, {"filter_by": {"names": []}}, kept)
    assert none.instances == ()
    assert infer(ObjectsFilter, settings, sample_schema()) == sample_schema()


def test_remap() -> None:
    settings = sizes({"pixels": 11}, "less", {"remap_class": "small"}, "big", "small")
    objects = [thing(BOX, "big"), thing(PATCH, "big"), thing(BOX, "small"), thing(BOX, "other")]
    (result,) = run(ObjectsFilter, settings, make_sample(10, 10, objects))
    assert result.instances == (objects[0].with_label("small"), *objects[1:])
    assert all(new is old for new, old in zip(result.instances[1:], objects[1:], strict=True))


@pytest.mark.parametrize("size", [{"percent": 1}, {"pixels": 4}, {"width": 1, "height": 1}])
def test_remapped_class_is_declared(size: Any) -> None:
    settings = sizes(size, "less", {"remap_class": "small"}, "a", "b")
    points = schema_of(a=ShapeKind.POINT, b=ShapeKind.POINT)
    small = infer(ObjectsFilter, settings, points).label("small")
    assert small is not None
    assert small.kind == ShapeKind.POINT
    assert small.color not in {label.color for label in points.labels}
    there = schema_of(a=ShapeKind.POINT, small=ShapeKind.POINT)
    assert infer(ObjectsFilter, settings, there) == there
    none = schema_of(c=ShapeKind.POINT)
    assert infer(ObjectsFilter, settings, none) == none


@pytest.mark.parametrize(
    ("target", "kinds", "code"),
    [
        ("small", {"a": "point", "small": "bitmap"}, "E303"),
        ("small", {"a": "point", "b": "bitmap"}, "E303"),
        ("__default__", {"a": "point"}, "E305"),
    ],
)
def test_remap_that_cannot_be(target: str, kinds: dict[str, str], code: str) -> None:
    settings = sizes({"pixels": 3}, "less", {"remap_class": target}, "a", "b")
    with pytest.raises(SchemaError) as refused:
        infer(ObjectsFilter, settings, schema_of(**kinds))
    at = ("filter_by", "polygon_sizes", "action", "remap_class")
    assert (refused.value.code, refused.value.at) == (code, at)


def test_classes_only_pick() -> None:
    node = make(ObjectsFilter, sizes({"pixels": 3}))
    at = ("filter_by", "polygon_sizes", "filtering_classes", 0)
    assert node.mentioned_labels(node.settings) == {at: "thing"}
    node = make(ObjectsFilter, {"filter_by": {"names": ["a"]}})
    assert node.mentioned_labels(node.settings) == {("filter_by", "names", 0): "a"}


def test_nothing_to_look_at() -> None:
    sample = make_sample(1, 1, [Instance("thing", Rectangle(0, 0, 1, 1))])
    assert run(ObjectsFilter, sizes({"percent": 100}), sample) == [sample]
    assert run(ObjectsFilter, sizes({"percent": 100}), make_sample(3, 5))[0].instances == ()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "filter_by"),
        ({"filter_by": {}}, "exactly one of 'polygon_sizes' and 'names'"),
        ({"filter_by": ["a"]}, "exactly one of"),
        (
            {"filter_by": {"names": [], **sizes({"pixels": 1})["filter_by"]}},
            "exactly one of 'polygon_sizes' and 'names'",
        ),
        ({"filter_by": {"names": "a"}}, "names"),
        (sizes({}), "exactly one of 'percent'"),
        (sizes(5), "exactly one of 'percent'"),
        (sizes({"percent": 5, "pixels": 5}), "exactly one of 'percent'"),
        (sizes({"percent": 5, "width": 5}), "exactly one of 'percent'"),
        (sizes({"size": {"width": 5, "height": 5}}), "exactly one of 'percent'"),
        (sizes({"width": 5}), "height"),
        (sizes({"percent": 101}), "100"),
        (sizes({"pixels": -1}), "0"),
        (sizes({"pixels": 1.5}), "integer"),
        (sizes({"width": 5.0, "height": 5}), "integer"),
        (sizes({"percent": 5, "height_px": 5}), "height_px"),
        (sizes({"percent": 5}, "lt"), "less"),
        (sizes({"percent": 5}, "less", "drop"), 'the action is "delete" or'),
        (sizes({"percent": 5}, "less", {"remap_class": ""}), "remap_class"),
        (sizes({"percent": 5}, "less", {"remap": "x"}), "remap_class"),
        (sizes({"percent": 5}, "less", None), "action"),
    ],
)
def test_refuses(settings: dict[str, Any], words: str) -> None:
    refuses(ObjectsFilter, settings, words)
