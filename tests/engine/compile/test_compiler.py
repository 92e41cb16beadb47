"""The compiler: passes in order, one list of problems, a frozen graph."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.errors import GraphInvalid
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, document, layer, reading, saving

LAYERS = [
    reading(),
    layer("if", "$in", ["$yes", None], condition={"probability": 0.5}),
    saving(["$yes", "$in"]),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


def test_what_is_known(data: Path) -> None:
    graph = compiled(data, *LAYERS, seed=4)
    assert [node.id for node in graph.nodes] == ["in", "yes", "out"]
    assert [node.id for node in graph.source_nodes] == ["in"]
    assert [node.id for node in graph.sinks] == ["out"]
    assert [node.id for node in graph.consumers("in", 0)] == ["yes", "out"]
    assert graph.consumers("yes", 1) == ()
    assert graph.output_name(graph.sinks[0]) == "out"
    assert graph.by_id["yes"].location.pointer == "/layers/1"
    assert not graph.by_id["yes"].expands
    assert graph.seed == 4


def test_the_seed_can_be_given(data: Path) -> None:
    assert compile_graph(document(*LAYERS, seed=4), data=[data], seed=0).seed == 0
    assert compile_graph(LAYERS, data=[data]).seed == 0


def test_a_compiled_graph_is_frozen_and_travels(data: Path) -> None:
    graph = compiled(data, *LAYERS)
    with pytest.raises(FrozenInstanceError):
        graph.seed = 1  # type: ignore[misc]
    copy = pickle.loads(pickle.dumps(graph))
    assert [node.id for node in copy.nodes] == [node.id for node in graph.nodes]
    assert copy.inputs["out"].schema == graph.inputs["out"].schema
    assert copy.inputs["out"].total.high == 6


def test_problems_of_all_passes_come_in_the_order_of_the_document(data: Path) -> None:
    layers: list[Json] = [
        reading(mapping={"bax": "x", "__other__": "__default__"}),
        layer("flip", "$in", "$a", axis="up"),
        layer("dummy", "$b", "$c"),
        reading("nowhere/*", "$d"),
        {**layer("dummy", ["$a", "$c", "$d"], "$e"), "extra": 1},
        saving("$e"),
    ]
    with pytest.raises(GraphInvalid) as caught:
        compiled(data, *layers)
    problems = caught.value.problems
    assert [problem.code for problem in problems] == ["E302", "E105", "E202", "E401", "E107"]
    columns = [problem.location.column for problem in problems]
    assert columns == sorted(columns)


def test_array_order_means_nothing_to_wiring(data: Path) -> None:
    backwards = compiled(data, *reversed(LAYERS))
    assert backwards.inputs["out"].total.high == compiled(data, *LAYERS).inputs["out"].total.high
