"""What ``dtl run`` tells: a progress bar, plain lines or JSON lines, and a summary."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from time import monotonic
from typing import Any, Protocol

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from dtl_engine.cli.fitting import FitLines
from dtl_engine.cli.summary import summary_lines
from dtl_engine.errors import Problem
from dtl_engine.execute.events import (
    Event,
    FitProgress,
    PhaseStarted,
    RunFinished,
    RunStarted,
    UnitFinished,
)
from dtl_engine.execute.reports import Failure, RunReport

SECONDS_BETWEEN_LINES = 2.0

_CUT = Column(ratio=1, no_wrap=True, overflow="ellipsis")
"""The only column that a narrow terminal makes narrower."""


class Log(Protocol):
    """Whoever tells what happens."""

    def problems(self, problems: Iterable[Problem]) -> None:
        """Tell the warnings about the graph."""
        ...

    def event(self, event: Event) -> None:
        """Tell what happened."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


def make_log(log_format: str, *, quiet: bool) -> Log:
    """Return the log for a format and the terminal at hand."""
    if log_format == "json":
        return JsonLog()
    if quiet:
        return QuietLog()
    return BarLog() if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else LineLog()


class QuietLog:
    """Tells only what went wrong, on standard error."""

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print the warnings."""
        for problem in problems:
            click.echo(str(problem), err=True)

    def event(self, event: Event) -> None:
        """Print failures, and expectations that do not hold."""
        if isinstance(event, UnitFinished) and event.unit.failure is not None:
            click.echo(failure_text(event.unit.failure), err=True)
        elif isinstance(event, FitProgress) and event.event.kind == "warning":
            click.echo(f"{event.node.location}: warning: {event.event.text}", err=True)
        elif isinstance(event, RunFinished):
            for broken in event.report.unmet:
                click.echo(broken, err=True)

    def close(self) -> None:
        """Nothing to leave."""


class LineLog(QuietLog):
    """Tells progress in plain lines, for files and pipes; the summary goes to standard output."""

    def __init__(self) -> None:
        self._told = monotonic()
        self._images = 0
        self._fits: dict[str, FitLines] = {}

    def event(self, event: Event) -> None:
        """Print failures, progress now and then, and the summary."""
        super().event(event)
        if isinstance(event, (RunStarted, PhaseStarted)):
            self._images = event.plan.images
        elif isinstance(event, UnitFinished):
            if monotonic() - self._told >= SECONDS_BETWEEN_LINES:
                self._told = monotonic()
                images, samples = event.report.images, event.report.samples
                click.echo(f"{images}/{self._images} images, {samples} samples saved", err=True)
        elif isinstance(event, FitProgress):
            self._tell_fit(event)
        elif isinstance(event, RunFinished):
            for line in summary_lines(event.plan, event.report):
                click.echo(line)

    def _tell_fit(self, progress: FitProgress) -> None:
        """Print what a fitting node tells, steps only now and then."""
        event = progress.event
        if event.kind == "progress":
            if progress.node.id not in self._fits:
                self._fits[progress.node.id] = FitLines()
            if (line := self._fits[progress.node.id].line(event)) is not None:
                click.echo(line, err=True)
        elif event.kind != "warning":
            click.echo(event.text, err=True)


class BarLog(QuietLog):
    """Tells progress as a bar with rate and remaining time on a terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[told]}", markup=False, table_column=_CUT),
            expand=True,
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None
        self._fits: dict[str, TaskID] = {}
        self._start = monotonic()

    def event(self, event: Event) -> None:
        """Move the bar; print failures above it and the summary below."""
        if isinstance(event, RunStarted):
            self._start = monotonic()
            self._task = self._progress.add_task(
                "running", total=event.plan.images, told=_images_told(0, 0.0)
            )
            self._progress.start()
        elif isinstance(event, PhaseStarted):
            assert self._task is not None
            told = f"phase {event.number} of {event.total}"
            self._progress.reset(self._task, description=told, total=event.plan.images)
            for task in self._fits.values():
                self._progress.remove_task(task)
            self._fits.clear()
        elif isinstance(event, UnitFinished):
            assert self._task is not None
            samples = event.report.samples
            rate = samples / max(monotonic() - self._start, 1e-9)
            # Not one more each time: a stream may run again, for another epoch.
            done = event.report.images
            self._progress.update(self._task, completed=done, told=_images_told(samples, rate))
            if event.unit.failure is not None:
                self._progress.console.print(failure_text(event.unit.failure), markup=False)
        elif isinstance(event, FitProgress):
            self._show_fit(event)
        else:
            self.close()
            super().event(event)
            for line in summary_lines(event.plan, event.report):
                click.echo(line)

    def _show_fit(self, progress: FitProgress) -> None:
        """Move the bar of a fitting node; print the rest of what it tells above."""
        event, id = progress.event, progress.node.id
        if event.kind == "progress" and id not in self._fits:
            # It may begin in the middle: steps of an earlier run took no time in this one.
            self._fits[id] = self._progress.add_task(
                progress.node.action,
                completed=event.current,
                total=event.total or None,
                told=event.text,
            )
        elif event.kind == "progress":
            self._progress.update(
                self._fits[id], completed=event.current, total=event.total, told=event.text
            )
        else:
            mark = f"{progress.node.location}: warning: " if event.kind == "warning" else ""
            # Printed by whoever draws the bar: it would stand in the middle of a line otherwise.
            self._progress.console.print(f"{mark}{event.text}", markup=False, soft_wrap=True)

    def close(self) -> None:
        """Remove the bar."""
        self._progress.stop()


