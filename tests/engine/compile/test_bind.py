"""Binding: ids of nodes, and layers whose node cannot be had."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dtl_engine.compile.bind import bind
from dtl_engine.graph.dialect import DialectReader
from dtl_engine.graph.json_reader import read_json
from dtl_engine.node.catalogue import installed_catalogue
from tests.fixtures.small_graphs import layer, saving


def ids(*outputs: Any) -> list[str]:
    layers = [
        saving("$x", out) if isinstance(out, str) and out[:1] != "$" else layer("dummy", "$x", out)
        for out in outputs
    ]
    text = json.dumps(layers).encode()
    bindings, problems = bind(DialectReader(read_json(text, "g")).read(), installed_catalogue())
    assert problems == []
    return [binding.id for binding in bindings]


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (["$a", "$b"], ["a", "b"]),
        (["$a", "$a", "$a"], ["a", "a~2", "a~3"]),
        (["$a", "$a", "$a~2"], ["a", "a~3", "a~2"]),
        ([["$a", "$b"], [None, "$c"], [None, None]], ["a", "c", "null"]),
        (["out", "$out"], ["out~2", "out"]),
        ([None, "$null", None], ["null~2", "null", "null~3"]),
        (["$"], ["null"]),
    ],
)
def test_ids_are_unique_and_follow_the_outputs(outputs: list[Any], expected: list[str]) -> None:
    assert ids(*outputs) == expected


def test_a_layer_that_discards_or_saves_renames_no_connection() -> None:
    assert ids("$a", "$b")[:2] == ids("$a", "$b", "a", None)[:2] == ids("a", "$a", "$b")[1:]


def test_settings_are_checked() -> None:
    text = json.dumps([layer("flip", "$a", "$b", axis="up"), layer("flop", "$a", "$b")]).encode()
    bindings, problems = bind(DialectReader(read_json(text, "g")).read(), installed_catalogue())
    assert [binding.settings for binding in bindings] == [None]
    assert [problem.code for problem in problems] == ["E105", "E102"]
    assert "did you mean 'flip'?" in problems[1].help
