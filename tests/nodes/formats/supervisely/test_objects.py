from __future__ import annotations

import json
from typing import Any

import numpy as np
import orjson
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec
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
from dtl_engine.node.read_log import ReadLog
from dtl_engine.testing import sample_schema
from dtl_engine.testing.samples import LABELS, instances_of_every_shape
from dtl_nodes.formats.supervisely.objects import BY_DEFAULT, object_json, read_object
from tests.fixtures.projects import encode_mask, geometry

SIZE = Size(10, 8)
SCHEMA = Schema((*sample_schema().labels, LabelSpec("thing", "any", "#123456")), (TagSpec("sure"),))
BLOCK = encode_mask(np.ones((4, 4), bool))


def points(*exterior: Any, interior: Any = ()) -> dict[str, Any]:
    return {"points": {"exterior": list(exterior), "interior": list(interior)}}


def read(label: str, **payload: Any) -> list[Shape]:
    value = {"classTitle": label, **payload}
    return [instance.shape for instance in read_object(value, SCHEMA, SIZE, BY_DEFAULT, ReadLog())]


def refused(value: Any, *, size: Size = SIZE) -> AnnotationError:
    with pytest.raises(AnnotationError) as caught:
        read_object(value, SCHEMA, size, BY_DEFAULT, ReadLog())
    return caught.value


@pytest.mark.parametrize(
    ("label", "payload", "shapes"),
    [
        ("dot", points([7, 7.5]), [Point(7, 7.5)]),
        ("dot", points([7, 7], [1, 1]), [Point(7, 7)]),
        ("dot", points(), []),
        ("box", points([8, 6], [2, 1]), [Rectangle(2, 1, 8, 6)]),
        ("box", points([1, 1], [2, 2], [9, 9]), [Rectangle(1, 1, 2, 2)]),
        ("box", points([1, 1]), []),
        ("path", points([0, 0], [5, 2]), [Polyline([(0, 0), (5, 2)])]),
        ("path", points([0, 0]), []),
        ("patch", points([1, 1], [5, 1], [5, 5]), [Polygon([(1, 1), (5, 1), (5, 5)])]),
        ("patch", points([1, 1], [5, 1]), []),
        (
            "patch",
            points([0, 0], [8, 0], [8, 8], interior=[[[5, 1], [7, 1], [7, 3]], [[1, 1], [2, 2]]]),
            [Polygon([(0, 0), (8, 0), (8, 8)], [[(5, 1), (7, 1), (7, 3)]])],
        ),
        (
            "hand",
            {"nodes": {"w": {"loc": [1, 2]}, "t": {"loc": [3, 4.5], "disabled": True}}},
            [Keypoints((Node("w", 1, 2), Node("t", 3, 4.5, (("disabled", True),))))],
        ),
        ("thing", {"geometryType": "point", **points([1, 2])}, [Point(1, 2)]),
    ],
)
def test_forms(label: str, payload: dict[str, Any], shapes: list[Shape]) -> None:
    assert read(label, **payload) == shapes


@pytest.mark.parametrize(
    ("label", "payload", "shapes"),
    [
        ("box", points([-5, -5], [3, 3]), [Rectangle(0, 0, 3, 3)]),
        ("box", points([3, 3], [3, 5]), []),
        ("path", points([-5, 4], [20, 4]), [Polyline([(0, 4), (10, 4)])]),
        ("dot", points([-1, 0]), []),
        ("dot", points([10, 8]), [Point(10, 8)]),
    ],
)
def test_normalised_to_the_image(label: str, payload: dict[str, Any], shapes: list[Shape]) -> None:
    assert read(label, **payload) == shapes


def test_bitmap_is_cut_to_the_image() -> None:
    (mask,) = read("blob", bitmap={"origin": [8, 6], "data": BLOCK})
    assert mask == Mask.tight(np.ones((2, 2), bool), 8, 6)


@pytest.mark.parametrize(
    ("origin", "place"),
    [([2, 3], (2, 3)), (None, (0, 0)), ([], (0, 0)), ([1.5, 2.5], (2, 2)), ([0.5, 0.4], (0, 0))],
)
def test_bitmap_origins(origin: Any, place: tuple[int, int]) -> None:
    (mask,) = read("blob", bitmap={"origin": origin, "data": BLOCK})
    assert isinstance(mask, Mask)
    assert (mask.x, mask.y) == place


def test_pieces_share_tags_and_foreign_keys() -> None:
    zigzag = points([1, 1], [12, 1], [12, 5], [1, 5])
    value = {"classTitle": "path", "tags": ["sure"], "description": "d", "id": 5, **zigzag}
    pieces = read_object(value, SCHEMA, SIZE, BY_DEFAULT, ReadLog())
    assert len(pieces) == 2
    for piece in pieces:
        assert piece.with_shape(pieces[0].shape) == Instance(
            "path", pieces[0].shape, (Tag("sure"),), "d", {"id": 5}
        )


