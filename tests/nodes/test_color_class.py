from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.schema import LabelSpec, Schema, SchemaError, TagSpec
from dtl_engine.testing import conformance_samples, sample_schema
from dtl_nodes.color_class import ColorClass
from tests.fixtures.nodes import infer, refuses, run

SCHEMA = Schema(
    (LabelSpec("a", "point", "#111111", {"hotkey": "k"}), LabelSpec("b", "bitmap", "#222222")),
    (TagSpec("checked"),),
)


@pytest.mark.parametrize(
    ("color", "written"),
    [("#3366CC", "#3366CC"), ("#36c", "#3366CC"), ("#abCDef", "#ABCDEF"),
     ([51, 102, 204], "#3366CC"), ([0, 0, 0], "#000000"), ([255, 255, 255], "#FFFFFF")],
)  # fmt: skip
def test_colors(color: Any, written: str) -> None:
    schema = infer(ColorClass, {"classes_color_mapping": {"a": color}}, SCHEMA)
    assert [label.color for label in schema.labels] == [written, "#222222"]
    assert schema.labels[0].extra == {"hotkey": "k"}
    assert schema.tags == SCHEMA.tags
    assert schema.label_names == ("a", "b")


def test_samples_pass_unread() -> None:
    for sample in conformance_samples():
        (result,) = run(ColorClass, {"classes_color_mapping": {"box": "#123"}}, sample)
        assert result is sample
    assert infer(ColorClass, {"classes_color_mapping": {}}, sample_schema()) == sample_schema()


def test_unknown_class() -> None:
    with pytest.raises(SchemaError, match="'aa' to colour") as refused:
        infer(ColorClass, {"classes_color_mapping": {"b": "#123", "aa": "#456"}}, SCHEMA)
    error = refused.value
    assert (error.code, error.at) == ("E302", ("classes_color_mapping", "aa"))
    assert (error.in_key, error.help) == (True, "did you mean 'a'?")


@pytest.mark.parametrize(
    ("color", "words"),
    [
        ("red", "#36C"),
        ("#12", "#36C"),
        ("#12345g", "#36C"),
        ("3366CC", "#36C"),
        ("#\uff11\uff12\uff13", "#36C"),
        (3, "string"),
        (None, "string"),
        ([1, 2], "missing"),
        ([1, 2, 256], "255"),
        ([1, 2, -1], "0"),
        ([1, 2, 3, 4], "3 items"),
        ([1, 2, 3.0], "integer"),
    ],
)
def test_refuses(color: Any, words: str) -> None:
    refuses(ColorClass, {"classes_color_mapping": {"a": color}}, words)


def test_refuses_to_do_nothing() -> None:
    refuses(ColorClass, {})
