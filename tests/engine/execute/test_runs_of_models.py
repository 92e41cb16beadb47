"""Runs with models that do not go straight to their end, and graphs of unusual form."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dtl_engine.api import compile_graph
from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import GraphInvalid, RunFailed, UsageError
from dtl_engine.execute.events import FitProgress, PhaseStarted, UnitFinished
from dtl_engine.execute.executor import Execution
from dtl_engine.execute.reports import RunReport
from dtl_engine.plan.phases import phases
from dtl_engine.plan.plan import RunnerKind, make_plan
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, document, layer, reading, run, saving, tree
from tests.fixtures.toy_models import toy_catalogue

FIT = layer("toy_fit", "$in", ["$model", None])
FOUND = [layer("toy_infer", ["$in", "$model"], "$found"), saving("$found")]


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_engine.api.installed_catalogue", toy_catalogue)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Data of three images of which the first one, ``ds1/one.png``, is no image."""
    folder = tmp_path / "broken"
    project = write_project(folder)
    image = next(iter(sorted((project / "ds1" / "img").iterdir())))
    image.write_bytes(b"no image")
    return folder


def compiled(data: Path, *layers: Json) -> CompiledGraph:
    return compile_graph(document(reading(), *layers, seed=3), data=[data])


def execute(graph: CompiledGraph, out: Path, **options: Any) -> RunReport:
    plan = make_plan(graph, out, runner=RunnerKind.SERIAL)
    return Execution(plan, **options).run()


def problems(data: Path, *layers: Json) -> list[tuple[str, str]]:
    with pytest.raises(GraphInvalid) as refused:
        compiled(data, *layers)
    return [(found.code, found.location.pointer) for found in refused.value.problems]


def mean(folder: Path) -> float:
    return float(json.loads((folder / "model.json").read_text())["mean"])


class Interrupting:
    """A listener that stops its run at the first event of a kind."""

    def __init__(self, kind: type[Any], graph: CompiledGraph, out: Path, **options: Any) -> None:
        self.kind = kind
        self.events: list[Any] = []
        plan = make_plan(graph, out, runner=RunnerKind.SERIAL)
        self.execution = Execution(plan, listeners=(self,), **options)

    def __call__(self, event: Any) -> None:
        self.events.append(event)
        if isinstance(event, self.kind):
            self.execution.stop()


def test_an_interrupt_while_fitting_keeps_the_state_and_runs_no_later_phase(
    data: Path, tmp_path: Path
) -> None:
    long = layer("toy_fit", "$in", ["$model", None], epochs=3)
    graph = compiled(data, long, *FOUND)
    stopped = Interrupting(FitProgress, graph, tmp_path / "stopped")
    report = stopped.execution.run()
    assert (report.exit_code, report.interrupted) == (130, True)
    assert [event.number for event in stopped.events if isinstance(event, PhaseStarted)] == [1]
    assert [path.name for path in (tmp_path / "stopped/model").iterdir()] == ["state.json"]
    assert not (tmp_path / "stopped/out").exists()
    assert not list(tmp_path.rglob("*.samples*"))
    assert execute(graph, tmp_path / "stopped").exit_code == 0
    execute(graph, tmp_path / "straight")
    assert tree(tmp_path / "stopped") == tree(tmp_path / "straight")


def test_what_later_phases_replace_stays_until_they_begin(data: Path, tmp_path: Path) -> None:
    execute(compiled(data, FIT, *FOUND), tmp_path)
    before = tree(tmp_path / "out")
    longer = layer("toy_fit", "$in", ["$model", None], epochs=3)
    stopped = Interrupting(FitProgress, compiled(data, longer, *FOUND), tmp_path, overwrite=True)
    assert stopped.execution.run().exit_code == 130
    assert tree(tmp_path / "out") == before
    assert not list(tmp_path.glob(".*"))


def test_an_output_that_cannot_be_made_in_a_later_phase_fails_the_run(
    data: Path, tmp_path: Path
) -> None:
    graph = compiled(data, FIT, *FOUND)
    plan = make_plan(graph, tmp_path, runner=RunnerKind.SERIAL)

    def listener(event: Any) -> None:
        if isinstance(event, FitProgress):
            (tmp_path / "out").write_text("in the way")

    with pytest.raises(RunFailed, match="out cannot be made"):
        Execution(plan, listeners=(listener,)).run()
    assert mean(tmp_path / "model")
    assert (tmp_path / "out").read_text() == "in the way"


