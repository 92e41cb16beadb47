"""The two functions for Python, and what importing costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dtl_engine
from dtl_engine import compile_graph, run_graph
from dtl_engine.errors import GraphInvalid, UsageError
from dtl_engine.execute.events import RunFinished, RunStarted, UnitFinished
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import document, layer, reading, saving, tree

LAYERS = [reading(), layer("flip", "$in", "$out", axis="horizontal"), saving("$out", "turned")]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path)
    (tmp_path / "graph.json").write_text(json.dumps(LAYERS), encoding="utf-8")
    return tmp_path


def test_path_text_and_value_mean_the_same(home: Path) -> None:
    given: list[Any] = [home / "graph.json", "graph.json", LAYERS, document(*LAYERS), tuple(LAYERS)]
    trees = []
    for at, graph in enumerate(given):
        report = run_graph(graph, out=home / str(at))
        assert (report.images, report.samples, report.exit_code) == (3, 3, 0)
        trees.append(tree(home / str(at)))
    assert all(other == trees[0] for other in trees)


def test_shipped_name() -> None:
    graph = compile_graph("lemon", set=["$data2.multiply=3"], seed=11)
    assert graph.seed == 11
    assert graph.outputs["data2", 0].total.high == 6 * 4 * 3
    assert compile_graph("lemon").seed == 7


def test_events_are_told(home: Path) -> None:
    events: list[object] = []
    report = run_graph(LAYERS, out=home / "out", runner="serial", listeners=[events.append])
    assert [type(event) for event in events] == [RunStarted, *3 * [UnitFinished], RunFinished]
    assert report.saved == {"turned": 3}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"runner": "thread"}, "no runner 'thread'"),
        ({"data": ["nowhere"]}, "data folder nowhere"),
        ({"only": ["x"]}, "no image matches 'x'"),
        ({"set": ["x"]}, "has no '='"),
    ],
)
def test_wrong_arguments(home: Path, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run_graph(LAYERS, out=home / "out", **arguments)  # type: ignore[arg-type]
    assert not (home / "out").exists()


def test_values_that_are_no_graph() -> None:
    loop: list[object] = []
    loop.append(loop)
    for unfit in ([{1, 2}], loop):
        with pytest.raises(UsageError, match="no JSON value"):
            compile_graph(unfit)
    refused: list[Any] = [[float("nan")], [10**100], [], {}]
    for value in refused:
        with pytest.raises(GraphInvalid):
            compile_graph(value)


def test_the_package_offers_two_functions() -> None:
    assert set(dtl_engine.__all__) == {"__version__", "compile_graph", "run_graph"}
    with pytest.raises(AttributeError, match="no attribute 'run'"):
        dtl_engine.run  # noqa: B018


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        (
            "import sys; sys.argv = ['dtl', '--help']; from dtl_engine.cli import main\n"
            "try: main()\nexcept SystemExit: pass",
            "numpy cv2 albumentations torch networkx pydantic rich PIL shapely graphviz",
        ),
        ("import dtl_engine.sdk", "torch cv2 onnxruntime albumentations graphviz networkx rich"),
        ("import dtl_engine", "numpy pydantic orjson click"),
    ],
)
def test_imports_are_few(statement: str, absent: str) -> None:
    code = f"{statement}\nimport sys\nprint('loaded', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "loaded" in loaded
    assert not loaded & set(absent.split())
