from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dtl_engine.model.schema import ANY_SHAPE, SchemaError
from dtl_engine.model.shapes import Point, ShapeKind
from dtl_engine.testing import make_sample
from dtl_nodes.duplicate_objects import DuplicateObjects
from tests.fixtures.masks import schema_of, thing
from tests.fixtures.nodes import infer, refuses, run

SCHEMA = schema_of(a=ShapeKind.POINT, b=ShapeKind.POINT, c=ShapeKind.BITMAP)
SAMPLE = make_sample(9, 9, [thing(Point(1, 1), "a"), thing(Point(2, 2), "b")])


def doubled(**mapping: str) -> tuple[dict[str, str], list[str]]:
    """Return the colours by class, and the classes of two objects ``a`` and ``b``."""
    settings = {"classes_mapping": mapping}
    schema = infer(DuplicateObjects, settings, SCHEMA)
    (result,) = run(DuplicateObjects, settings, SAMPLE)
    colors = {label.name: label.color for label in schema.labels}
    return colors, [instance.label for instance in result.instances]


COLORS = {"a": "#112233", "b": "#445566", "c": "#778899"}


@pytest.mark.parametrize(
    ("mapping", "added", "labels"),
    [
        ({"a": "copy"}, {"copy": "#112233"}, ["a", "copy", "b"]),
        ({"a": "b", "b": "a"}, {}, ["a", "b", "b", "a"]),
        ({"a": "b", "b": "new"}, {"new": "#445566"}, ["a", "b", "b", "new"]),
        ({"a": "copy", "b": "copy"}, {"copy": "#112233"}, ["a", "copy", "b", "copy"]),
        ({"a": "a", "b": "__default__"}, {}, ["a", "a", "b", "b"]),
        ({"a": "__ignore__", "__other__": "copy"}, {}, ["a", "b"]),
        ({}, {}, ["a", "b"]),
    ],
)
def test_copies_lie_right_above(
    mapping: dict[str, str], added: dict[str, str], labels: list[str]
) -> None:
    assert doubled(**mapping) == ({**COLORS, **added}, labels)


def test_copies_have_all_that_objects_have() -> None:
    source = replace(SAMPLE.instances[0], extra={"id": 5, "classId": 9})
    sample = make_sample(9, 9, [source])
    (result,) = run(DuplicateObjects, {"classes_mapping": {"a": "copy"}}, sample)
    assert result.instances == (source, replace(source, label="copy", extra={"id": 5}))
    (same,) = run(DuplicateObjects, {"classes_mapping": {"b": "copy"}}, sample)
    assert same is sample


@pytest.mark.parametrize(
    ("mapping", "code", "in_key"),
    [
        ({"aa": "x"}, "E302", True),
        ({"aa": "__ignore__"}, "E302", True),
        ({"a": "c"}, "E303", False),
        ({"a": "x", "c": "x"}, "E303", False),
        ({"a": "__other__"}, "E305", False),
        ({"a": ""}, "E305", False),
    ],
)
def test_what_cannot_be_inferred(mapping: dict[str, str], code: str, in_key: bool) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(DuplicateObjects, {"classes_mapping": mapping}, SCHEMA)
    key = list(mapping)[-1]
    assert (refused.value.code, refused.value.at) == (code, ("classes_mapping", key))
    assert refused.value.in_key == in_key


def test_classes_of_any_shape() -> None:
    schema = schema_of(a=ANY_SHAPE, b=ShapeKind.POINT)
    assert infer(DuplicateObjects, {"classes_mapping": {"b": "a"}}, schema) == schema
    copied = infer(DuplicateObjects, {"classes_mapping": {"a": "copy"}}, schema).label("copy")
    assert copied is not None
    assert copied.kind == ANY_SHAPE
    with pytest.raises(SchemaError, match="class 'a' \\(any\\) cannot become 'b'"):
        infer(DuplicateObjects, {"classes_mapping": {"a": "b"}}, schema)


@pytest.mark.parametrize(
    "wrong", [{}, {"classes_mapping": "default"}, {"classes_mapping": {"a": 1}}]
)
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(DuplicateObjects, wrong)