def test_an_interrupt_while_the_stream_runs_fits_nothing(data: Path, tmp_path: Path) -> None:
    stopped = Interrupting(UnitFinished, compiled(data, FIT, *FOUND), tmp_path / "out")
    assert stopped.execution.run().exit_code == 130
    assert not (tmp_path / "out/model").exists()
    assert not list(tmp_path.rglob("*.samples*"))


def test_an_interrupt_while_an_epoch_is_made_anew_gives_no_half_of_it(
    data: Path, tmp_path: Path
) -> None:
    graph = compiled(data, layer("toy_fit", "$in", ["$model", None], epochs=2))
    plan = make_plan(graph, tmp_path / "out", runner=RunnerKind.SERIAL)
    fitted: list[FitProgress] = []

    def listener(event: Any) -> None:
        if isinstance(event, FitProgress):
            fitted.append(event)
        elif isinstance(event, UnitFinished) and fitted:
            execution.stop()

    execution = Execution(plan, listeners=(listener,))
    assert execution.run().exit_code == 130
    state = json.loads((tmp_path / "out/model/state.json").read_text())
    assert [len(epoch) for epoch in state["seen"]] == [3]


def test_only_the_first_of_two_fits_runs_after_an_interrupt(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, FIT, layer("toy_fit", "$in", ["$other", None]))
    stopped = Interrupting(FitProgress, graph, tmp_path / "out")
    assert stopped.execution.run().exit_code == 130
    assert not (tmp_path / "out/other").exists()


def test_a_changed_training_is_replaced_only_if_asked(data: Path, tmp_path: Path) -> None:
    longer = layer("toy_fit", "$in", ["$model", None], epochs=2)
    execute(compiled(data, FIT), tmp_path)
    before = tree(tmp_path)
    with pytest.raises(RunFailed, match="another training is there"):
        execute(compiled(data, longer), tmp_path)
    assert tree(tmp_path) == before
    assert execute(compiled(data, longer), tmp_path, overwrite=True).exit_code == 0
    assert len(json.loads((tmp_path / "model/model.json").read_text())["seen"]) == 2


def test_an_unchanged_training_is_not_run_again(data: Path, tmp_path: Path) -> None:
    execute(compiled(data, FIT), tmp_path)
    told: list[Any] = []
    execute(compiled(data, FIT), tmp_path, listeners=(told.append,))
    assert not [event for event in told if isinstance(event, FitProgress)]


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_of_something_else_is_never_deleted(
    data: Path, tmp_path: Path, overwrite: bool
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/thesis.txt").write_text("years of work")
    with pytest.raises(RunFailed, match="something else"):
        execute(compiled(data, FIT, saving("$in")), tmp_path, overwrite=overwrite)
    assert tree(tmp_path / "model") == {"thesis.txt": b"years of work"}
    assert len(list((tmp_path / "out").rglob("*.json"))) > 3


def test_a_model_in_the_place_of_the_data_is_refused(data: Path) -> None:
    before = tree(data)
    with pytest.raises(UsageError, match="in, or over, the input"):
        execute(compiled(data, layer("toy_fit", "$in", ["$m", None], name="mini")), data)
    assert tree(data) == before


def test_a_file_in_the_place_of_a_model_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "model").write_text("a note")
    with pytest.raises(UsageError, match="it is no folder"):
        execute(compiled(data, FIT), tmp_path, overwrite=True)
    assert tree(tmp_path) == {"model": b"a note"}