class JsonLog:
    """Tells everything as one JSON object a line on standard output."""

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print the warnings."""
        for problem in problems:
            self._print({"event": "problem", **problem.as_json()})

    def event(self, event: Event) -> None:
        """Print the event."""
        if isinstance(event, RunStarted):
            outputs = {id: str(folder) for id, folder in event.plan.outputs.items()}
            self._print(
                {
                    "event": "started",
                    "graph": event.plan.graph.spec.file,
                    "seed": event.plan.graph.seed,
                    "images": event.plan.images,
                    "runner": event.plan.runner,
                    "workers": event.plan.workers,
                    "outputs": outputs,
                }
            )
        elif isinstance(event, UnitFinished):
            failure = event.unit.failure
            saved = event.unit.saved.total()
            content: dict[str, Any] = {
                "event": "image",
                "origin": event.unit.origin,
                "saved": saved,
            }
            if failure is not None:
                content["failure"] = failure.as_json()
            if event.unit.notes:
                content["notes"] = [asdict(note) for note in event.unit.notes]
            self._print(content)
        elif isinstance(event, PhaseStarted):
            nodes = [node.id for node in event.plan.graph.nodes]
            self._print(
                {"event": "phase", "number": event.number, "total": event.total, "nodes": nodes}
            )
        elif isinstance(event, FitProgress):
            told = event.event
            self._print({"event": "fit", "node": event.node.id, "kind": told.kind, **told.facts})
        else:
            self._print({"event": "finished", **report_json(event.report)})

    def close(self) -> None:
        """Push out what is written."""
        with suppress(BrokenPipeError):
            sys.stdout.flush()

    def _print(self, content: dict[str, Any]) -> None:
        click.echo(json.dumps(content, default=str))


def _images_told(samples: int, rate: float) -> str:
    return f"images · {samples} samples · {rate:.0f}/s"


def report_json(report: RunReport) -> dict[str, Any]:
    """Return a run's report as JSON data."""
    # asdict() makes nonsense of a Counter: its constructor counts pairs.
    saved = dict(report.saved)
    failures = [failure.as_json() for failure in report.failures]
    facts = {
        "failures": failures,
        "saved": saved,
        "samples": report.samples,
        "exit_code": report.exit_code,
    }
    told = asdict(replace(report, tallies={}, leaving=[], losses={}, notes={}))
    del told["tallies"], told["leaving"]
    told["losses"] = [
        {"output": id, "label": label, "what": what, "count": count}
        for id, losses in sorted(report.losses.items())
        for (label, what), count in sorted(losses.items())
    ]
    told["notes"] = [
        {"level": level, "code": code, "count": tally.count, "first": str(tally)}
        for (level, code), tally in sorted(report.notes.items())
    ]
    return {**told, **facts}


def failure_text(failure: Failure) -> str:
    """Return one failure as the lines that a person reads."""
    lines = [
        f"{failure.location}: {failure.code} {failure.message}",
        f"  set aside {failure.origin}, by '{failure.action}' on {failure.sample}",
        *(f"  used by {place}" for place in failure.location.used_by),
    ]
    if failure.path:
        lines.append(f"  file {failure.path}")
    return "\n".join(lines)
