"""What a person sees while a node fits a model: lines in a file, a bar on a terminal."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dtl_engine.api import compile_graph
from dtl_engine.cli import fitting
from dtl_engine.cli.fitting import FitLines
from dtl_engine.cli.log import BarLog, LineLog, Log
from dtl_engine.execute.events import FitProgress, PhaseStarted, RunStarted
from dtl_engine.node.models import FitEvent
from dtl_engine.plan.plan import make_plan
from tests.fixtures.projects import write_project
from tests.fixtures.small_graphs import document, layer, reading
from tests.fixtures.toy_models import toy_catalogue


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds; tests set it."""
    now = [0.0]
    monkeypatch.setattr(fitting, "monotonic", lambda: now[0])
    return now


def step(current: int, total: int = 0) -> FitEvent:
    return FitEvent("progress", f"loss {current / 10}", {}, current, total)


def test_lines_come_now_and_then_with_the_time_that_is_left(clock: list[float]) -> None:
    lines = FitLines()
    told = []
    for second in range(1, 101):
        clock[0] = float(second)
        told.append(lines.line(step(second, 400)))
    shown = [line for line in told if line]
    assert shown[0] == "step 2/400, 0:06:38 left, loss 0.2"
    assert shown[-1].startswith("step 9")
    assert 20 < len(shown) < 45, "less and less often"


def test_an_hour_between_steps_is_told_each_time(clock: list[float]) -> None:
    lines = FitLines()
    assert lines.line(step(7, 10)) is None
    clock[0] = 3600.0
    assert lines.line(step(8, 10)) == "step 8/10, 2:00:00 left, loss 0.8"


def test_without_a_total_there_is_the_text_alone(clock: list[float]) -> None:
    lines = FitLines()
    assert lines.line(step(1)) is None
    clock[0] = 5.0
    assert lines.line(step(2)) == "loss 0.2"


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    monkeypatch.setattr("dtl_engine.api.installed_catalogue", toy_catalogue)
    data = write_project(tmp_path / "data").parent
    graph = compile_graph(document(reading(), layer("toy_fit", "$in", ["$m", None])), data=[data])
    plan = make_plan(graph, tmp_path / "out")
    (node,) = (each for each in graph.nodes if each.action == "toy_fit")

    def make(*told: FitEvent) -> list[Any]:
        return [RunStarted(plan), *(FitProgress(node, each) for each in told)]

    return make


def tell(log: Log, told: list[Any]) -> None:
    for event in told:
        log.event(event)
    log.close()


def test_lines_of_a_run(
    events: Callable[..., list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seconds = itertools.count(0, 5)
    monkeypatch.setattr(fitting, "monotonic", lambda: float(next(seconds)))
    note = FitEvent("note", "4 samples to train on", {})
    done = FitEvent("checkpoint", "checkpoint 00000000", {})
    tell(LineLog(), events(note, step(1, 3), step(2, 3), done))
    assert capsys.readouterr().err.splitlines() == [
        "4 samples to train on",
        "step 1/3, loss 0.1",
        "step 2/3, 0:00:05 left, loss 0.2",
        "checkpoint 00000000",
    ]


def test_the_bar_of_a_run(
    events: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    made = Console(file=screen, force_terminal=True, width=120, color_system=None)
    monkeypatch.setattr("dtl_engine.cli.log.Console", lambda stderr: made)
    note = FitEvent("note", "[4] samples to train on", {})
    odd = FitEvent("warning", "GPU 0 not found", {})
    tell(BarLog(), events(note, odd, step(50, 90), step(60, 90)))
    shown = screen.getvalue()
    assert "[4] samples to train on" in shown
    (warning,) = (line for line in shown.splitlines() if "GPU 0" in line)
    assert warning.endswith(": warning: GPU 0 not found")
    assert "━" not in warning
    last = [line for line in shown.splitlines() if "toy_fit" in line][-1]
    assert "60/90" in last
    assert "loss 6.0" in last
    assert "━" in last


def test_the_bar_goes_with_the_phase(
    events: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    made = Console(file=screen, force_terminal=True, width=120, color_system=None)
    monkeypatch.setattr("dtl_engine.cli.log.Console", lambda stderr: made)
    started, *fitting_events = events(step(1, 2))
    tell(BarLog(), [started, *fitting_events, PhaseStarted(started.plan, 2, 2)])
    shown = screen.getvalue().splitlines()
    lines = [line for line in shown if "toy_fit" in line or "phase 2 of 2" in line]
    assert "phase 2 of 2" in lines[-1]
    assert "toy_fit" in lines[-2]
