"""The workshop: one source image through the whole graph, depth first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.errors import DtlError
from dtl_engine.execute.policy import SampleFailed, guard
from dtl_engine.execute.reports import NodeCounts, UnitReport
from dtl_engine.execute.staging import StagedPlace, Staging
from dtl_engine.model.sample import Sample
from dtl_engine.node.base import ProcessingNode, SinkNode, SourceNode
from dtl_engine.node.draws import Draws
from dtl_engine.plan.naming import UnitNames
from dtl_engine.plan.plan import Plan
from dtl_engine.plan.units import Unit

Step = tuple[CompiledNode, Sample]


class Workshop:
    """Runs units of work of one plan; several threads may share it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._graph = plan.graph
        self._consumers = {
            (node.id, port): self._graph.consumers(node.id, port)
            for node in self._graph.nodes
            for port in range(len(node.node.signature.outputs))
        }
        self._folders: set[str] = set()

    def run(self, unit: Unit) -> UnitReport:
        """Take one source image through the graph and save what comes of it.

        Raises:
            RunFailed: the code or the machine failed, not the data; nothing of the image stays.
        """
        job = _Job(self._plan, self._consumers, unit, Staging(unit.index, self._folders))
        try:
            job.work()
            job.staging.commit()
        except SampleFailed as failed:
            job.staging.discard()
            job.report.failure = failed.failure
            job.report.saved.clear()
        except BaseException:
            job.staging.discard()
            raise
        return job.report


class _Job:
    """One unit of work under way."""

    def __init__(
        self,
        plan: Plan,
        consumers: dict[tuple[str, int], tuple[CompiledNode, ...]],
        unit: Unit,
        staging: Staging,
    ) -> None:
        self.plan = plan
        self.consumers = consumers
        self.unit = unit
        self.staging = staging
        self.names = UnitNames(plan.naming)
        self.report = UnitReport(str(unit.origin))
        self.report.nodes = {node.id: NodeCounts() for node in plan.graph.nodes}

    def work(self) -> None:
        """Push the image from each of its source nodes down to the sinks.

        Each result goes through all its consumers before its layer makes the next one.
        """
        read: dict[Path, Sample] = {}
        for id in self.unit.entries:
            stack = [self._enter(self.plan.graph.by_id[id], read)]
            while stack:
                step = next(stack[-1], None)
                if step is None:
                    stack.pop()
                else:
                    stack.append(self._pass(*step))

    def _enter(self, node: CompiledNode, read: dict[Path, Sample]) -> Iterator[Step]:
        """Read the image for one source node; source nodes of one project share what is read."""
        assert isinstance(node.node, SourceNode)
        source = self.plan.graph.sources[node.id]
        counts = self.report.nodes[node.id]
        start = perf_counter()
        try:
            sample = read.get(source.location) or source.read(self.unit.origin)
            read[source.location] = sample
            result = node.node.apply(sample).derived(node.id)
        except Exception as error:
            raise self._translated(error, node, str(self.unit.origin)) from error
        counts.seconds += perf_counter() - start
        counts.entered += 1
        counts.left += 1
        for consumer in self.consumers[node.id, 0]:
            yield consumer, result

    def _pass(self, node: CompiledNode, sample: Sample) -> Iterator[Step]:
        """Take one sample through one node; yield who gets its results."""
        counts = self.report.nodes[node.id]
        counts.entered += 1
        start = perf_counter()
        try:
            if isinstance(node.node, SinkNode):
                self._save(node, node.node, sample)
                counts.seconds += perf_counter() - start
                return
            assert isinstance(node.node, ProcessingNode)
            draws = Draws(self.plan.graph.seed, node.id, sample)
            results = iter(node.node.process(sample, draws))
            number = 0
            while (result := next(results, None)) is not None:
                port, out = result
                out = out.derived(f"{node.id}.{number}" if node.expands else node.id)
                counts.seconds += perf_counter() - start
                counts.left += 1
                for consumer in self.consumers[node.id, port]:
                    yield consumer, out
                number += 1
                start = perf_counter()
            counts.seconds += perf_counter() - start
        except Exception as error:
            raise self._translated(error, node, sample.id) from error

    def _save(self, node: CompiledNode, sink: SinkNode, sample: Sample) -> None:  # type: ignore[type-arg]
        dataset, stem = self.names.next_name(node.id, sample)
        place = StagedPlace(dataset, stem, self.plan.outputs[node.id], self.staging)
        schema = self.plan.graph.inputs[node.id].schema
        assert schema is not None
        sink.write(sample, schema, place)
        self.report.saved[node.id] += 1

    def _translated(self, error: Exception, node: CompiledNode, sample: str) -> Exception:
        if isinstance(error, DtlError) and not hasattr(error, "code"):
            return error
        return guard(node, self.unit.origin, sample)(error)
