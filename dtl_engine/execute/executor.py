"""The executor: prepares outputs, lets a runner work, and tells what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import takewhile
from pathlib import Path
from threading import Event as Flag
from time import perf_counter
from typing import Any

import orjson

from dtl_engine.compile.flat import flat_document
from dtl_engine.compile.graph import CompiledNode
from dtl_engine.errors import DtlError, ModelError, RunFailed, RunStopped
from dtl_engine.execute.events import (
    Event,
    FitProgress,
    Listener,
    PhaseStarted,
    RunFinished,
    RunStarted,
    UnitFinished,
)
from dtl_engine.execute.failed import FailedFolder
from dtl_engine.execute.outputs import make_fresh
from dtl_engine.execute.planned_outputs import PlannedOutputs
from dtl_engine.execute.policy import machine_failed
from dtl_engine.execute.reports import NodeCounts, RunReport
from dtl_engine.execute.runners.base import Runner
from dtl_engine.execute.runners.processes import run_processes
from dtl_engine.execute.runners.serial import run_serial
from dtl_engine.execute.runners.threads import run_threads
from dtl_engine.model.schema import Schema, SchemaError
from dtl_engine.node.draws import epoch_seed
from dtl_engine.node.ends import OutputNode, SinkNode
from dtl_engine.node.models import FitNode, FitTask, ValueSinkNode
from dtl_engine.node.report import ReportNode
from dtl_engine.plan.phases import streaming
from dtl_engine.plan.plan import Plan, RunnerKind, phase_plans
from dtl_engine.plan.units import Unit, group_size, grouped, units

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
        strict_devices: bool = False,
    ) -> None:
        """Prepare to run ``plan``; nothing is written yet.

        Args:
            plan: what to do.
            overwrite: replace outputs that exist.
            max_failures: give up when more source images than this fail; ``None`` never.
            command: the command line that reproduces the run, for the records of failures.
            listeners: called with every event, in the calling thread.
            strict_devices: a device that a training names and that is not there is an error.
        """
        self._plan = plan
        self._outputs = PlannedOutputs(plan)
        self._overwrite = overwrite
        self._max_failures = max_failures
        self._failed = FailedFolder(plan.out, plan.graph.spec.file, command)
        self._listeners = listeners
        self._strict_devices = strict_devices
        self._stop = Flag()
        self._interrupted = False

    def stop(self) -> None:
        """Begin no further image; those in flight are finished. Safe in a signal handler."""
        self._interrupted = True
        self._stop.set()

    def run(self) -> RunReport:
        """Do the work, phase by phase.

        Raises:
            UsageError: an output is in the way.
            RunFailed: the code or the machine failed; what was saved is complete and stays.
        """
        start = perf_counter()
        self._outputs.check(overwrite=self._overwrite)
        self._failed.clear()
        report = RunReport()
        self._tell(RunStarted(self._plan))
        try:
            plans = phase_plans(self._plan)
            for number, plan in enumerate(plans, start=1):
                self._begin(plan, is_first=number == 1)
                if len(plans) > 1:
                    self._tell(PhaseStarted(plan, number, len(plans)))
                part = self._stream(plan, report)
                report.join(part)
                if report.exit_code not in (0, 3):
                    break
                self._finish(plan, report)
                if report.exit_code not in (0, 3):
                    break
        except RunFailed as failed:
            raise RunFailed("; ".join((str(failed), *self._outputs.kept()))) from failed
        finally:
            report.seconds = perf_counter() - start
            report.interrupted = self._interrupted
            report.failures.sort(key=lambda failure: failure.origin)
            self._outputs.clean()
        if report.exit_code in (0, 3) and not report.unmet:
            self._outputs.finish()
        if report.exit_code == 0:
            self._remove(report)
        self._tell(RunFinished(self._plan, report))
        return report

    def _stream(self, plan: Plan, report: RunReport) -> RunReport:
        """Take all images of one phase through its part of the graph; return what became of it."""
        part = RunReport()
        groups = grouped(self._units(plan), group_size(plan.graph))
        # Closed, so that no worker writes any more when the staging folders go.
        with closing(RUNNERS[plan.runner](plan, groups)) as units:
            for unit in units:
                part.add(unit)
                if unit.failure is not None:
                    self._failed.record(unit.failure)
                    self._give_up_if_too_many(report, part)
                self._tell(UnitFinished(unit, part))
        part.interrupted = self._interrupted
        return part

    def _begin(self, plan: Plan, *, is_first: bool) -> None:
        """Make the outputs of a phase.

        Raises:
            UsageError: one cannot be made, and nothing has been done yet.
            RunFailed: the same later on.
        """
        try:
            self._outputs.make(plan, lambda sink: self._at(sink, _output(sink).start))
        except DtlError as error:
            if is_first:
                raise
            raise RunFailed(str(error)) from error

    def _finish(self, plan: Plan, report: RunReport) -> None:
        """Finish what a phase saved: reports are written and models fitted."""
        for sink in plan.graph.sinks:
            if self._stop.is_set():
                break
            node = _output(sink)
            if isinstance(node, ReportNode):
                self._at(sink, partial(self._conclude, report, sink, node))
                self._made(sink, self._plan.outputs[sink.id])
            elif isinstance(node, ValueSinkNode):
                self._value(sink, node, report)
            elif isinstance(node, FitNode):
                self._fit(sink, node, report)
            elif isinstance(node, SinkNode):
                self._at(sink, partial(self._complete, report, sink, node))

    def _made(self, sink: CompiledNode, path: Path) -> None:
        """Note where a model or a report is, for the phases that follow."""
        for port, _ in enumerate(sink.node.signature.outputs):
            self._plan.values[sink.id, port] = path

    def _fit(self, sink: CompiledNode, node: FitNode[Any], report: RunReport) -> None:
        schema = self._plan.graph.inputs[sink.id].schema
        assert schema is not None
        folder = self._plan.outputs[sink.id]
        task = FitTask(
            samples=folder,
            folder=self._plan.results[sink.id],
            schema=schema,
            seed=self._plan.graph.seed,
            graph=orjson.dumps(flat_document(self._plan.graph), option=orjson.OPT_INDENT_2),
            overwrite=self._overwrite,
            find=self._plan.graph.data.find,
            again=partial(self._again, sink, report),
            tell=lambda event: self._tell(FitProgress(sink, event)),
            should_stop=self._stop.is_set,
            strict_devices=self._strict_devices,
        )
        start = perf_counter()
        try:
            node.fit(task)
        except RunStopped:
            assert self._stop.is_set()
        except (ModelError, SchemaError) as error:
            raise RunFailed(f"{sink.location}: {error}") from error
        except OSError as error:
            raise machine_failed(error, str(task.folder)) from error
        report.nodes.setdefault(sink.id, NodeCounts()).seconds += perf_counter() - start
        report.interrupted = self._interrupted
        if not self._stop.is_set():
            self._made(sink, task.folder)

    def _again(self, sink: CompiledNode, report: RunReport, epoch: int) -> Path:
        """Run the stream of a node that fits a model again, with the draws of an epoch.

        Raises:
            RunStopped: it is not complete, because the run is to end.
        """
        graph = streaming(self._plan.graph, sink)
        seed = epoch_seed(graph.seed, epoch)
        folder = self._plan.outputs[sink.id]
        make_fresh(folder)
        plan = replace(
            self._plan,
            graph=replace(graph, seed=seed),
            outputs={**self._plan.outputs, sink.id: folder},
        )
        self._at(sink, _output(sink).start)
        part = self._stream(plan, report)
        report.join_failures(part)
        if self._stop.is_set():
            raise RunStopped("the run is to end")
        return folder

    def _value(self, sink: CompiledNode, node: ValueSinkNode[Any], report: RunReport) -> None:
        values = {
            port.name: [self._plan.values[made] for made in self._plan.entering[sink.id, port.name]]
            for port in node.signature.inputs
        }
        target = self._plan.outputs[sink.id]
        start = perf_counter()
        try:
            node.write_values(values, target)
            report.nodes.setdefault(sink.id, NodeCounts()).seconds += perf_counter() - start
        except ModelError as error:
            raise RunFailed(f"{sink.location}: {error}") from error
        except OSError as error:
            raise machine_failed(error, str(target)) from error

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
        for failure in report.failures:
            if failure.node == end.id:
                node.leave_out(tally, failure.sample, failure.message)
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

    def _units(self, plan: Plan) -> Iterator[Unit]:
        everything = units(plan.graph, plan.only, plan.limit)
        return takewhile(lambda _: not self._stop.is_set(), everything)

    def _give_up_if_too_many(self, report: RunReport, part: RunReport) -> None:
        if self._max_failures is None:
            return
        failed = {failure.origin for failure in (*report.failures, *part.failures)}
        if len(failed) > self._max_failures:
            part.gave_up = True
            self._stop.set()

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _output(compiled: CompiledNode) -> OutputNode[Any]:
    assert isinstance(compiled.node, OutputNode)
    return compiled.node
