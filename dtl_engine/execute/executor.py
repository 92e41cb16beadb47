"""The executor: prepares outputs, lets a runner work, and tells what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import takewhile
from pathlib import Path
from threading import Event as Flag
from time import perf_counter
from typing import Any

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.errors import DtlError, RunFailed
from dtl_engine.execute.events import Event, Listener, RunFinished, RunStarted, UnitFinished
from dtl_engine.execute.failed import FailedFolder
from dtl_engine.execute.outputs import (
    abandon_output,
    check_distinct,
    check_extra,
    check_output,
    check_target,
    finish_output,
    kept_previous,
    make_output,
    make_room,
)
from dtl_engine.execute.policy import machine_failed
from dtl_engine.execute.reports import RunReport
from dtl_engine.execute.runners.base import Runner
from dtl_engine.execute.runners.processes import run_processes
from dtl_engine.execute.runners.serial import run_serial
from dtl_engine.execute.runners.threads import run_threads
from dtl_engine.execute.staging import clear_staging
from dtl_engine.model.schema import Schema
from dtl_engine.node.ends import OutputNode, SinkNode
from dtl_engine.node.report import ReportNode
from dtl_engine.plan.plan import Plan, RunnerKind
from dtl_engine.plan.units import Unit, units

RUNNERS: dict[RunnerKind, Runner] = {
    RunnerKind.SERIAL: run_serial,
    RunnerKind.THREADS: run_threads,
    RunnerKind.PROCESSES: run_processes,
}


class Execution:
    """One run of one plan."""

    def __init__(
        self,
        plan: Plan,
        *,
        overwrite: bool = False,
        max_failures: int | None = None,
        command: tuple[str, ...] = (),
        listeners: tuple[Listener, ...] = (),
    ) -> None:
        """Prepare to run ``plan``; nothing is written yet.

        Args:
            plan: what to do.
            overwrite: replace outputs that exist.
            max_failures: give up when more source images than this fail; ``None`` never.
            command: the command line that reproduces the run, for the records of failures.
            listeners: called with every event, in the calling thread.
        """
        self._plan = plan
        self._overwrite = overwrite
        self._max_failures = max_failures
        self._failed = FailedFolder(plan.out, plan.graph.spec.file, command)
        self._listeners = listeners
        self._stop = Flag()
        self._interrupted = False

    def stop(self) -> None:
        """Begin no further image; those in flight are finished. Safe in a signal handler."""
        self._interrupted = True
        self._stop.set()

    def run(self) -> RunReport:
        """Do the work.

        Raises:
            UsageError: an output is in the way.
            RunFailed: the code or the machine failed; what was saved is complete and stays.
        """
        start = perf_counter()
        self._prepare()
        report = RunReport()
        self._tell(RunStarted(self._plan))
        try:
            # Closed, so that no worker writes any more when the staging folders go.
            with closing(RUNNERS[self._plan.runner](self._plan, self._units())) as reports:
                for unit in reports:
                    report.add(unit)
                    if unit.failure is not None:
                        self._failed.record(unit.failure)
                        self._give_up_if_too_many(report)
                    self._tell(UnitFinished(unit, report))
        except RunFailed as failed:
            raise self._with_kept(failed) from failed
        finally:
            report.seconds = perf_counter() - start
            report.interrupted = self._interrupted
            report.failures.sort(key=lambda failure: failure.origin)
            for output in self._plan.outputs.values():
                clear_staging(output)
        if report.exit_code in (0, 3):
            try:
                self._finish(report)
            except RunFailed as failed:
                raise self._with_kept(failed) from failed
        self._tell(RunFinished(self._plan, report))
        return report

    def _prepare(self) -> None:
        graph, plan = self._plan.graph, self._plan
        inputs = {source.location for source in graph.sources.values()}
        check_distinct((*plan.outputs.values(), *self._extras))
        for output in self._new:
            check_output(output, overwrite=self._overwrite, inputs=inputs)
        for path in self._extras:
            check_extra(path, overwrite=self._overwrite, inputs=inputs)
        for id in plan.targets:
            check_target(plan.outputs[id], inputs=inputs)
        made: list[Path] = []
        try:
            for output in self._new:
                make_output(output)
                made.append(output)
            for path in self._extras:
                make_room(path)
                made.append(path)
            # What is added to comes last: its start cannot be undone.
            for sink in sorted(graph.sinks, key=lambda sink: sink.id in plan.targets):
                self._at(sink, _output(sink).start)
        except DtlError:
            for output in made:
                abandon_output(output)
            raise
        self._failed.clear()

    def _finish(self, report: RunReport) -> None:
        """Finish what was saved, write the reports, and let go of what they replace."""
        for sink in self._plan.graph.sinks:
            node = _output(sink)
            if isinstance(node, ReportNode):
                self._at(sink, partial(self._conclude, report, sink, node))
            elif isinstance(node, SinkNode):
                self._at(sink, partial(self._complete, report, sink, node))
        if not report.unmet:
            for output in (*self._new, *self._extras):
                finish_output(output)
        if report.exit_code == 0:
            self._remove(report)

    def _remove(self, report: RunReport) -> None:
        """Delete the source images that were moved: everything else is done."""
        sources = self._plan.graph.sources.values()
        homes = {d.key: source for source in sources for d in source.datasets}
        for origin in report.leaving:
            try:
                homes[f"{origin.project}/{origin.dataset}"].remove(origin)
            except OSError as error:
                raise machine_failed(error, str(origin)) from error
            report.removed += 1

    def _conclude(
        self,
        report: RunReport,
        end: CompiledNode,
        node: ReportNode[Any, Any],
        schema: Schema,
        folder: Path,
    ) -> None:
        schemas = self._plan.graph.port_schemas(end)
        tally = report.tallies.get(end.id) or node.tally(schemas)
        for broken in node.conclude(tally, schemas, folder):
            report.unmet.append(f"{end.location}: {broken}")

    def _complete(
        self,
        report: RunReport,
        sink: CompiledNode,
        node: SinkNode[Any],
        schema: Schema,
        folder: Path,
    ) -> None:
        node.finish(schema, folder)
        node.report_losses(dict(sorted(report.losses.get(sink.id, {}).items())), folder)

    def _at(self, sink: CompiledNode, step: Callable[[Schema, Path], None]) -> None:
        """Take a step that concerns a whole output: its start or its end."""
        schema = self._plan.graph.inputs[sink.id].schema
        assert schema is not None
        folder = self._plan.outputs[sink.id]
        try:
            step(schema, folder)
        except OSError as error:
            raise machine_failed(error, str(folder)) from error

    @property
    def _new(self) -> list[Path]:
        """The output folders that are made by the run."""
        return [f for id, f in self._plan.outputs.items() if id not in self._plan.targets]

    @property
    def _extras(self) -> list[Path]:
        """The files that are written beside output folders."""
        return [path for paths in self._plan.extras.values() for path in paths]

    def _with_kept(self, failed: RunFailed) -> RunFailed:
        """Return the failure, with where former outputs are kept."""
        kept = filter(None, map(kept_previous, (*self._new, *self._extras)))
        return RunFailed("; ".join((str(failed), *kept)))

    def _units(self) -> Iterator[Unit]:
        everything = units(self._plan.graph, self._plan.only, self._plan.limit)
        return takewhile(lambda _: not self._stop.is_set(), everything)

    def _give_up_if_too_many(self, report: RunReport) -> None:
        if self._max_failures is not None and len(report.failures) > self._max_failures:
            report.gave_up = True
            self._stop.set()

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _output(compiled: CompiledNode) -> OutputNode[Any]:
    assert isinstance(compiled.node, OutputNode)
    return compiled.node