def test_a_fit_that_fails_leaves_what_was_saved_before(data: Path, tmp_path: Path) -> None:
    failing = layer("toy_fit", "$found", ["$second", None], fails=True)
    graph = compiled(data, FIT, *FOUND, saving("$in", "copies"), failing)
    with pytest.raises(RunFailed, match="the loss is no number"):
        execute(graph, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model", "copies", "out"}
    assert len(list((tmp_path / "copies").rglob("*.png"))) == 2
    assert mean(tmp_path / "model")


def test_limit_and_only_hold_in_every_phase(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, FIT, *FOUND)
    for options, expected in (({"limit": 2}, 2), ({"only": ("*/ds1/two.jpg",)}, 1)):
        out = tmp_path / str(expected)
        plan = make_plan(graph, out, runner=RunnerKind.SERIAL, **options)
        assert plan.images == 2 * expected
        report = Execution(plan).run()
        assert (report.images, report.saved["out"]) == (2 * expected, expected)
        seen = json.loads((out / "model/model.json").read_text())["seen"]
        assert len(seen[0]) == expected


def test_numbers_of_images_are_the_same_in_every_phase(data: Path, tmp_path: Path) -> None:
    """A split by number sends an image to one side, whatever else a phase reads."""
    for name in ("alpha", "beta"):
        write_project(tmp_path / "data", name)
    layers = [
        reading("alpha/*", "$a"),
        reading("beta/*", "$b"),
        layer("split_data", "$b", "$s", split_method="number", split_num=1),
        layer("toy_fit", "$s", ["$model", None]),
        layer("toy_infer", ["$a", "$s", "$model"], "$found"),
        saving("$s", "before"),
        saving("$found", "after"),
    ]
    execute(compile_graph(document(*layers), data=[tmp_path / "data"]), tmp_path / "out")
    datasets = [
        {path.name for path in (tmp_path / "out" / name).iterdir() if path.is_dir()}
        for name in ("before", "after")
    ]
    assert datasets[0] == {"split_4", "split_5", "split_6"}
    assert datasets[1] >= datasets[0]


def test_an_image_that_fails_in_two_phases_counts_once(broken: Path, tmp_path: Path) -> None:
    graph = compiled(
        broken,
        layer("flip", "$in", "$f", axis="vertical"),
        layer("toy_fit", "$f", ["$model", None]),
        layer("toy_infer", ["$f", "$model"], "$found"),
        saving("$found"),
    )
    report = execute(graph, tmp_path / "out", max_failures=1)
    assert report.exit_code == 3
    assert Counter(failure.origin for failure in report.failures).most_common(1)[0][1] == 1
    assert (report.saved["model"], report.saved["out"]) == (2, 2)
    given_up = execute(graph, tmp_path / "none", max_failures=0)
    assert (given_up.exit_code, given_up.gave_up) == (1, True)
    assert not (tmp_path / "none/model").exists()


def test_failures_of_all_phases_count_together(broken: Path, tmp_path: Path) -> None:
    refusing = layer("toy_infer", ["$in", "$model"], "$found", refuses="two")
    graph = compiled(broken, FIT, refusing, saving("$found"))
    report = execute(graph, tmp_path / "out", max_failures=1)
    assert (report.exit_code, report.gave_up) == (1, True)
    assert len({failure.origin for failure in report.failures}) == 2


def test_failures_while_an_epoch_is_made_anew_count(broken: Path, tmp_path: Path) -> None:
    graph = compiled(broken, layer("toy_fit", "$in", ["$model", None], epochs=3))
    report = execute(graph, tmp_path / "out", max_failures=1)
    assert (report.exit_code, len(report.failures)) == (3, 1)


def test_two_models_in_one_graph(data: Path, tmp_path: Path) -> None:
    graph = compiled(
        data,
        FIT,
        layer("flip", "$in", "$f", axis="vertical"),
        layer("toy_fit", "$f", ["$other", None], epochs=2),
        layer("toy_infer", ["$in", "$model"], "$one"),
        layer("toy_infer", ["$in", "$other"], "$two"),
        saving("$one", "one"),
        saving("$two", "two"),
        layer("toy_write", "$model", "model.txt"),
        layer("toy_write", "$other", "other.txt"),
    )
    assert len(phases(graph)) == 2
    assert execute(graph, tmp_path).exit_code == 0
    for name in ("model", "other"):
        assert float((tmp_path / f"{name}.txt").read_text()) == mean(tmp_path / name)


def test_a_model_is_fitted_to_what_another_one_found(data: Path, tmp_path: Path) -> None:
    graph = compiled(
        data,
        FIT,
        layer("toy_infer", ["$in", "$model"], "$found"),
        layer("toy_fit", "$found", ["$second", None]),
        layer("toy_write", "$second", "second.txt"),
    )
    assert [[node.action for node in part.sinks] for part in phases(graph)] == [
        ["toy_fit"], ["toy_fit"], ["toy_write"],
    ]  # fmt: skip
    report = execute(graph, tmp_path)
    assert (report.exit_code, report.saved["second"]) == (0, 3)
    assert float((tmp_path / "second.txt").read_text()) == mean(tmp_path / "second")


def test_a_model_that_nobody_reads_is_fitted_all_the_same(data: Path, tmp_path: Path) -> None:
    named = layer("toy_fit", "$in", [None, None], name="kept")
    curves = layer("toy_fit", "$in", [None, "$curves"])
    assert execute(compiled(data, named, curves), tmp_path).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "curves"}


