"""Culling: what reaches no output is not run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dtl_engine.compile.graph import Stream
from dtl_engine.optimize.cull import cull
from dtl_engine.optimize.rules import optimize
from dtl_engine.optimize.verify import verify
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import compiled, layer, reading, saving


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


def test_dead_branches_go(data: Path) -> None:
    graph = compiled(
        data,
        reading(),
        reading("mini/ds1", "$unused"),
        layer("dummy", ["$unused", "$in"], "$dead"),
        layer("dummy", "$dead", None),
        layer("if", "$in", ["$kept", None], condition={"min_width": 3}),
        layer("dummy", "$kept", "$dead2"),
        saving("$kept"),
    )
    culled = cull(graph)
    assert [node.id for node in culled.nodes] == ["in", "kept", "out"]
    assert [(edge.source, edge.target) for edge in culled.edges] == [
        ("in", "kept"),
        ("kept", "out"),
    ]
    assert culled.inputs == graph.inputs
    assert optimize(graph) == culled


def test_nothing_goes_where_all_is_saved(data: Path) -> None:
    graph = compiled(data, reading(), layer("dummy", "$in", "$a"), saving(["$in", "$a"]))
    assert cull(graph) == graph


def test_verification_notices_what_a_rule_must_not_do(data: Path) -> None:
    graph = compiled(data, reading(), layer("dummy", "$in", "$a"), saving("$a"))
    for wrong in (
        replace(graph, seed=5),
        replace(graph, nodes=graph.nodes[:-1]),
        replace(graph, nodes=graph.nodes[1:]),
        replace(graph, inputs={**graph.inputs, "out": Stream()}),
    ):
        with pytest.raises(AssertionError):
            verify(graph, wrong)
