from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Point, ShapeKind
from dtl_engine.testing import make_sample
from dtl_nodes.rename import Rename
from tests.fixtures.masks import schema_of, thing
from tests.fixtures.nodes import infer, refuses, run

SCHEMA = schema_of(a=ShapeKind.POINT, b=ShapeKind.POINT, c=ShapeKind.BITMAP)
SAMPLE = make_sample(9, 9, [thing(Point(1, 1), label) for label in "ab"])


def renamed(**mapping: str) -> tuple[dict[str, str], list[str]]:
    """Return the colours by class, and the classes of two objects ``a`` and ``b``."""
    settings = {"classes_mapping": mapping}
    schema = infer(Rename, settings, SCHEMA)
    (result,) = run(Rename, settings, SAMPLE)
    assert (result is SAMPLE) == ([i.label for i in result.instances] == ["a", "b"])
    colors = {label.name: label.color for label in schema.labels}
    return colors, [instance.label for instance in result.instances]


def test_classes_that_are_not_mentioned_stay() -> None:
    assert renamed() == ({"a": "#112233", "b": "#445566", "c": "#778899"}, ["a", "b"])
    assert renamed(a="new") == (
        {"new": "#112233", "b": "#445566", "c": "#778899"},
        ["new", "b"],
    )


def test_other_has_no_meaning() -> None:
    assert renamed(**{"b": "b", "__other__": "__ignore__"}) == renamed()


def test_join_drop_and_swap() -> None:
    assert renamed(a="b") == ({"b": "#445566", "c": "#778899"}, ["b", "b"])
    assert renamed(a="__ignore__") == ({"b": "#445566", "c": "#778899"}, ["b"])
    assert renamed(a="b", b="a")[1] == ["b", "a"]
    assert renamed(a="__default__") == renamed()


def test_objects_keep_what_they_have() -> None:
    (result,) = run(Rename, {"classes_mapping": {"a": "new"}}, SAMPLE)
    assert result.instances[0] == SAMPLE.instances[0].with_label("new")
    assert result.instances[1] is SAMPLE.instances[1]


@pytest.mark.parametrize(
    ("mapping", "code", "key"),
    [
        ({"aa": "x"}, "E302", "aa"),
        ({"aa": "__ignore__"}, "E302", "aa"),
        ({"a": "c"}, "E303", "a"),
        ({"a": "__other__"}, "E305", "a"),
        ({"a": ""}, "E305", "a"),
    ],
)
def test_what_cannot_be_inferred(mapping: dict[str, str], code: str, key: str) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(Rename, {"classes_mapping": mapping}, SCHEMA)
    assert (refused.value.code, refused.value.at) == (code, ("classes_mapping", key))


@pytest.mark.parametrize(
    "wrong", [{}, {"classes_mapping": "default"}, {"classes_mapping": {"a": None}}]
)
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(Rename, wrong)
