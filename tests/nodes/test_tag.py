from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import Point
from dtl_engine.testing import make_sample
from dtl_nodes.tag import TagImages
from tests.fixtures.nodes import infer, refuses, run

TAGS = (Tag("night"), Tag("note", "left", {"labelerLogin": "ann"}))
SCHEMA = Schema(
    tags=(
        TagSpec("night"),
        TagSpec("note", TagValueType.STRING),
        TagSpec("count", TagValueType.NUMBER),
        TagSpec("weather", TagValueType.CHOICE, ("sun", "rain")),
    )
)


def tagged(tag: Any, action: str = "add") -> tuple[Tag, ...]:
    instances = [Instance("dot", Point(1, 1), (Tag("night"), Tag("note", "x")))]
    sample = make_sample(4, 3, instances, TAGS)
    (result,) = run(TagImages, {"tag": tag, "action": action}, sample)
    assert result.instances == sample.instances, "tags of objects must stay"
    assert result.image is sample.image
    return result.tags


def declared(tag: Any, action: str = "add") -> TagSpec | None:
    name = tag if isinstance(tag, str) else tag["name"]
    return infer(TagImages, {"tag": tag, "action": action}, SCHEMA).tag(name)


@pytest.mark.parametrize(
    ("tag", "added"),
    [("train", Tag("train")), ({"name": "train"}, Tag("train")),
     ({"name": "train", "value": "1"}, Tag("train", "1")),
     ({"name": "train", "value": ""}, Tag("train", "")),
     ({"name": "train", "value": 0}, Tag("train", 0)),
     ({"name": "train", "value": 2.5}, Tag("train", 2.5))],
)  # fmt: skip
def test_new_tags_come_last(tag: Any, added: Tag) -> None:
    assert tagged(tag) == (*TAGS, added)


@pytest.mark.parametrize(
    "tag", ["night", "note", {"name": "note"}, {"name": "note", "value": "left"}]
)
def test_the_same_again_changes_nothing(tag: Any) -> None:
    assert tagged(tag) == TAGS


def test_another_value_takes_the_place_of_the_old_one() -> None:
    assert tagged({"name": "note", "value": "right"}) == (
        TAGS[0],
        Tag("note", "right", {"labelerLogin": "ann"}),
    )


@pytest.mark.parametrize("tag", ["note", {"name": "note"}, {"name": "note", "value": None}])
def test_delete_removes_whatever_the_value(tag: Any) -> None:
    assert tagged(tag, "delete") == TAGS[:1]


def test_delete_removes_every_tag_of_that_name() -> None:
    sample = make_sample(4, 3, tags=(Tag("a", "1"), Tag("b"), Tag("a", "2")))
    (result,) = run(TagImages, {"tag": "a", "action": "delete"}, sample)
    assert result.tags == (Tag("b"),)


def test_deleting_what_is_not_there_is_fine() -> None:
    assert tagged("train", "delete") == TAGS
    assert infer(TagImages, {"tag": "train", "action": "delete"}, SCHEMA) == SCHEMA


def test_string_is_declared_without_value_and_object_with_text() -> None:
    assert declared("train") == TagSpec("train")
    assert declared({"name": "train"}) == TagSpec("train", TagValueType.STRING)
    assert declared({"name": "train", "value": "x"}) == TagSpec("train", TagValueType.STRING)


def test_a_number_is_declared_as_one() -> None:
    assert declared({"name": "train", "value": 3}) == TagSpec("train", TagValueType.NUMBER)


@pytest.mark.parametrize("tag", ["note", "count", "weather", {"name": "night"}, {"name": "count"}])
def test_without_value_the_declared_type_is_adopted(tag: Any) -> None:
    assert infer(TagImages, {"tag": tag, "action": "add"}, SCHEMA) == SCHEMA


def test_values_that_fit_are_declared_already() -> None:
    assert declared({"name": "weather", "value": "sun"}) == SCHEMA.tag("weather")
    assert declared({"name": "note", "value": "x"}) == SCHEMA.tag("note")
    assert declared({"name": "count", "value": 3}) == SCHEMA.tag("count")


@pytest.mark.parametrize(
    ("name", "value"),
    [("night", "x"), ("night", 0), ("count", "3"), ("weather", "fog"), ("weather", 1), ("note", 3)],
)
def test_values_that_do_not_fit_are_errors(name: str, value: str | int) -> None:
    with pytest.raises(SchemaError, match=name) as refused:
        declared({"name": name, "value": value})
    assert (refused.value.code, refused.value.at) == ("E304", ("tag", "value"))
    assert refused.value.help


def test_delete_takes_the_declaration_back() -> None:
    assert declared("note", "delete") is None
    assert declared({"name": "weather"}, "delete") is None


@pytest.mark.parametrize(
    "settings",
    [{}, {"tag": "a"}, {"action": "add"}, {"tag": "", "action": "add"},
     {"tag": "a", "action": "remove"}, {"tag": 3, "action": "add"},
     {"tag": {"value": "a"}, "action": "add"}, {"tag": {"name": ""}, "action": "add"},
     {"tag": {"name": "a", "value": True}, "action": "add"},
     {"tag": {"name": "a", "value": [3]}, "action": "add"},
     {"tag": {"name": "a", "valeu": "x"}, "action": "add"},
     {"tag": "a", "action": "add", "value": "x"}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(TagImages, settings)


def test_refuses_to_delete_a_value() -> None:
    refuses(
        TagImages, {"tag": {"name": "a", "value": "x"}, "action": "delete"}, "leave 'value' out"
    )
