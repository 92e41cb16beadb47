"""The executor: outputs prepared, events told, runs stopped or given up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dtl_engine.errors import UsageError
from dtl_engine.execute.events import Event, RunFinished, RunStarted, UnitFinished
from dtl_engine.execute.executor import Execution
from dtl_engine.plan.plan import Plan, RunnerKind, make_plan
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import compiled, layer, reading, saving, tree


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path / "data").parent


def plan_for(data: Path, out: Path) -> Plan:
    graph = compiled(data, reading(), layer("dummy", "$in", "$same"), saving("$same"))
    return make_plan(graph, out, runner=RunnerKind.SERIAL)


def break_annotations(data: Path, *names: str) -> None:
    for name in names:
        dataset, file = name.split("/")
        (data / "mini" / dataset / "ann" / f"{file}.json").write_text("{")


def test_events_tell_the_run(data: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    counted: list[int] = []

    def listener(event: Event) -> None:
        events.append(event)
        if isinstance(event, UnitFinished):
            counted.append(event.report.images)

    report = Execution(plan_for(data, tmp_path / "out"), listeners=(listener,)).run()
    assert [type(event) for event in events] == [RunStarted, *3 * [UnitFinished], RunFinished]
    assert counted == [1, 2, 3]
    assert (report.exit_code, report.samples, report.seconds > 0) == (0, 3, True)
    assert not list((tmp_path / "out").rglob(".*"))


def test_stopping_finishes_what_is_in_flight(data: Path, tmp_path: Path) -> None:
    def listener(event: Event) -> None:
        if isinstance(event, UnitFinished):
            execution.stop()

    execution = Execution(plan_for(data, tmp_path / "out"), listeners=(listener,))
    report = execution.run()
    assert (report.exit_code, report.interrupted, report.images) == (130, True, 1)
    assert len(list((tmp_path / "out").glob("out/*/img/*"))) == 1


@pytest.mark.parametrize(
    ("most", "code", "images"), [(None, 3, 3), (2, 3, 3), (1, 1, 2), (0, 1, 1)]
)
def test_giving_up(most: int | None, code: int, images: int, data: Path, tmp_path: Path) -> None:
    break_annotations(data, "ds1/one.png", "ds1/two.jpg")
    report = Execution(plan_for(data, tmp_path / "out"), max_failures=most).run()
    assert (report.exit_code, report.images, report.gave_up) == (code, images, code == 1)


def test_failures_are_recorded_with_the_way_to_repeat_them(data: Path, tmp_path: Path) -> None:
    break_annotations(data, "ds1/two.jpg")
    out = tmp_path / "out"
    Execution(plan_for(data, out), command=("dtl", "run", "my graph")).run()
    (record,) = (out / "failed").rglob("*.json")
    assert record.relative_to(out / "failed").parts[1:] == ("mini", "ds1", "two.jpg.json")
    content = json.loads(record.read_bytes())
    assert (content["origin"], content["action"]) == ("mini/ds1/two.jpg", "data")
    assert content["code"].startswith("F")
    assert content["location"]["pointer"] == "/layers/0"
    assert content["reproduce"].startswith("dtl run 'my graph' --only mini/ds1/two.jpg ")


def test_the_next_run_forgets_failures(data: Path, tmp_path: Path) -> None:
    sound = (data / "mini/ds1/ann/two.jpg.json").read_bytes()
    break_annotations(data, "ds1/two.jpg")
    out = tmp_path / "out"
    Execution(plan_for(data, out)).run()
    (data / "mini/ds1/ann/two.jpg.json").write_bytes(sound)
    assert Execution(plan_for(data, out), overwrite=True).run().exit_code == 0
    assert not list((out / "failed").rglob("*.json"))


def test_an_output_over_the_input_is_refused(data: Path) -> None:
    graph = compiled(data, reading(), saving("$in", "mini"))
    before = tree(data)
    with pytest.raises(UsageError, match="over, the input"):
        Execution(make_plan(graph, data), overwrite=True).run()
    assert tree(data) == before