def test_names_of_results_are_checked_before_anything_runs(data: Path) -> None:
    def fit(dst: Any, **settings: Any) -> Json:
        return layer("toy_fit", "$in", dst, **settings)

    assert problems(data, fit([None, None])) == [("E210", "/layers/1/settings")]
    assert problems(data, fit(["$m", None], name="../m")) == [("E210", "/layers/1/settings/name")]
    assert problems(data, fit(["$failed", None])) == [("E210", "/layers/1/dst/0")]
    assert problems(data, fit(["$out", None]), saving("$in")) == [("E211", "/layers/2/dst")]
    assert problems(data, saving("$in"), fit(["$m", None], name="OUT")) == [
        ("E211", "/layers/2/settings/name")
    ]


def test_models_without_images(data: Path, tmp_path: Path) -> None:
    execute(compiled(data, FIT), tmp_path / "first")
    layers = [layer("toy_model", "model", "$m"), layer("toy_write", "$m", "mean.txt")]
    graph = compile_graph(document(*layers), data=[tmp_path / "first"])
    for runner in (RunnerKind.SERIAL, RunnerKind.THREADS):
        out = tmp_path / runner
        report = run(graph, out, runner)
        assert (report.exit_code, report.images) == (0, 0)
        assert float((out / "mean.txt").read_text()) == mean(tmp_path / "first/model")


def test_reports_are_read_where_they_are_written(data: Path, tmp_path: Path) -> None:
    graph = compiled(
        data,
        layer("toy_fit", "$in", ["$model", "$curves"]),
        layer("toy_fit", "$in", [None, "$more"]),
        layer("toy_ranking", ["$more", "$curves"], "ranking"),
    )
    assert execute(graph, tmp_path).exit_code == 0
    assert json.loads((tmp_path / "ranking/ranking.json").read_text()) == ["more", "model"]


def test_folders_of_values_are_replaced_if_they_are_such(data: Path, tmp_path: Path) -> None:
    graph = compiled(
        data,
        layer("toy_fit", "$in", ["$model", "$curves"]),
        layer("toy_ranking", "$curves", "ranking"),
    )
    execute(graph, tmp_path)
    with pytest.raises(UsageError, match="ranking exists; --overwrite replaces it"):
        execute(graph, tmp_path)
    assert execute(graph, tmp_path, overwrite=True).exit_code == 0
    assert not list(tmp_path.glob(".*"))
    (tmp_path / "ranking/ranking.json").rename(tmp_path / "ranking/thesis.txt")
    with pytest.raises(UsageError, match="no graph wrote it"):
        execute(graph, tmp_path, overwrite=True)
    assert (tmp_path / "ranking/thesis.txt").is_file()


def test_worker_processes_apply_models(data: Path, tmp_path: Path) -> None:
    graph = compiled(data, FIT, *FOUND)
    reports = (
        run(graph, tmp_path / "serial"),
        run(graph, tmp_path / "processes", RunnerKind.PROCESSES, 2),
    )
    told = f"the mean is {mean(tmp_path / 'serial/model'):.1f}"
    assert all(list(report.remarks.values()) == [(told,)] for report in reports)
    assert tree(tmp_path / "serial") == tree(tmp_path / "processes")


def test_images_that_are_moved_leave_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    write_project(folder)
    graph = compiled(
        folder,
        layer("move", "$in", "$m", move_confirmation=True),
        layer("toy_fit", "$m", ["$model", None]),
        layer("toy_infer", ["$m", "$model"], "$found"),
        saving("$found"),
    )
    report = execute(graph, tmp_path / "out")
    assert (report.exit_code, report.removed) == (0, 3)
