"""Phases: what can run as one stream, cut where a model or a report must exist first."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from dtl_engine.compile.graph import CompiledGraph, CompiledNode
from dtl_engine.node.signature import Kind


def phases(graph: CompiledGraph) -> tuple[CompiledGraph, ...]:
    """Return the parts of a graph in the order in which they run.

    Each holds the ends of streams that need nothing of a later part, with all that feeds them
    samples; models and reports come from earlier parts. A graph without such edges is one part.
    """
    rank = _ranks(graph)
    ends: dict[int, list[CompiledNode]] = {}
    for sink in graph.sinks:
        ends.setdefault(rank[sink.id], []).append(sink)
    return tuple(_part(graph, ends[at]) for at in sorted(ends))


def streaming(graph: CompiledGraph, *ends: CompiledNode) -> CompiledGraph:
    """Return the part of a graph that feeds samples to some of its ends."""
    return _part(graph, list(ends))


def _ranks(graph: CompiledGraph) -> dict[str, int]:
    @cache
    def rank(id: str) -> int:
        return max(
            (
                rank(edge.source) + (edge.kind is not Kind.SAMPLES and made(edge.source))
                for edge in graph.edges
                if edge.target == id
            ),
            default=0,
        )

    def made(id: str) -> bool:
        """Whether a value is made by the run; those that are loaded are there at the start."""
        return graph.by_id[id].is_sink

    return {node.id: rank(node.id) for node in graph.nodes}


def _part(graph: CompiledGraph, ends: list[CompiledNode]) -> CompiledGraph:
    kept = {node.id for node in ends}
    pending = list(kept)
    while pending:
        id = pending.pop()
        for edge in graph.edges:
            if edge.target == id and edge.kind is Kind.SAMPLES and edge.source not in kept:
                kept.add(edge.source)
                pending.append(edge.source)
    return replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.id in kept),
        edges=tuple(
            edge
            for edge in graph.edges
            if {edge.source, edge.target} <= kept and edge.kind is Kind.SAMPLES
        ),
    )
