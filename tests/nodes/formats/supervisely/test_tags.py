from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Tag
from dtl_engine.model.schema import Schema, TagSpec, TagValueType
from dtl_engine.node.read_log import ReadLog
from dtl_nodes.formats.supervisely.tags import read_tags, tags_json

SCHEMA = Schema(
    tags=(
        TagSpec("flag"),
        TagSpec("text", TagValueType.STRING),
        TagSpec("number", TagValueType.NUMBER),
        TagSpec("choice", TagValueType.CHOICE, ("green", "ripe")),
    )
)


@pytest.mark.parametrize("values", [None, [], ()])
def test_no_tags(values: Any) -> None:
    assert read_tags(values, SCHEMA, ReadLog()) == ()


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("flag", Tag("flag")),
        ({"name": "flag"}, Tag("flag")),
        ({"name": "flag", "value": None}, Tag("flag")),
        ({"name": "text", "value": "x"}, Tag("text", "x")),
        ({"name": "text", "value": ""}, Tag("text", "")),
        ({"name": "number", "value": 3}, Tag("number", 3)),
        ({"name": "number", "value": 3.0}, Tag("number", 3.0)),
        ({"name": "choice", "value": "ripe"}, Tag("choice", "ripe")),
        ("text", Tag("text")),
        (
            {"name": "flag", "id": 7, "createdAt": "x"},
            Tag("flag", None, {"id": 7, "createdAt": "x"}),
        ),
    ],
)
def test_forms(value: Any, tag: Tag) -> None:
    assert read_tags([value], SCHEMA, ReadLog()) == (tag,)


def test_order_and_repetitions_stay() -> None:
    values = [{"name": "text", "value": "b"}, "flag", {"name": "text", "value": "a"}]
    assert [tag.value for tag in read_tags(values, SCHEMA, ReadLog())] == ["b", None, "a"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"name": "number", "value": True}, "F603"),
        ({"name": "number", "value": "3"}, "F603"),
        ({"name": "text", "value": 3}, "F603"),
        ({"name": "choice", "value": "blue"}, "F603"),
        ({"name": "choice", "value": ["ripe"]}, "F603"),
        ({"name": "flag", "value": "x"}, "F603"),
        ("unknown", "F603"),
        ({"name": "unknown"}, "F603"),
        ({"value": "x"}, "F602"),
        ({"name": 3}, "F602"),
        (7, "F602"),
        (None, "F602"),
    ],
)
def test_wrong_tags_are_told(value: Any, code: str) -> None:
    with pytest.raises(AnnotationError) as refused:
        read_tags([value], SCHEMA, ReadLog())
    assert refused.value.code == code


@pytest.mark.parametrize("values", [{"name": "flag"}, "flag", 3])
def test_tags_are_a_list(values: Any) -> None:
    with pytest.raises(AnnotationError) as refused:
        read_tags(values, SCHEMA, ReadLog())
    assert refused.value.code == "F602"


def test_written_as_objects() -> None:
    tags = (Tag("flag"), Tag("text", "x", {"id": 3}), Tag("number", 0))
    assert tags_json(tags) == [
        {"name": "flag"},
        {"id": 3, "name": "text", "value": "x"},
        {"name": "number", "value": 0},
    ]
    assert read_tags(tags_json(tags), SCHEMA, ReadLog()) == tags
