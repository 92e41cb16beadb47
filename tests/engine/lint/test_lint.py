"""Lints: leakage, and layers that nobody reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import Severity
from dtl_engine.lint.rules import lint
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, saving

MULTIPLY = layer("multiply", "$in", "$many", multiply=3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_project(folder)
    write_project(folder, "other")
    return folder


def codes(graph: CompiledGraph) -> list[str]:
    return [problem.code for problem in lint(graph)]


def split(src: Any, dst: Any = None, **more: Any) -> Json:
    return layer("if", src, dst or ["$t", "$v"], condition={"probability": 0.9, **more})


@pytest.mark.parametrize("name", ["lemon", "vessels"])
def test_the_shipped_graphs_leak_and_say_how_to_mend_it(name: str) -> None:
    (problem,) = lint(compile_graph(name))
    assert (problem.code, problem.severity) == ("W501", Severity.WARNING)
    assert problem.location.pointer == "/layers/6/settings"
    assert "up to 44 samples of one source image" in problem.message
    assert '"by": "source"' in problem.help
    assert codes(compile_graph(name, set=["$totrain.condition.by=source"])) == []


@pytest.mark.parametrize(
    "layers",
    [
        [split("$in")],
        [MULTIPLY, split("$many", by="source")],
        [MULTIPLY, split("$many", probability=1)],
        [MULTIPLY, split("$many", probability=0)],
        [MULTIPLY, layer("if", "$many", ["$t", "$v"], condition={"min_width": 30})],
        [reading("other/*", "$more"), split(["$in", "$more"])],
        [layer("if", "$in", ["$a", "$b"], condition={"min_width": 30}), split(["$a", "$b"])],
        [layer("crop", "$in", "$cut", sides={"left": "1px"}), split("$cut")],
        [
            split("$in", ["$a", "$b"]),
            layer("multiply", "$a", "$t", multiply=3),
            layer("dummy", "$b", "$v"),
        ],
    ],
)
def test_no_warning_where_nothing_leaks(layers: list[Json], data: Path) -> None:
    graph = compiled(data, reading(), *layers, saving(["$t", "$v"]))
    assert codes(graph) == []


def test_a_filter_is_no_split(data: Path) -> None:
    for dst in (["$t", None], [None, "$t"], ["$t", "$unread"]):
        graph = compiled(data, reading(), MULTIPLY, split("$many", dst), saving("$t"))
        assert codes(graph) == []


@pytest.mark.parametrize(
    "layers",
    [
        [MULTIPLY, split("$many")],
        [layer("flip", "$in", "$f", axis="vertical"), split(["$in", "$f"])],
        [reading("mini/ds1", "$again"), split(["$in", "$again"])],
        [MULTIPLY, layer("crop", "$many", "$c", sides={"left": "1px"}), split("$c")],
        [MULTIPLY, split("$many", ["$x", "$y"], by="source"), split(["$x", "$y"])],
    ],
)
def test_leakage_is_found(layers: list[Json], data: Path) -> None:
    graph = compiled(data, reading(), *layers, saving(["$t", "$v"]))
    assert codes(graph) == ["W501"]


def test_what_nobody_reads(data: Path) -> None:
    graph = compiled(
        data,
        reading(),
        layer("flip", "$in", "$idle", axis="vertical"),
        layer("if", "$in", ["$one", "$two"], condition={"min_width": 30}),
        layer("if", "$in", [None, None], condition={"min_width": 30}),
        reading("mini/ds1", None),
        saving("$in"),
    )
    found = lint(graph)
    assert [problem.code for problem in found] == ["W502", "W502"]
    assert "'$idle'" in found[0].message
    assert "'$one', '$two'" in found[1].message


def test_warnings_of_the_compilation_come_along(data: Path) -> None:
    graph = compile_graph(
        [reading("mini/ds9"), reading("mini/ds1", "$x"), saving(["$in", "$x"])], data=[data]
    )
    assert codes(graph) == ["W504"]
