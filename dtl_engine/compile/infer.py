"""Infer: the schema and the sample counts of every edge, before one image is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dtl_engine.compile.graph import CompiledNode, Edge, Stream
from dtl_engine.compile.misfits import misfit
from dtl_engine.errors import Problem, Severity
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.spec import GraphSpec
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.schema import Schema, SchemaError, merge_schemas
from dtl_engine.node.count import Count
from dtl_engine.node.models import BatchNode, FitNode, OpenedModel, ValueSinkNode
from dtl_engine.node.report import ReportNode
from dtl_engine.node.signature import Kind
from dtl_engine.node.source import DataFolders, Source


class Inference:
    """Walks the nodes in topological order; what does not fit gathers in ``problems``."""

    def __init__(
        self,
        spec: GraphSpec,
        edges: Sequence[Edge],
        sources: Mapping[str, Source],
        opened: Mapping[str, OpenedModel],
        data: DataFolders,
    ) -> None:
        self.spec = spec
        self.sources = sources
        self.data = data
        self.models: dict[tuple[str, int], ModelSpec] = {
            (id, 0): model.spec for id, model in opened.items()
        }
        self.problems: list[Problem] = []
        self.inputs: dict[str, Stream] = {}
        self.side_inputs: dict[tuple[str, str], Stream] = {}
        self.outputs: dict[tuple[str, int], Stream] = {}
        self._incoming: dict[str, list[Edge]] = {}
        for edge in edges:
            self._incoming.setdefault(edge.target, []).append(edge)

    def visit(self, node: CompiledNode) -> None:
        """Infer what enters and what leaves ``node``."""
        ports = [port for port in node.node.signature.inputs if port.kind is Kind.SAMPLES]
        before = self._merged(node, ports[0].name) if ports else self._source_stream(node)
        self.inputs[node.id] = before
        linked = {edge.input for edge in self._incoming.get(node.id, [])}
        for side in ports[1:]:
            if side.name in linked:
                self.side_inputs[node.id, side.name] = self._merged(node, side.name)
        self._check_inputs(node)
        after = self._schema_after(node, before.schema)
        self._infer_models(node, before.schema)
        settings = node.node.settings
        totals = node.node.infer_counts(settings, before.total)
        per_dataset = {
            key: node.node.infer_counts(settings, count) for key, count in before.counts.items()
        }
        for port, total in enumerate(totals):
            counts = {key: intervals[port] for key, intervals in per_dataset.items()}
            if node.node.signature.outputs[port].kind is Kind.SAMPLES:
                self.outputs[node.id, port] = Stream(after, counts, total)
            else:
                self.outputs[node.id, port] = Stream()

    def _source_stream(self, node: CompiledNode) -> Stream:
        if not node.is_source:
            return Stream(Schema())  # it reads no samples
        source = self.sources.get(node.id)
        if source is None:
            return Stream()
        images = sum(len(dataset.files) for dataset in source.datasets)
        counts = {dataset.key: Count(1) for dataset in source.datasets}
        return Stream(source.schema, counts, Count(images))

    def _merged(self, node: CompiledNode, port: str) -> Stream:
        edges = [edge for edge in self._incoming.get(node.id, []) if edge.input == port]
        streams = [self.outputs[edge.source, edge.port] for edge in edges]
        counts: dict[str, Count] = {}
        total = Count()
        for stream in streams:
            total = total + stream.total
            for key, count in stream.counts.items():
                counts[key] = counts.get(key, Count()) + count
        schemas = [stream.schema for stream in streams]
        schema: Schema | None = None
        known = [schema for schema in schemas if schema is not None]
        if len(known) == len(schemas):
            try:
                schema = merge_schemas(known)
            except SchemaError as error:
                self._report(node, error, f"{node.spec.pointer}/src")
        return Stream(schema, counts, total)

    def _schema_after(self, node: CompiledNode, schema: Schema | None) -> Schema | None:
        if schema is None:
            return None
        try:
            if isinstance(node.node, BatchNode):
                model = next(iter(self._entering_models(node)), None)
                if model is None:
                    return None
                after = node.node.infer_schema_with(node.node.settings, schema, model)
                self._warn(node, node.node.notes(node.node.settings, model))
                return after
            return node.node.infer_schema(node.node.settings, schema)
        except SchemaError as error:
            self._report(node, error, f"{node.spec.pointer}/settings" + pointer_of(error.at))
            return None

    def _entering_models(self, node: CompiledNode) -> list[ModelSpec]:
        edges = [e for e in self._incoming.get(node.id, []) if e.kind is Kind.MODEL]
        known = (self.models.get((edge.source, edge.port)) for edge in edges)
        return [model for model in known if model is not None]

    def _infer_models(self, node: CompiledNode, schema: Schema | None) -> None:
        """Infer what models leave, and let nodes that write models check theirs."""
        try:
            if isinstance(node.node, FitNode) and schema is not None:
                self.models[node.id, 0] = node.node.infer_model(node.node.settings, schema)
                node.node.check_start(node.node.settings, schema, self.data)
            elif isinstance(node.node, ValueSinkNode):
                node.node.check_models(node.node.settings, self._entering_models(node))
        except SchemaError as error:
            self._report(node, error, f"{node.spec.pointer}/settings" + pointer_of(error.at))

    def _check_inputs(self, node: CompiledNode) -> None:
        """Let a node that reports check its settings against all that enters."""
        if not isinstance(node.node, ReportNode):
            return
        streams = {node.node.signature.inputs[0].name: self.inputs[node.id]}
        streams |= {port: s for (id, port), s in self.side_inputs.items() if id == node.id}
        schemas = {port: s.schema for port, s in streams.items() if s.schema is not None}
        if len(schemas) < len(streams):
            return
        try:
            node.node.check_inputs(node.node.settings, schemas)
        except SchemaError as error:
            self._report(node, error, f"{node.spec.pointer}/settings" + pointer_of(error.at))

    def _warn(self, node: CompiledNode, notes: Iterable[str]) -> None:
        place = self.spec.locate(f"{node.spec.pointer}/settings")
        self.problems.extend(
            Problem("W504", note, place, severity=Severity.WARNING) for note in notes
        )

    def _report(self, node: CompiledNode, error: SchemaError, pointer: str) -> None:
        self.problems.append(misfit(error, self.spec.locate(pointer, key=error.in_key)))
