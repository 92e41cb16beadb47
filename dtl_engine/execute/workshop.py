"""The workshop: one source image through the whole graph, depth first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from time import perf_counter

from dtl_engine.execute.policy import SampleFailed, judged, machine_failed
from dtl_engine.execute.reports import NodeCounts, UnitReport, skip
from dtl_engine.execute.staging import Folders, StagedPlace, Staging
from dtl_engine.execute.stations import Entry, Exit, Lookout, Passage, Station, make_stations
from dtl_engine.model.sample import Sample
from dtl_engine.node.draws import Draws
from dtl_engine.node.read_log import ReadLog
from dtl_engine.plan.naming import UnitNames
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Unit

Step = tuple[Station, Sample]


class Workshop:
    """Runs units of work of one plan; several threads may share it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stations = make_stations(plan)
        self._folders: Folders = {}

    def run(self, unit: Unit) -> UnitReport:
        """Take one source image through the graph and save what comes of it.

        Raises:
            RunFailed: the code or the machine failed, not the data; nothing of the image stays.
        """
        staging = Staging(unit.index, self._folders)
        job = _Job(self._plan, self._stations, unit, staging)
        try:
            job.work()
            staging.commit()
            job.report.notes = tuple(dict.fromkeys(note for log in job.logs for note in log.notes))
        except SampleFailed as failed:
            staging.discard()
            job.report.failure = failed.failure
            job.report.saved.clear()
            job.report.skipped.clear()
            job.report.tallies.clear()
            job.report.losses.clear()
            job.report.leaving = None
        except OSError as error:
            staging.discard()
            raise machine_failed(error, str(unit.origin)) from error
        except BaseException:
            staging.discard()
            raise
        return job.report


class _Job:
    """One unit of work under way."""

    def __init__(
        self, plan: Plan, stations: dict[str, Station], unit: Unit, staging: Staging
    ) -> None:
        self.seed = plan.graph.seed
        self.stations = stations
        self.unit = unit
        self.staging = staging
        self.names = UnitNames(plan.naming)
        self.report = UnitReport(str(unit.origin))
        self.report.nodes = {id: NodeCounts() for id in stations}
        self.logs: list[ReadLog] = []

    def work(self) -> None:
        """Push the image from each of its source nodes down to the sinks.

        Each result goes through all its consumers before its layer makes the next one.
        """
        read: dict[Hashable, Sample] = {}
        for id in self.unit.entries:
            entry = self.stations[id]
            assert isinstance(entry, Entry)
            stack = [self._enter(entry, read)]
            while stack:
                step = next(stack[-1], None)
                if step is None:
                    stack.pop()
                    continue
                station, sample = step
                if isinstance(station, Passage):
                    stack.append(self._pass(station, sample))
                elif isinstance(station, Lookout):
                    self._observe(station, sample)
                else:
                    assert isinstance(station, Exit)
                    self._save(station, sample)

    def _enter(self, entry: Entry, read: dict[Hashable, Sample]) -> Iterator[Step]:
        """Read the image for one source node; equal readings share what is read."""
        counts = self.report.nodes[entry.id]
        start = perf_counter()
        try:
            if entry.key not in read:
                self.logs.append(ReadLog(entry.source.policy))
                read[entry.key] = entry.source.read(self.unit.origin, self.logs[-1])
            sample = entry.node.apply(read[entry.key]).derived(entry.id)
        except Exception as error:
            raise self._judged(error, entry, str(self.unit.origin)) from error
        counts.seconds += perf_counter() - start
        counts.entered += 1
        counts.left += 1
        for consumer in entry.consumers[0]:
            yield consumer, sample

    def _pass(self, passage: Passage, sample: Sample) -> Iterator[Step]:
        """Take one sample through one node; yield who gets its results."""
        counts = self.report.nodes[passage.id]
        counts.entered += 1
        id, expands = passage.id, passage.node.expands
        if passage.node.removes_sources:
            self.report.leaving = self.unit.origin
        start = perf_counter()
        try:
            results = passage.node.process(sample, Draws(self.seed, id, sample), passage.schema)
            for number, (port, result) in enumerate(results):
                result = result.derived(f"{id}.{number}" if expands else id)
                counts.seconds += perf_counter() - start
                counts.left += 1
                for consumer in passage.consumers[port]:
                    yield consumer, result
                start = perf_counter()
        except Exception as error:
            raise self._judged(error, passage, sample.id) from error
        counts.seconds += perf_counter() - start

    def _save(self, exit: Exit, sample: Sample) -> None:
        """Let a sink write one sample under the next name of its source image."""
        counts = self.report.nodes[exit.id]
        counts.entered += 1
        start = perf_counter()
        try:
            dataset, stem = self.names.next_name(exit.id, sample)
            losses = self.report.losses.setdefault(exit.id, Counter())
            place = StagedPlace(dataset, stem, exit.output, self.staging, losses, exit.target)
            reason = exit.node.write(sample.to_save(), exit.schema, place)
        except Exception as error:
            raise self._judged(error, exit, sample.id) from error
        counts.seconds += perf_counter() - start
        if reason is None:
            self.report.saved[exit.id] += 1
        else:
            skip(self.report.skipped, exit.id, reason)

    def _observe(self, lookout: Lookout, sample: Sample) -> None:
        """Let a node that reports count one sample."""
        counts = self.report.nodes[lookout.id]
        counts.entered += 1
        start = perf_counter()
        try:
            if (tally := self.report.tallies.get(lookout.id)) is None:
                tally = self.report.tallies[lookout.id] = lookout.node.tally(lookout.schemas)
            lookout.node.observe(tally, sample.to_save(), lookout.port)
        except Exception as error:
            raise self._judged(error, lookout, sample.id) from error
        counts.seconds += perf_counter() - start

    def _judged(self, error: Exception, station: Station, sample: str) -> Exception:
        return judged(error, station.compiled, self.unit.origin, sample)