@pytest.mark.parametrize("kind", [str(kind) for kind in LABELS.values()])
def test_the_oldest_form_says_the_same(kind: str) -> None:
    label = next(name for name, each in LABELS.items() if each == kind)
    payload = geometry(kind, 40, 30, legacy=True)
    old = {"classTitle": label, "type": kind, "description": "", "tags": ["sure"], **payload}
    if kind != "bitmap":
        old["bitmap"] = {"origin": [], "np": []}
    new = {"classTitle": label, "geometryType": kind, "tags": [{"name": "sure"}], **payload}
    size = Size(40, 30)
    assert (
        read_object(old, SCHEMA, size, BY_DEFAULT, ReadLog())
        == read_object(new, SCHEMA, size, BY_DEFAULT, ReadLog())
        != ()
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "F602"),
        ({}, "F602"),
        ({"classTitle": 3}, "F602"),
        ({"classTitle": "unknown", **points([1, 1])}, "F603"),
        ({"classTitle": "dot", "tags": ["unknown"], **points([1, 1])}, "F603"),
        ({"classTitle": "dot", "tags": "sure", **points([1, 1])}, "F602"),
        ({"classTitle": "dot"}, "F604"),
        ({"classTitle": "dot", "points": {}}, "F604"),
        ({"classTitle": "dot", "geometryType": "polygon", **points([1, 1])}, "F604"),
        ({"classTitle": "thing", **points([1, 1])}, "F604"),
        ({"classTitle": "thing", "geometryType": "cuboid", **points([1, 1])}, "F604"),
        ({"classTitle": "thing", "geometryType": [], **points([1, 1])}, "F604"),
        ({"classTitle": "path", **points([1, 1], [2])}, "F604"),
        ({"classTitle": "path", **points([1, 1], ["a", "b"])}, "F604"),
        ({"classTitle": "path", **points(["1", "1"], ["2", "2"])}, "F604"),
        ({"classTitle": "dot", **points([True, False])}, "F604"),
        ({"classTitle": "dot", **points([10**30, 1])}, "F604"),
        ({"classTitle": "path", **points([1, 1], [1e300, 1])}, "F604"),
        ({"classTitle": "path", **points([1, 1, 1], [1, 1, 1])}, "F604"),
        ({"classTitle": "patch", "points": {"exterior": [[0, 0]] * 3, "interior": 3}}, "F604"),
        ({"classTitle": "blob"}, "F604"),
        ({"classTitle": "blob", "bitmap": None}, "F604"),
        ({"classTitle": "blob", "bitmap": {"origin": [0, 0]}}, "F604"),
        ({"classTitle": "blob", "bitmap": {"origin": [0], "data": BLOCK}}, "F604"),
        ({"classTitle": "blob", "bitmap": {"origin": [True, 0], "data": BLOCK}}, "F604"),
        ({"classTitle": "blob", "bitmap": {"origin": 3, "data": BLOCK}}, "F604"),
        ({"classTitle": "blob", "bitmap": {"origin": [None, 0], "data": BLOCK}}, "F604"),
        ({"classTitle": "blob", "bitmap": {"origin": [0, 0], "data": "!"}}, "F604"),
        ({"classTitle": "hand"}, "F604"),
        ({"classTitle": "hand", "nodes": {}}, "F604"),
        ({"classTitle": "hand", "nodes": {"w": [1, 2]}}, "F604"),
        ({"classTitle": "hand", "nodes": {"w": {}}}, "F604"),
    ],
)
def test_wrong_objects_are_told(value: Any, code: str) -> None:
    assert refused(value).code == code


def test_a_bitmap_far_larger_than_the_image_is_refused() -> None:
    value = {"classTitle": "blob", "bitmap": {"origin": [0, 0], "data": BLOCK}}
    assert "four images" in refused(value, size=Size(1, 3)).message
    assert read_object(value, SCHEMA, Size(1, 4), BY_DEFAULT, ReadLog())


def test_writing_and_reading_is_identity() -> None:
    schema, size = sample_schema(), Size(24, 16)
    for instance in instances_of_every_shape(size):
        value = object_json(instance)
        text = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
        assert read_object(json.loads(text), schema, size, BY_DEFAULT, ReadLog()) == (instance,)


def test_numbers_stay_what_they_were() -> None:
    value = object_json(Instance("box", Rectangle(1, 2.5, 3, 4)))
    assert json.dumps(value["points"]["exterior"]) == "[[1, 2.5], [3, 4]]"


def test_foreign_keys_are_written() -> None:
    instance = Instance("box", Rectangle(0, 0, 1, 1), extra={"classId": 11, "id": 5})
    value = object_json(instance)
    assert (value["classId"], value["id"]) == (11, 5)
