"""What all layers that convert classes do alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.model.shapes import Point, ShapeKind
from dtl_engine.testing import conformance_samples, make_sample, sample_schema
from dtl_nodes.bbox import BoundingBox
from dtl_nodes.bbox2poly import BoxToPolygon
from dtl_nodes.bitmap2lines import MaskToLines
from dtl_nodes.find_contours import FindContours
from dtl_nodes.line2bitmap import LineToMask
from dtl_nodes.poly2bitmap import PolygonToMask
from dtl_nodes.rasterize import Rasterize
from tests.fixtures.nodes import NodeClass, infer, refuses, run

# Node, a class that it can convert, what becomes of that, other settings it needs.
CONVERTERS: list[tuple[NodeClass, str, ShapeKind, dict[str, Any]]] = [
    (BoundingBox, "patch", ShapeKind.RECTANGLE, {}),
    (BoxToPolygon, "box", ShapeKind.POLYGON, {}),
    (PolygonToMask, "patch", ShapeKind.BITMAP, {}),
    (LineToMask, "path", ShapeKind.BITMAP, {"width": 1}),
    (Rasterize, "patch", ShapeKind.BITMAP, {}),
    (FindContours, "blob", ShapeKind.POLYGON, {}),
    (MaskToLines, "blob", ShapeKind.LINE, {"min_points_cnt": 2}),
]
each_converter = pytest.mark.parametrize(
    ("node", "label", "kind", "more"), CONVERTERS, ids=[node.action for node, *_ in CONVERTERS]
)


def mapping(more: dict[str, Any], **classes: str) -> dict[str, Any]:
    return {"classes_mapping": classes, **more}


@each_converter
def test_schema(node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]) -> None:
    before = sample_schema()
    old = before.label(label)
    assert old is not None
    after = infer(node, mapping(more, **{label: "fresh"}), before)
    assert after.label(label) is None
    assert after.label("fresh") == LabelSpec("fresh", kind, old.color), "the colour stays"
    assert len(after.labels) == len(before.labels)
    assert after.tags == before.tags
    for title in (label, "__default__"):
        in_place = infer(node, mapping(more, **{label: title}), before)
        assert in_place.label(label) == replace(old, kind=kind)


@each_converter
def test_joins_a_class_of_the_new_shape(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]
) -> None:
    before = Schema((*sample_schema().labels, LabelSpec("there", kind, "#123456")))
    after = infer(node, mapping(more, **{label: "there"}), before)
    assert after.label("there") == LabelSpec("there", kind, "#123456")
    assert after.label(label) is None


@each_converter
def test_refuses_a_class_of_another_shape(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]
) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(node, mapping(more, **{label: "dot"}), sample_schema())
    assert (refused.value.code, refused.value.at) == ("E303", ("classes_mapping", label))


@each_converter
def test_refuses_an_unknown_class(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]
) -> None:
    with pytest.raises(SchemaError, match=f"no class '{label}s'") as refused:
        infer(node, mapping(more, **{f"{label}s": "x"}), sample_schema())
    assert (refused.value.code, refused.value.in_key) == ("E302", True)
    assert label in refused.value.help


@each_converter
@pytest.mark.parametrize("title", ["__ignore__", "__other__", ""])
def test_refuses_reserved_titles(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any], title: str
) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(node, mapping(more, **{label: title}), sample_schema())
    assert refused.value.code == "E305"


@each_converter
def test_refuses_settings(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]
) -> None:
    refuses(node, more, "classes_mapping")
    for value in ("default", ["x"], {label: 1}, {"": "x"}, {label: None}):
        refuses(node, {"classes_mapping": value, **more}, "classes_mapping")


@each_converter
def test_objects_keep_what_they_had(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]
) -> None:
    sample = conformance_samples()[0]
    extra = {"classId": 7, "labelerLogin": "ann"}
    tags = (Tag("ripeness", "ripe"),)
    instances = [
        Instance(label, each.shape, tags, "note", extra) if each.label == label else each
        for each in sample.instances
    ]
    (result,) = run(node, mapping(more, **{label: "fresh"}), sample.replace(instances=instances))
    fresh = [each for each in result.instances if each.label == "fresh"]
    assert fresh
    for each in fresh:
        assert each.shape.kind == kind
        assert (each.tags, each.description) == (tags, "note")
        assert dict(each.extra) == {"labelerLogin": "ann"}, "the id of the class is not its own"
    others = [each for each in result.instances if each.label != "fresh"]
    assert others == [each for each in sample.instances if each.label != label]
    assert result.tags == sample.tags
    assert result.image is sample.image


@each_converter
def test_nothing_to_convert_is_the_same_sample(
    node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]
) -> None:
    sample = make_sample(10, 8, [Instance("other", Point(1, 1))])
    (result,) = run(node, mapping(more, **{label: "fresh"}), sample)
    assert result is sample


PICKY = [row for row in CONVERTERS if row[0] in (BoxToPolygon, FindContours, MaskToLines)]


@pytest.mark.parametrize(
    ("node", "label", "kind", "more"), PICKY, ids=[node.action for node, *_ in PICKY]
)
def test_other_shapes(node: NodeClass, label: str, kind: ShapeKind, more: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match=f"'dot' has shape point; '{node.action}' converts") as no:
        infer(node, mapping(more, dot="x"), sample_schema())
    assert (no.value.code, no.value.at) == ("E306", ("classes_mapping", "dot"))
    assert label in no.value.help
    anything = Schema((LabelSpec("thing", "any", "#FFFFFF"),))
    assert infer(node, mapping(more, thing="x"), anything).label("x") is not None
    sample = make_sample(10, 8, [Instance("thing", Point(1, 1))])
    with pytest.raises(AnnotationError, match=f"{node.action} works on .* 'thing' is a point") as f:
        run(node, mapping(more, thing="x"), sample)
    assert f.value.code == "F604"
