from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import Size
from dtl_engine.model.schema import Schema
from dtl_engine.testing import sample_schema
from dtl_engine.testing.samples import instances_of_every_shape
from dtl_nodes.formats.supervisely.meta import read_meta
from dtl_nodes.formats.supervisely.objects import object_json
from dtl_nodes.formats.supervisely.untouched import UntouchedObjects, is_normal, read_objects
from tests.fixtures.projects import CLASSES, annotation, encode_mask, ring_mask

SIZE = Size(10, 8)
SCHEMA = sample_schema()
BITMAP = encode_mask(ring_mask(4, 4))


def rewritten(values: list[Any], schema: Schema, size: Size) -> Any:
    """Return objects after reading and writing each."""
    instances = read_objects(values, schema, size)
    written = [object_json(instance) for instance in instances]
    return json.loads(orjson.dumps(written, option=orjson.OPT_SERIALIZE_NUMPY))


def without_noise(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return objects without what says nothing: empty members."""
    kept = [{key: value for key, value in each.items() if value} for each in values]
    for value in kept:
        points = value.get("points")
        if points and not points.get("interior"):
            value["points"] = {"exterior": points["exterior"], "interior": []}
    return kept


@pytest.mark.parametrize("tagged", [True, False])
def test_passing_on_equals_reading_and_writing(tagged: bool) -> None:
    values = annotation(40, 30, tuple(CLASSES), tagged=False, legacy=False)["objects"]
    if tagged:
        for value in values:
            value["tags"] = [{"name": "ripeness", "value": "ripe", "id": 3}]
    assert is_normal(values, SCHEMA, Size(40, 30))
    assert rewritten(values, SCHEMA, Size(40, 30)) == values


def test_what_was_written_is_normal() -> None:
    size = Size(24, 16)
    made = [object_json(each) for each in instances_of_every_shape(size)]
    values = json.loads(orjson.dumps(made, option=orjson.OPT_SERIALIZE_NUMPY))
    assert is_normal(values, SCHEMA, size)
    assert rewritten(values, SCHEMA, size) == values
    assert UntouchedObjects(values, SCHEMA, size).load() == instances_of_every_shape(size)


@pytest.mark.parametrize("project", ["lemon", "vessels", "tutorial"])
def test_real_objects_pass_as_they_would_be_written(shared: Path, project: str) -> None:
    folder = shared / "data" / project
    schema, _ = read_meta(folder)
    paths = sorted(folder.glob("*/ann/*.json"))
    assert paths
    for path in paths:
        content = json.loads(path.read_bytes())
        size = Size(content["size"]["width"], content["size"]["height"])
        values = content["objects"]
        assert is_normal(values, schema, size)
        expected = [
            {key: value for key, value in each.items() if key not in ("shape", "type")}
            for each in values
        ]
        assert without_noise(rewritten(values, schema, size)) == without_noise(expected), path


def normal(label: str, kind: str, **payload: Any) -> bool:
    return is_normal([{"classTitle": label, "geometryType": kind, **payload}], SCHEMA, SIZE)


def points(*exterior: Any, interior: Any = ()) -> dict[str, Any]:
    return {"exterior": list(exterior), "interior": list(interior)}


@pytest.mark.parametrize(
    ("label", "kind", "payload"),
    [
        ("dot", "point", {"points": points([10, 8])}),
        ("box", "rectangle", {"points": points([0, 0], [10, 8])}),
        ("path", "line", {"points": points([0, 0], [10, 0])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, 8])}),
        ("blob", "bitmap", {"bitmap": {"origin": [6, 4], "data": BITMAP}}),
        ("hand", "graph", {"nodes": {"w": {"loc": [1, 1]}}}),
        ("hand", "graph", {"nodes": {"w": {"loc": [1, 1]}}, "tags": [{"name": "checked"}]}),
    ],
)
def test_inside_and_current_is_normal(label: str, kind: str, payload: dict[str, Any]) -> None:
    assert normal(label, kind, **payload)


@pytest.mark.parametrize(
    ("label", "kind", "payload"),
    [
        ("dot", "point", {"points": points([11, 8])}),
        ("dot", "point", {"points": points([1, 1], [2, 2])}),
        ("dot", "point", {"points": points()}),
        ("box", "rectangle", {"points": points([5, 5], [1, 1])}),
        ("box", "rectangle", {"points": points([1, 1], [1, 5])}),
        ("box", "rectangle", {"points": points([1, 1], [5, 5], [6, 6])}),
        ("path", "line", {"points": points([0, 0])}),
        ("path", "line", {"points": points([-1, 0], [5, 5])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, 8], interior=[[[1, 1]]])}),
        ("blob", "bitmap", {"bitmap": {"origin": [7, 4], "data": BITMAP}}),
        ("blob", "bitmap", {"bitmap": {"origin": [-1, 0], "data": BITMAP}}),
        ("blob", "bitmap", {"bitmap": {"origin": [1.0, 0], "data": BITMAP}}),
        ("blob", "bitmap", {"bitmap": {"data": BITMAP}}),
        ("hand", "graph", {"nodes": {"w": {"loc": [11, 1]}}}),
        ("dot", "point", {"points": points([1, 1]), "tags": ["checked"]}),
    ],
)
def test_what_reading_would_change_is_not_normal(
    label: str, kind: str, payload: dict[str, Any]
) -> None:
    assert not normal(label, kind, **payload)


def test_objects_without_their_kind_are_not_normal() -> None:
    values = [{"classTitle": "dot", "points": points([1, 1])}]
    assert not is_normal(values, SCHEMA, SIZE)


def test_legacy_annotations_are_not_normal() -> None:
    values = annotation(40, 30, ("dot", "box"), tagged=False, legacy=True)["objects"]
    assert not is_normal(values, SCHEMA, Size(40, 30))


@pytest.mark.parametrize(
    "value",
    [{"classTitle": "unknown"}, {"classTitle": "dot", "geometryType": "line"}, 3,
     {"classTitle": "dot", "geometryType": "point", "tags": [{"name": "unknown"}]}],
)  # fmt: skip
def test_what_is_seen_at_once_is_told_at_once(value: Any) -> None:
    with pytest.raises(AnnotationError):
        is_normal([value], SCHEMA, SIZE)


@pytest.mark.parametrize(
    ("label", "kind", "payload"),
    [
        ("dot", "point", {"points": 3}),
        ("dot", "point", {"points": {"exterior": 3}}),
        ("dot", "point", {"points": points(3)}),
        ("dot", "point", {"points": points(["a", "b"])}),
        ("dot", "point", {"points": points([True, False])}),
        ("dot", "point", {"points": points([None, 1])}),
        ("box", "rectangle", {"points": points([1, 1], 3)}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, 8], interior=[3])}),
        ("patch", "polygon", {"points": {"exterior": [[0, 0]] * 3, "interior": 3}}),
        ("blob", "bitmap", {"bitmap": {"origin": [0, 0], "data": "!"}}),
        ("blob", "bitmap", {"bitmap": 3}),
        ("hand", "graph", {"nodes": [3]}),
        ("hand", "graph", {"nodes": {"w": {"loc": 3}}}),
        ("hand", "graph", {"nodes": {"w": 3}}),
    ],
)
def test_malformed_objects_end_as_data_errors(
    label: str, kind: str, payload: dict[str, Any]
) -> None:
    values = [{"classTitle": label, "geometryType": kind, **payload}]
    with pytest.raises(AnnotationError):
        if not is_normal(values, SCHEMA, SIZE):
            read_objects(values, SCHEMA, SIZE)
