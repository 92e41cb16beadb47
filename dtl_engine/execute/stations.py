"""Stations: the nodes of a plan, each with what the work at it needs looked up once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dtl_engine.compile.graph import CompiledNode
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import ProcessingNode
from dtl_engine.node.ends import SinkNode, SourceNode
from dtl_engine.node.models import BatchNode, ValueSinkNode
from dtl_engine.node.report import ReportNode
from dtl_engine.node.source import Source
from dtl_engine.node.target import Target
from dtl_engine.plan.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Station:
    """A node under way: what it does, and for each output port who gets its results."""

    compiled: CompiledNode
    consumers: tuple[list[Station], ...] = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the node."""
        return self.compiled.id


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Station):
    """Where samples enter."""

    node: SourceNode[Any]
    source: Source
    key: Hashable
    """Equal for source nodes that read equal samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage(Station):
    """Where samples are processed, as they enter under one schema."""

    node: ProcessingNode[Any]
    schema: Schema


@dataclass(frozen=True, slots=True, eq=False)
class Batching(Station):
    """Where a model is applied to several samples at once."""

    node: BatchNode[Any, Any]
    schema: Schema
    model: Path
    spec: ModelSpec


@dataclass(frozen=True, slots=True, eq=False)
class Exit(Station):
    """Where samples are saved, under one schema, in one folder."""

    node: SinkNode[Any]
    schema: Schema
    output: Path
    target: Target | None


@dataclass(frozen=True, slots=True, eq=False)
class Lookout(Station):
    """Where samples are counted, as they come in by one input port."""

    node: ReportNode[Any, Any]
    schemas: Mapping[str, Schema]
    port: str


def make_stations(plan: Plan) -> dict[str, Station]:
    """Return the stations of a plan by node id, linked in the order of the array."""
    graph = plan.graph
    stations = {
        node.id: _station(plan, node)
        for node in graph.nodes
        if not isinstance(node.node, ValueSinkNode)
    }
    for edge in graph.edges:
        target = stations[edge.target]
        if isinstance(target, Lookout):
            target = replace(target, port=edge.input)
        stations[edge.source].consumers[edge.port].append(target)
    return stations


def _station(plan: Plan, compiled: CompiledNode) -> Station:
    node = compiled.node
    consumers: tuple[list[Station], ...] = tuple([] for _ in node.signature.outputs)
    if isinstance(node, SourceNode):
        source = plan.graph.sources[compiled.id]
        return Entry(compiled, consumers, node, source, (source.location, node.reading()))
    if isinstance(node, SinkNode):
        folder, target = plan.outputs[compiled.id], plan.targets.get(compiled.id)
        return Exit(compiled, consumers, node, _schema(plan, compiled), folder, target)
    if isinstance(node, ReportNode):
        schemas = plan.graph.port_schemas(compiled)
        return Lookout(compiled, consumers, node, schemas, node.signature.inputs[0].name)
    if isinstance(node, BatchNode):
        return Batching(compiled, consumers, node, _schema(plan, compiled), *_model(plan, compiled))
    assert isinstance(node, ProcessingNode), f"no runner knows a {type(node).__name__}"
    return Passage(compiled, consumers, node, _schema(plan, compiled))


def _model(plan: Plan, compiled: CompiledNode) -> tuple[Path, ModelSpec]:
    """Return where the model of a node is, and what it predicts."""
    made = plan.entering[compiled.id, "model"][0]
    return plan.values[made], plan.graph.models[made]


def _schema(plan: Plan, compiled: CompiledNode) -> Schema:
    schema = plan.graph.inputs[compiled.id].schema
    assert schema is not None, "a graph with an unknown schema does not compile"
    return schema
