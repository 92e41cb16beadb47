from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.node.read_log import ReadLog
from dtl_engine.testing import sample_schema
from dtl_engine.testing.samples import instances_of_every_shape
from dtl_nodes.formats.supervisely.meta import read_meta
from dtl_nodes.formats.supervisely.normal_form import NormalForm
from dtl_nodes.formats.supervisely.objects import BY_DEFAULT, object_json
from dtl_nodes.formats.supervisely.untouched import read_objects
from tests.fixtures.projects import CLASSES, annotation, encode_mask, ring_mask

SIZE = Size(10, 8)
SCHEMA = sample_schema()
BITMAP = encode_mask(ring_mask(4, 4))


def is_normal(values: Any, schema: Schema = SCHEMA, size: Size = SIZE) -> bool:
    return NormalForm(schema).holds(json.dumps(values).encode(), size)


def rewritten(values: list[Any], schema: Schema, size: Size) -> Any:
    """Return objects after reading and writing each."""
    written = [
        object_json(instance)
        for instance in read_objects(values, schema, size, BY_DEFAULT, ReadLog())
    ]
    return json.loads(orjson.dumps(written, option=orjson.OPT_SERIALIZE_NUMPY))


def without_noise(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return objects without what says nothing: empty members, and the kind said twice."""
    kept = [{key: each[key] for key in each if each[key] and key != "shape"} for each in values]
    for value in kept:
        if "points" in value:
            value["points"] = {"interior": [], **value["points"]}
    return kept


@pytest.mark.parametrize("tagged", [True, False])
def test_passing_on_equals_reading_and_writing(tagged: bool) -> None:
    values = annotation(40, 30, tuple(CLASSES), tagged=False, legacy=False)["objects"]
    if tagged:
        for value in values:
            value["tags"] = [{"name": "ripeness", "value": "ripe", "id": 3}]
    assert is_normal(values, size=Size(40, 30))
    assert rewritten(values, SCHEMA, Size(40, 30)) == values


def test_what_was_written_is_normal() -> None:
    size = Size(24, 16)
    made = [object_json(each) for each in instances_of_every_shape(size)]
    values = json.loads(orjson.dumps(made, option=orjson.OPT_SERIALIZE_NUMPY))
    assert is_normal(values, size=size)
    assert rewritten(values, SCHEMA, size) == values


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
        assert without_noise(rewritten(values, schema, size)) == without_noise(values), path


def one(label: str, kind: str, payload: dict[str, Any]) -> list[Any]:
    return [{"classTitle": label, "geometryType": kind, **payload}]


def points(*exterior: Any, interior: Any = ()) -> dict[str, Any]:
    return {"exterior": list(exterior), "interior": list(interior)}


@pytest.mark.parametrize(
    ("label", "kind", "payload"),
    [
        ("dot", "point", {"points": points([10, 8])}),
        ("dot", "point", {"points": {"exterior": [[0.5, 0]]}}),
        ("box", "rectangle", {"points": points([0, 0], [10, 8])}),
        ("path", "line", {"points": points([0, 0], [10, 0])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, 8])}),
        ("patch", "polygon", {"points": points([-5, 0], [99, 0], [9, 8])}),
        ("blob", "bitmap", {"bitmap": {"origin": [6, 4], "data": BITMAP}}),
        ("hand", "graph", {"nodes": {"w": {"loc": [1, 1], "disabled": True}}}),
        ("dot", "point", {"points": points([1, 1]), "tags": [{"name": "checked"}]}),
    ],
)
def test_current_and_where_it_may_be_is_normal(
    label: str, kind: str, payload: dict[str, Any]
) -> None:
    values = one(label, kind, payload)
    assert is_normal(values)
    assert without_noise(rewritten(values, SCHEMA, SIZE)) == without_noise(values)


@pytest.mark.parametrize(
    ("label", "kind", "payload"),
    [
        ("dot", "point", {"points": points([11, 8])}),
        ("dot", "point", {"points": points([1, 1], [2, 2])}),
        ("dot", "point", {"points": points()}),
        ("dot", "point", {"points": points([1, 1]), "tags": ["checked"]}),
        ("box", "rectangle", {"points": points([5, 5], [1, 1])}),
        ("box", "rectangle", {"points": points([1, 1], [1, 5])}),
        ("box", "rectangle", {"points": points([1, 1], [5, 5], [6, 6])}),
        ("path", "line", {"points": points([0, 0])}),
        ("path", "line", {"points": points([-1, 0], [5, 5])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, 8], interior=[[[1, 1]]])}),
        ("blob", "bitmap", {"bitmap": {"origin": [7, 4], "data": BITMAP}}),
        ("blob", "bitmap", {"bitmap": {"origin": [-1, 0], "data": BITMAP}}),
        ("blob", "bitmap", {"bitmap": {"origin": [1.5, 0], "data": BITMAP}}),
        ("blob", "bitmap", {"bitmap": {"data": BITMAP}}),
        ("hand", "graph", {"nodes": {"w": {"loc": [11, 1]}}}),
    ],
)
def test_what_reading_would_change_is_not_normal(
    label: str, kind: str, payload: dict[str, Any]
) -> None:
    assert not is_normal(one(label, kind, payload))


@pytest.mark.parametrize(
    ("label", "kind", "payload"),
    [
        ("unknown", "point", {"points": points([1, 1])}),
        ("dot", "line", {"points": points([1, 1], [2, 2])}),
        ("dot", "point", {"points": points([1, 1]), "tags": [{"name": "unknown"}]}),
        ("dot", "point", {"points": points([1, 1]), "tags": [{"name": "weight", "value": True}]}),
        ("dot", "point", {"points": points([1, 1]), "tags": 3}),
        ("dot", "point", {"points": 3}),
        ("dot", "point", {"points": points(3)}),
        ("dot", "point", {"points": points(["1", "2"])}),
        ("dot", "point", {"points": points([True, False])}),
        ("dot", "point", {"points": points([None, 1])}),
        ("box", "rectangle", {"points": points([1, 1], 3)}),
        ("patch", "polygon", {"points": points([0, 0], [1e300, 0], [9, 8])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, -(2**40)])}),
        ("patch", "polygon", {"points": points([0, 0], [9, 0], [9, 8], interior=[3])}),
        ("patch", "polygon", {"points": {"exterior": [[0, 0]] * 3, "interior": 3}}),
        ("blob", "bitmap", {"bitmap": {"origin": [0, 0], "data": "!"}}),
        ("blob", "bitmap", {"bitmap": 3}),
        ("hand", "graph", {"nodes": {}}),
        ("hand", "graph", {"nodes": {"w": {"loc": 3}}}),
    ],
)
def test_what_reading_would_refuse_is_not_normal(
    label: str, kind: str, payload: dict[str, Any]
) -> None:
    assert not is_normal(one(label, kind, payload))


def test_legacy_objects_are_not_normal() -> None:
    for title in CLASSES:
        values = annotation(40, 30, (title,), tagged=False, legacy=True)["objects"]
        assert not is_normal(values, size=Size(40, 30)), title


def test_classes_of_any_shape_are_left_to_the_full_reading() -> None:
    schema = Schema((LabelSpec("thing", "any", "#123456"),))
    assert not is_normal(one("thing", "point", {"points": points([1, 1])}), schema)
    assert is_normal([], schema)


@pytest.mark.parametrize("text", [b"", b"[", b"{}", b"3", b"[3]", b"[{}]", b"null"])
def test_what_is_no_list_of_objects_is_not_normal(text: bytes) -> None:
    assert not NormalForm(SCHEMA).holds(text, SIZE)
    assert not NormalForm(Schema()).holds(text, SIZE)
