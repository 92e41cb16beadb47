"""Cull: drop what reaches no output."""

from __future__ import annotations

from dataclasses import replace

from dtl_engine.compile.graph import CompiledGraph


def cull(graph: CompiledGraph) -> CompiledGraph:
    """Return ``graph`` without the nodes from which no sink can be reached.

    Nothing that they would do is seen: lineages and draws of the other nodes do not depend on
    them.
    """
    import networkx as nx

    links: nx.DiGraph[str] = nx.DiGraph()
    links.add_nodes_from(node.id for node in graph.nodes)
    links.add_edges_from((edge.source, edge.target) for edge in graph.edges)
    alive = {node.id for node in graph.sinks}
    alive |= {id for sink in tuple(alive) for id in nx.ancestors(links, sink)}
    return replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.id in alive),
        edges=tuple(edge for edge in graph.edges if edge.target in alive),
    )
