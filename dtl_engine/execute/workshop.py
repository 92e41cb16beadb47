"""The workshop: source images through the whole graph, each depth first.

Several are taken through together where a node takes batches: each goes on until it needs that
node, then all that wait there go through at once. Which ones these are depends on the order of the
images alone, not on workers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Hashable, Iterator, Sequence
from time import perf_counter

from dtl_engine.errors import DataError
from dtl_engine.execute.benches import Bench, Request
from dtl_engine.execute.policy import SampleFailed, judged, machine_failed
from dtl_engine.execute.reports import NodeCounts, UnitReport, skip
from dtl_engine.execute.staging import Folders, StagedPlace, Staging
from dtl_engine.execute.stations import (
    Batching,
    Entry,
    Exit,
    Lookout,
    Passage,
    Station,
    make_stations,
)
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
        self._benches = {
            station.id: Bench(station)
            for station in self._stations.values()
            if isinstance(station, Batching)
        }

    def run(self, units: Sequence[Unit]) -> list[UnitReport]:
        """Take source images through the graph together and save what comes of them.

        Raises:
            RunFailed: the code or the machine failed, not the data; nothing of the images that
                are not through stays.
        """
        jobs = [_Job(self._plan, self._stations, unit, self._folders) for unit in units]
        try:
            waiting = [job for job in jobs if job.advance(None)]
            while waiting:
                # The node that most wait for, so that batches are full; the first of equals.
                counts = Counter(job.request.station.id for job in waiting if job.request)
                bench = self._benches[counts.most_common(1)[0][0]]
                there = [job for job in waiting if job.waits_for(bench.station)]
                start = perf_counter()
                results = bench.apply([job.request.sample for job in there if job.request])
                seconds = (perf_counter() - start) / len(there)
                for job, result in zip(there, results, strict=True):
                    job.report.nodes[bench.station.id].seconds += seconds
                    job.report.remarks[bench.station.id] = bench.remarks
                    job.advance(result)
                waiting = [job for job in waiting if job.request is not None]
        except BaseException:
            for job in jobs:
                job.discard()
            raise
        return [job.report for job in jobs]


class _Job:
    """One unit of work under way; ``request`` is what it waits for."""

    def __init__(
        self, plan: Plan, stations: dict[str, Station], unit: Unit, folders: Folders
    ) -> None:
        staging = Staging(unit.index, folders)
        self.seed = plan.graph.seed
        self.stations = stations
        self.unit = unit
        self.staging = staging
        self.names = UnitNames(plan.naming)
        self.report = UnitReport(str(unit.origin))
        self.report.nodes = {id: NodeCounts() for id in stations}
        self.logs: list[ReadLog] = []
        self.request: Request | None = None
        self._way = self._work()

    def waits_for(self, station: Station) -> bool:
        """Whether the job needs that station to go on."""
        return self.request is not None and self.request.station is station

    def advance(self, result: Sample | DataError | None) -> bool:
        """Go on until a batch is needed; return whether one is.

        Args:
            result: what was asked for last; ``None`` to begin.

        Raises:
            RunFailed: the code or the machine failed.
        """
        try:
            self.request = self._way.send(result)
        except StopIteration:
            self.request = None
            self._complete()
        except SampleFailed as failed:
            self.request = None
            self._set_aside(failed)
        except OSError as error:
            raise machine_failed(error, str(self.unit.origin)) from error
        return self.request is not None

    def discard(self) -> None:
        """Remove what was written and is not final."""
        self.staging.discard()

    def _complete(self) -> None:
        try:
            self.staging.commit()
        except OSError as error:
            raise machine_failed(error, str(self.unit.origin)) from error
        notes = (note for log in self.logs for note in log.notes)
        self.report.notes = tuple(dict.fromkeys(notes))

    def _set_aside(self, failed: SampleFailed) -> None:
        self.staging.discard()
        report = self.report
        report.failure = failed.failure
        report.saved.clear()
        report.skipped.clear()
        report.tallies.clear()
        report.losses.clear()
        report.leaving = None

    def _work(self) -> Generator[Request, Sample | DataError | None]:
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
                elif isinstance(station, Batching):
                    result = yield Request(station, sample)
                    stack.append(self._pass_on(station, sample, result))
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

    def _pass_on(
        self, batching: Batching, sample: Sample, result: Sample | DataError | None
    ) -> Iterator[Step]:
        """Yield who gets the result of a batch."""
        counts = self.report.nodes[batching.id]
        counts.entered += 1
        if not isinstance(result, Sample):
            assert result is not None
            raise self._judged(result, batching, sample.id)
        counts.left += 1
        for consumer in batching.consumers[0]:
            yield consumer, result.derived(batching.id)

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
