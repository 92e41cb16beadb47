"""The runners: same results, bounded windows, nobody left behind."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dtl_engine.errors import RunFailed
from dtl_engine.execute.executor import Execution
from dtl_engine.execute.reports import UnitReport
from dtl_engine.execute.runners.pool import IN_FLIGHT_PER_WORKER, run_window
from dtl_engine.execute.runners.processes import to_send
from dtl_engine.model.sample import Origin
from dtl_engine.plan.plan import RunnerKind, make_plan
from dtl_engine.plan.units import Group, Unit
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import Json, compiled, layer, reading, run, saving, tree

PART = {"min_percent": 40, "max_percent": 90}
LAYERS: list[Json] = [
    reading(),
    layer("multiply", "$in", "$m", multiply=3),
    layer("crop", "$m", "$c", random_part={"width": PART, "height": PART}),
    layer("if", "$c", ["$c0", "$c1"], condition={"name_in_range": ["a", "z"], "frame_step": 2}),
    layer("if", ["$c0", "$in"], ["$t", "$v"], condition={"probability": 0.5}),
    layer("tag", "$t", "$train", tag="train", action="add"),
    saving(["$train", "$v"]),
    saving(["$v", "$c1"], "valid"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("data")).parent


@pytest.mark.parametrize(
    ("runner", "workers"),
    [("threads", 1), ("threads", 2), ("threads", 5), ("processes", 2)],
)
def test_every_runner_writes_the_same(
    runner: str, workers: int, data: Path, tmp_path: Path
) -> None:
    graph = compiled(data, *LAYERS, seed=3)
    alone = run(graph, tmp_path / "serial")
    together = run(graph, tmp_path / "other", RunnerKind(runner), workers)
    assert tree(tmp_path / "serial") == tree(tmp_path / "other")
    assert (alone.saved, alone.images) == (together.saved, together.images)
    entered = {id: counts.entered for id, counts in alone.nodes.items()}
    assert entered == {id: counts.entered for id, counts in together.nodes.items()}


def test_units_travel_without_the_names_of_their_datasets() -> None:
    names = tuple(f"image_{number}" for number in range(50_000))
    unit = Unit(7, Origin("p", "d", "image_7.png", names, 8, 50_000), ("in",))
    sent = to_send(unit)
    assert len(pickle.dumps(sent)) < 400
    assert (sent, sent.origin.number, sent.origin.total) == (unit, 8, 50_000)


def test_failures_and_bugs_come_back_from_processes(data: Path, tmp_path: Path) -> None:
    project = write_project(tmp_path / "in")
    (project / "ds1/ann/one.png.json").write_text("{")
    graph = compiled(tmp_path / "in", reading(), saving("$in"))
    report = run(graph, tmp_path / "out", RunnerKind.PROCESSES, 1)
    assert (report.exit_code, report.images, report.samples) == (3, 3, 2)
    assert report.failures == run(graph, tmp_path / "serial").failures


def an_endless_row_of_groups(taken: list[int]) -> Iterator[Group]:
    for index in range(1000):
        taken.append(index)
        yield (Unit(index, Origin("p", "d", f"{index}.png"), ()),)


def test_the_window_is_bounded() -> None:
    taken: list[int] = []
    most = 0
    with ThreadPoolExecutor(3) as executor:
        groups = an_endless_row_of_groups(taken)
        reports = run_window(executor, lambda g: [UnitReport(str(u.origin)) for u in g], groups, 3)
        for done, _ in enumerate(reports):
            most = max(most, len(taken) - done)
    assert len(taken) == 1000
    assert most <= IN_FLIGHT_PER_WORKER * 3 + 3


def test_an_error_is_raised_once_everything_in_flight_has_ended() -> None:
    lock = threading.Lock()
    running = 0

    def work(group: Group) -> list[UnitReport]:
        (unit,) = group
        nonlocal running
        with lock:
            running += 1
        try:
            if unit.index == 5:
                raise RunFailed("broken")
            return [UnitReport(str(unit.origin))]
        finally:
            with lock:
                running -= 1

    def everything() -> Iterator[UnitReport]:
        with ThreadPoolExecutor(2) as executor:
            yield from run_window(executor, work, an_endless_row_of_groups(taken), 2)

    taken: list[int] = []
    with pytest.raises(RunFailed, match="broken"):
        list(everything())
    assert running == 0
    assert len(taken) < 20


@pytest.mark.parametrize("runner", RunnerKind)
def test_a_listener_that_fails_leaves_nothing_running(
    runner: RunnerKind, data: Path, tmp_path: Path
) -> None:
    def listener(event: object) -> None:
        if type(event).__name__ == "UnitFinished":
            raise KeyboardInterrupt

    plan = make_plan(compiled(data, *LAYERS), tmp_path, runner=runner, workers=2)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        Execution(plan, listeners=(listener,)).run()
    assert threading.active_count() == before
    assert not list(tmp_path.glob("*/.partial"))
