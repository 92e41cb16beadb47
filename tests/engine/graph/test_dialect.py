"""Both forms of a document become layers; every mistake is told with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dtl_engine.graph.dialect import DialectReader
from dtl_engine.graph.json_reader import read_json
from dtl_engine.graph.spec import Dialect, GraphSpec
from tests.fixtures.small_graphs import document, layer

FLIP = layer("flip", "$a", "$b", axis="vertical")


def read(value: Any) -> tuple[GraphSpec, list[tuple[str, str]]]:
    reader = DialectReader(read_json(json.dumps(value).encode(), "g.json"))
    spec = reader.read()
    return spec, [(problem.code, problem.location.pointer) for problem in reader.problems]


def test_both_forms() -> None:
    for value, dialect, seed in (
        ([FLIP], Dialect.ORIGINAL, 0),
        (document(FLIP, seed=5), Dialect.DOCUMENT, 5),
        ({"layers": [FLIP], "$schema": "s", "description": {"any": 1}}, Dialect.DOCUMENT, 0),
    ):
        spec, problems = read(value)
        assert problems == []
        assert (spec.dialect, spec.seed, spec.file) == (dialect, seed, "g.json")
        (found,) = spec.layers
        assert (found.action, found.src, found.dst) == ("flip", ("$a",), ("$b",))
        assert found.settings == {"axis": "vertical"}
        assert found.pointer == ("/0" if dialect is Dialect.ORIGINAL else "/layers/0")


@pytest.mark.parametrize(
    ("dst", "expected", "is_list"),
    [
        ("$a", ("$a",), False),
        (None, (None,), False),
        ("null", (None,), False),
        (["$a", None], ("$a", None), True),
        (["null", "$b"], (None, "$b"), True),
        ([], (), True),
    ],
)
def test_outputs(dst: Any, expected: tuple[str | None, ...], is_list: bool) -> None:
    spec, problems = read([{**FLIP, "dst": dst}])
    assert problems == []
    assert (spec.layers[0].dst, spec.layers[0].dst_is_list) == (expected, is_list)


def test_the_successors_form_of_src() -> None:
    spec, problems = read([{**FLIP, "src": {"source": ["$a", "$b"]}}])
    assert (spec.layers[0].src, problems) == (("$a", "$b"), [])


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in FLIP.items() if name != key}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (3, ("E008", "")),
        ({"version": 1}, ("E101", "")),
        ({"layers": {}}, ("E101", "/layers")),
        ({**document(), "version": 3}, ("E105", "/version")),
        ({**document(), "version": True}, ("E105", "/version")),
        ({**document(), "seed": "7"}, ("E104", "/seed")),
        ({**document(), "seed": True}, ("E104", "/seed")),
        ({**document(), "sed": 7}, ("E107", "/sed")),
        ([5], ("E104", "/0")),
        ([without("action")], ("E101", "/0")),
        ([without("src")], ("E101", "/0")),
        ([without("dst")], ("E101", "/0")),
        ([without("settings")], ("E101", "/0")),
        ([{**FLIP, "action": 5}], ("E104", "/0/action")),
        ([{**FLIP, "src": "$a"}], ("E104", "/0/src")),
        ([{**FLIP, "src": ["$a", 5]}], ("E104", "/0/src/1")),
        ([{**FLIP, "src": {"source": 5}}], ("E104", "/0/src/source")),
        ([{**FLIP, "dst": 5}], ("E104", "/0/dst")),
        ([{**FLIP, "dst": ["$a", 5]}], ("E104", "/0/dst/1")),
        ([{**FLIP, "settings": []}], ("E104", "/0/settings")),
        ([{**FLIP, "comment": ""}], ("E107", "/0/comment")),
    ],
)
def test_mistakes(value: Any, problem: tuple[str, str]) -> None:
    assert problem in read(value)[1]


def test_all_mistakes_are_told_at_once() -> None:
    _, problems = read([{"action": 5, "src": "$a", "dst": 7, "settings": 3, "x": 1}, [], FLIP])
    assert [code for code, _ in problems] == ["E107", "E104", "E104", "E104", "E104", "E104"]
