"""The compiled graph: bound nodes and typed edges, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dtl_engine.errors import Location, Problem
from dtl_engine.graph.spec import GraphSpec, NodeSpec
from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import Node, ProcessingNode
from dtl_engine.node.count import Count
from dtl_engine.node.ends import OutputNode, SourceNode
from dtl_engine.node.models import OpenedModel
from dtl_engine.node.signature import Kind
from dtl_engine.node.source import DataFolders, Source


@dataclass(frozen=True, slots=True)
class CompiledNode:
    """A layer bound to its node class and settings.

    ``id`` is its output name without ``$``, unique in the graph: it names the node in lineages,
    seeds its draws, and does not change when layers elsewhere do.
    """

    id: str
    spec: NodeSpec
    node: Node[Any]
    location: Location

    @property
    def action(self) -> str:
        """The JSON name of the node."""
        return self.spec.action

    @property
    def is_sink(self) -> bool:
        """Whether the node ends a stream: it writes samples, or reports on them."""
        return isinstance(self.node, OutputNode)

    @property
    def is_source(self) -> bool:
        """Whether the node reads samples."""
        return isinstance(self.node, SourceNode)

    @property
    def expands(self) -> bool:
        """Whether one sample may become several here."""
        return isinstance(self.node, ProcessingNode) and self.node.expands


@dataclass(frozen=True, slots=True)
class Edge:
    """One producer's output port linked to one consumer, under the name that links them."""

    source: str
    port: int
    target: str
    name: str
    kind: Kind
    input: str = "samples"
    """The input port of the consumer."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What is known about everything that leaves one output port.

    ``counts`` maps a dataset (``project/dataset``) to the number of samples for each of its
    images; ``total`` is the number of samples altogether. ``schema`` is ``None`` where a mistake
    upstream hides it.
    """

    schema: Schema | None = None
    counts: Mapping[str, Count] = field(default_factory=dict)
    total: Count = field(default_factory=Count)

    @property
    def per_image(self) -> int:
        """The largest number of samples that one source image has here."""
        return max((count.high for count in self.counts.values()), default=0)


@dataclass(frozen=True)
class CompiledGraph:
    """Nodes in array order, edges in the order in which a sample follows them."""

    spec: GraphSpec
    seed: int
    nodes: tuple[CompiledNode, ...]
    edges: tuple[Edge, ...]
    sources: Mapping[str, Source]
    inputs: Mapping[str, Stream]
    """What enters each node, all its edges merged; for a source: nothing."""
    outputs: Mapping[tuple[str, int], Stream]
    """What leaves each output port."""
    side_inputs: Mapping[tuple[str, str], Stream] = field(default_factory=dict)
    """What enters by further input ports, where they are linked, by node and port."""
    models: Mapping[tuple[str, int], ModelSpec] = field(default_factory=dict)
    """What is known of the model that leaves an output port."""
    opened: Mapping[str, OpenedModel] = field(default_factory=dict)
    """The models that nodes load, by node."""
    data: DataFolders = field(default_factory=lambda: DataFolders(()))
    """Where projects and models are looked for."""
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, CompiledNode]:
        """The nodes by their id."""
        return {node.id: node for node in self.nodes}

    @property
    def sinks(self) -> tuple[CompiledNode, ...]:
        """The nodes that end streams."""
        return tuple(node for node in self.nodes if node.is_sink)

    @property
    def source_nodes(self) -> tuple[CompiledNode, ...]:
        """The nodes that read samples."""
        return tuple(node for node in self.nodes if node.is_source)

    def consumers(self, node_id: str, port: int) -> tuple[CompiledNode, ...]:
        """Return who reads an output port, in array order."""
        return self._consumers.get((node_id, port), ())

    @cached_property
    def _consumers(self) -> Mapping[tuple[str, int], tuple[CompiledNode, ...]]:
        found: dict[tuple[str, int], tuple[CompiledNode, ...]] = {}
        for edge in self.edges:
            key = (edge.source, edge.port)
            found[key] = (*found.get(key, ()), self.by_id[edge.target])
        return found

    def carried(self, node_id: str, port: int) -> Schema | ModelSpec:
        """Return what is known of an output port: what samples carry, or a model predicts."""
        stream = self.outputs.get((node_id, port), Stream())
        return self.models.get((node_id, port)) or stream.schema or Schema()

    def port_schemas(self, node: CompiledNode) -> dict[str, Schema]:
        """Return what enters by each input port of ``node`` that is linked may carry."""
        streams = {node.node.signature.inputs[0].name: self.inputs[node.id]}
        streams |= {port: s for (id, port), s in self.side_inputs.items() if id == node.id}
        return {name: s.schema for name, s in streams.items() if s.schema is not None}

    def output_name(self, node: CompiledNode) -> str:
        """Return the name of what a sink writes.

        Where a connection leaves it, that is the setting ``name``, else the connection's name.
        """
        chosen = getattr(node.node.settings, "name", None) if node.node.signature.outputs else None
        return chosen or next((name for name in node.spec.dst if name), "").removeprefix("$")

    def feeders(self, node_id: str, input: str) -> tuple[Edge, ...]:
        """Return the edges that enter a node by one of its input ports, in the order of ``src``."""
        entering = {
            (edge.name, edge.source, edge.port): edge
            for edge in self.edges
            if edge.target == node_id and edge.input == input
        }
        rank = {name: at for at, name in enumerate(self.by_id[node_id].spec.src)}
        return tuple(sorted(entering.values(), key=lambda edge: rank.get(edge.name, len(rank))))
