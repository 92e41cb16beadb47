"""What running needs is looked for before a run begins, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dtl_engine.api import compile_graph, run_graph
from dtl_engine.errors import UsageError
from dtl_engine.node.models import OpenedModel
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import document, layer, reading, saving
from tests.fixtures.toy_models import SPEC, ToyFit, ToyModel, toy_catalogue


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_engine.api.installed_catalogue", toy_catalogue)


def missing(told: list[OpenedModel | None]) -> object:
    def check(self: object, schemas: object, opened: OpenedModel | None) -> None:
        told.append(opened)
        raise UsageError("fitting needs abacus: pip install abacus")

    return check


def test_a_missing_library_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path)
    told: list[OpenedModel | None] = []
    monkeypatch.setattr(ToyFit, "check_installed", missing(told), raising=False)
    graph = document(reading(), layer("toy_fit", "$in", ["$number", None]))
    compile_graph(graph, data=[tmp_path])
    with pytest.raises(UsageError) as error:
        run_graph(graph, data=[tmp_path], out=tmp_path / "out")
    assert str(error.value).endswith(": fitting needs abacus: pip install abacus")
    assert str(error.value).startswith("<graph>:")
    assert told == [None]
    assert not (tmp_path / "out").exists()


def test_a_node_that_loads_a_model_is_told_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path)
    (tmp_path / "number").mkdir()
    told: list[OpenedModel | None] = []
    monkeypatch.setattr(ToyModel, "check_installed", missing(told), raising=False)
    graph = document(
        reading(),
        layer("toy_model", "number", "$model"),
        layer("toy_infer", ["$in", "$model"], "$found"),
        saving("$found"),
    )
    with pytest.raises(UsageError):
        run_graph(graph, data=[tmp_path], out=tmp_path / "out")
    assert told == [OpenedModel(tmp_path / "number", SPEC)]
