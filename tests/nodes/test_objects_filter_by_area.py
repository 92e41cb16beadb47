from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Tag
from dtl_engine.model.schema import Schema, SchemaError, TagSpec, TagValueType
from dtl_engine.model.shapes import Point, Rectangle
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.objects_filter_by_area import ObjectsFilterByArea
from tests.fixtures.masks import RIPE, mask, thing
from tests.fixtures.nodes import infer, make, refuses, run

DOT = thing(Point(1, 1), "dot")
BLOB = thing(mask("11/11"))
BOX = thing(Rectangle(0, 0, 2, 5), "box")
OBJECTS = (DOT, BLOB, BOX)


def settings(
    action: str, comparator: str = "lt", area: float = 5, *classes: str, tags: Any = None
) -> dict[str, Any]:
    chosen = {"action": action, "comparator": comparator, "area": area}
    listed = list(classes or ("dot", "blob", "box"))
    return {"classes": listed, **chosen} | ({} if tags is None else {"tags_to_add": tags})


def left(chosen: dict[str, Any]) -> Any:
    sample = make_sample(10, 10, OBJECTS)
    (result,) = run(ObjectsFilterByArea, chosen, sample)
    assert (result is sample) == (result.instances == sample.instances)
    return result.instances


@pytest.mark.parametrize(
    ("chosen", "stay"),
    [
        (settings("delete", "lt", 5), [BOX]),
        (settings("delete", "lt", 4), [BLOB, BOX]),
        (settings("delete", "gt", 4), [DOT, BLOB]),
        (settings("delete", "gt", 3.5), [DOT]),
        (settings("delete", "lt", 99, "box"), [DOT, BLOB]),
        (settings("keep", "lt", 5), [DOT, BLOB]),
        (settings("keep", "gt", 4), [BOX]),
        (settings("keep", "gt", 0, "blob"), [BLOB]),
        (settings("keep", "gt", 99), []),
        (settings("delete", "gt", 10), [DOT, BLOB, BOX]),
    ],
)
def test_delete_and_keep(chosen: dict[str, Any], stay: list[Any]) -> None:
    assert left(chosen) == tuple(stay)
    assert infer(ObjectsFilterByArea, chosen, sample_schema()) == sample_schema()


def test_tags_are_added() -> None:
    tags = [{"name": "small", "value": None}, {"name": "weight", "value": 2.5}]
    dot, blob, box = left(settings("add_tags", "lt", 5, "blob", "box", tags=tags))
    assert (dot, box) == (DOT, BOX)
    assert blob == thing(mask("11/11"), "blob", Tag("small"), Tag("weight", 2.5))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ({"name": "ripeness", "value": "green"}, Tag("ripeness", "green")),
        ({"name": "ripeness", "value": "ripe"}, RIPE),
        ({"name": "ripeness"}, RIPE),
    ],
)
def test_a_tag_that_is_there(tag: Any, expected: Tag) -> None:
    (blob,) = left(settings("add_tags", "lt", 5, "blob", tags=[tag]))[1:2]
    assert blob.tags == (expected,)
    assert (blob is BLOB) == (expected is RIPE)


def test_no_tags_change_nothing() -> None:
    assert left(settings("add_tags", tags=[])) == OBJECTS


def test_undeclared_tags_are_declared() -> None:
    tags = [{"name": "flag"}, {"name": "word", "value": "x"}, {"name": "number", "value": 3}]
    schema = infer(ObjectsFilterByArea, settings("add_tags", tags=tags), Schema())
    assert schema.tags == (
        TagSpec("flag"),
        TagSpec("word", TagValueType.STRING),
        TagSpec("number", TagValueType.NUMBER),
    )
    unused = settings("delete", tags=tags)
    assert infer(ObjectsFilterByArea, unused, Schema()) == Schema()


DECLARED = Schema(
    tags=(
        TagSpec("none"),
        TagSpec("number", TagValueType.NUMBER),
        TagSpec("text", TagValueType.STRING),
        TagSpec("choice", TagValueType.CHOICE, ("a", "b")),
    )
)


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("none", None, True), ("none", "x", False), ("none", 0, False),
        ("number", None, True), ("number", 3, True), ("number", 2.5, True), ("number", "3", False),
        ("text", None, True), ("text", "x", True), ("text", 3, False),
        ("choice", None, True), ("choice", "a", True), ("choice", "c", False),
    ],
)  # fmt: skip
def test_values_fit_the_declaration(name: str, value: Any, fits: bool) -> None:
    chosen = settings("add_tags", tags=[{"name": "new"}, {"name": name, "value": value}])
    if fits:
        schema = infer(ObjectsFilterByArea, chosen, DECLARED)
        assert schema.tags == (*DECLARED.tags, TagSpec("new"))
        return
    with pytest.raises(SchemaError, match=f"'{name}' is declared as") as refused:
        infer(ObjectsFilterByArea, chosen, DECLARED)
    assert (refused.value.code, refused.value.at) == ("E304", ("tags_to_add", 1, "value"))
    assert refused.value.help


def test_one_tag_twice_with_two_types() -> None:
    chosen = settings("add_tags", tags=[{"name": "new"}, {"name": "new", "value": 3}])
    with pytest.raises(SchemaError) as refused:
        infer(ObjectsFilterByArea, chosen, Schema())
    assert refused.value.at == ("tags_to_add", 1, "value")


def test_classes_only_pick() -> None:
    node = make(ObjectsFilterByArea, settings("delete", "lt", 5, "ghost"))
    assert node.mentioned_labels(node.settings) == {("classes", 0): "ghost"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "classes"),
        ({**settings("delete"), "classes": []}, "classes"),
        (settings("delete", "less"), "lt"),
        (settings("drop"), "keep"),
        (settings("delete", "lt", -1), "0"),
        (settings("add_tags"), "needs 'tags_to_add'"),
        (settings("add_tags", tags=[{"value": "x"}]), "name"),
        (settings("add_tags", tags=[{"name": ""}]), "name"),
        (settings("add_tags", tags=["small"]), "tags_to_add"),
        (settings("add_tags", tags=[{"name": "a", "value": True}]), "a string, a number or null"),
        (settings("add_tags", tags=[{"name": "a", "value": []}]), "a string, a number or null"),
    ],
)
def test_refuses(wrong: dict[str, Any], words: str) -> None:
    refuses(ObjectsFilterByArea, wrong, words)
