from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec
from dtl_engine.model.shapes import Point
from dtl_nodes.classes.class_mapping import map_classes, map_instances
from dtl_nodes.classes.mappings import new_title

COLORS = {"A": "#AA0000", "B": "#00BB00", "C": "#0000CC", "M": "#111111", "P": "#222222"}
KINDS = {"A": "rectangle", "B": "rectangle", "C": "rectangle", "M": "bitmap", "P": "polygon"}
ALL = Schema(
    tuple(LabelSpec(name, KINDS[name], COLORS[name], {"id": name}) for name in KINDS),
    (TagSpec("checked"),),
)
REST = {"__other__": "__default__"}


def boxes() -> Schema:
    return Schema(ALL.labels[:3], ALL.tags)


def mapped(mapping: dict[str, str], schema: Schema) -> dict[str, str]:
    """Return name -> colour of the classes afterwards, in order."""
    result = map_classes(mapping, schema, at=("classes_mapping",))
    assert result.tags == schema.tags
    return {label.name: label.color for label in result.labels}


def refused(mapping: dict[str, str], schema: Schema = ALL) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        map_classes(mapping, schema, at=("classes_mapping",))
    assert caught.value.help or caught.value.code == "E305"
    return caught.value


@pytest.mark.parametrize(
    ("mapping", "classes"),
    [
        ({"A": "X"}, {"X": "A", "B": "B", "C": "C"}),
        ({"A": "B"}, {"B": "B", "C": "C"}),
        ({"A": "X", "B": "X"}, {"X": "A", "C": "C"}),
        ({"A": "A"}, {"A": "A", "B": "B", "C": "C"}),
        ({"A": "B", "B": "C"}, {"B": "A", "C": "C"}),
        ({"B": "C", "A": "B"}, {"B": "A", "C": "C"}),
        ({"A": "B", "B": "A"}, {"B": "A", "A": "B", "C": "C"}),
        ({"A": "B", "B": "C", "C": "A"}, {"B": "A", "C": "B", "A": "C"}),
        ({"C": "A"}, {"A": "A", "B": "B"}),
        ({"A": "__ignore__"}, {"B": "B", "C": "C"}),
        ({"A": "__ignore__", "B": "A"}, {"A": "B", "C": "C"}),
        ({"A": "__default__", "Z": "__default__"}, {"A": "A", "B": "B", "C": "C"}),
        ({}, {"A": "A", "B": "B", "C": "C"}),
    ],
)
def test_all_entries_apply_at_once(mapping: dict[str, str], classes: dict[str, str]) -> None:
    expected = {name: COLORS[origin] for name, origin in classes.items()}
    found = mapped({**mapping, **REST}, boxes())
    assert found == expected
    assert list(found) == list(expected)


def test_a_renamed_class_keeps_the_other_fields() -> None:
    result = map_classes({"M": "mask", **REST}, ALL, at=())
    assert result.label("mask") == LabelSpec("mask", "bitmap", COLORS["M"])
    label = result.label("mask")
    assert label is not None
    assert label.extra == {"id": "M"}


@pytest.mark.parametrize(
    ("value", "names"),
    [("__default__", ["A", "B", "C"]), ("__ignore__", ["A"]), ("all", ["A", "all"])],
)
def test_other_stands_for_all_not_mentioned(value: str, names: list[str]) -> None:
    assert list(mapped({"A": "__default__", "__other__": value}, boxes())) == names


def test_no_class_needs_no_entry() -> None:
    assert mapped({"__other__": "x"}, Schema()) == {}


def test_every_class_must_be_mentioned() -> None:
    error = refused({"A": "X", "M": "__default__"})
    assert (error.code, error.at) == ("E301", ("classes_mapping",))
    assert all(f"'{name}'" in error.message for name in "BCP")


@pytest.mark.parametrize("value", ["X", "__ignore__"])
def test_an_unknown_class_is_an_error(value: str) -> None:
    error = refused({"Aa": value, **REST})
    assert (error.code, error.at, error.in_key) == ("E302", ("classes_mapping", "Aa"), True)
    assert "'A'" in error.help


@pytest.mark.parametrize(
    ("mapping", "key"),
    [({"M": "A"}, "M"), ({"A": "P"}, "A"), ({"A": "X", "M": "X"}, "M"), ({"A": "M"}, "A")],
)
def test_a_title_has_one_shape(mapping: dict[str, str], key: str) -> None:
    error = refused({**mapping, **REST})
    assert (error.code, error.at) == ("E303", ("classes_mapping", key))


def test_other_with_several_shapes_is_an_error() -> None:
    error = refused({"__other__": "x"})
    assert (error.code, error.at) == ("E303", ("classes_mapping", "__other__"))


def test_a_title_freed_by_a_rename_may_change_its_shape() -> None:
    result = map_classes({"A": "M", "M": "A", **REST}, ALL, at=())
    assert [(label.name, label.kind) for label in result.labels[:4]] == [
        ("M", "rectangle"), ("B", "rectangle"), ("C", "rectangle"), ("A", "bitmap")
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["__other__", "__new__", "__clone__", "__update__", ""])
def test_reserved_words_are_no_titles(word: str) -> None:
    error = refused({"A": word, **REST})
    assert (error.code, error.at) == ("E305", ("classes_mapping", "A"))


@pytest.mark.parametrize(
    ("mapping", "labels"),
    [
        ({"A": "B", "B": "A", **REST}, "BAC"),
        ({"A": "B", "B": "C", **REST}, "BCC"),
        ({"A": "__ignore__", "__other__": "X"}, "XX"),
        ({"B": "__default__", "__other__": "__ignore__"}, "B"),
        ({"A": "X", **REST}, "XBC"),
    ],
)
def test_instances_follow_in_order(mapping: dict[str, str], labels: str) -> None:
    instances = [Instance(name, Point(1, 1), (), f"was {name}") for name in "ABC"]
    result = map_instances(mapping, instances)
    assert [instance.label for instance in result] == list(labels)
    for instance in result:
        source = instances["ABC".index(instance.description[-1])]
        assert (instance is source) == (instance.label == source.label)


def test_the_id_of_a_former_class_is_dropped() -> None:
    instances = [Instance(name, Point(1, 1), extra={"classId": 7, "id": 5}) for name in "AB"]
    renamed, kept = map_instances({"A": "X", **REST}, instances)
    assert renamed.extra == {"id": 5}
    assert kept is instances[1]


@pytest.mark.parametrize(
    ("mapping", "title"),
    [({"A": "X"}, "X"), ({"A": "__default__"}, "A"), ({"A": "__ignore__"}, None), ({}, "A"),
     ({"__other__": "X"}, "X"), ({"__other__": "__ignore__"}, None)],
)  # fmt: skip
def test_new_title(mapping: dict[str, Any], title: str | None) -> None:
    assert new_title(mapping, "A") == title
