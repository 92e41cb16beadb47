"""Wiring: names to edges, in the order in which samples follow them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.errors import GraphInvalid
from dtl_engine.node.signature import Kind
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, saving


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


def edges(data: Path, *layers: Json) -> list[tuple[str, int, str]]:
    graph = compiled(data, *layers)
    assert all(edge.kind is Kind.SAMPLES for edge in graph.edges)
    return [(edge.source, edge.port, edge.target) for edge in graph.edges]


def test_fan_out_goes_in_array_order(data: Path) -> None:
    found = edges(
        data,
        saving(["$b", "$a"]),
        layer("dummy", "$in", "$b"),
        layer("dummy", ["$in", "$b", "$in"], "$a"),
        reading(),
    )
    assert found == [
        ("b", 0, "out"),
        ("b", 0, "a"),
        ("a", 0, "out"),
        ("in", 0, "b"),
        ("in", 0, "a"),
    ]


def test_ports_of_a_branch(data: Path) -> None:
    condition = {"min_width": 30}
    way = layer("if", "$in", ["$yes", "$no"], condition=condition)
    found = edges(data, reading(), way, saving(["$no", "$yes"]))
    assert found == [("in", 0, "yes"), ("yes", 0, "out"), ("yes", 1, "out")]
    both = layer("if", "$in", ["$x", "$x"], condition=condition)
    assert edges(data, reading(), both, saving("$x"))[1:] == [("x", 0, "out"), ("x", 1, "out")]
    half = layer("if", "$in", [None, "$x"], condition=condition)
    assert edges(data, reading(), half, saving("$x"))[1:] == [("x", 1, "out")]


def test_one_name_of_several_producers(data: Path) -> None:
    found = edges(
        data, reading(), reading("mini/ds1"), layer("dummy", "$in", "$in2"), saving(["$in"])
    )
    assert found == [("in", 0, "in2"), ("in", 0, "out"), ("in~2", 0, "in2"), ("in~2", 0, "out")]


@pytest.mark.parametrize(
    ("layers", "code", "line"),
    [
        ([layer("dummy", "$b", "$a"), layer("dummy", "$a", "$b")], "E203", "$a -> $b -> $a"),
        ([layer("dummy", ["$in", "$a"], "$a")], "E203", "$a -> $a"),
        ([layer("dummy", "$im", "$a")], "E202", "no layer writes '$im'"),
        ([layer("dummy", [], "$a")], "E204", "reads nothing"),
    ],
)
def test_mistakes(data: Path, layers: list[Json], code: str, line: str) -> None:
    with pytest.raises(GraphInvalid) as caught:
        compiled(data, reading(), *layers, saving("$in"))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert line in str(caught.value)


def test_a_missing_action_is_the_only_thing_told(data: Path) -> None:
    with pytest.raises(GraphInvalid) as caught:
        compiled(data, reading(), layer("flop", "$in", "$a"), layer("dummy", "$a", "$b"))
    assert [problem.code for problem in caught.value.problems] == ["E102"]
