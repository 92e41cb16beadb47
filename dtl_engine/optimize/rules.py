"""The ordered table of optimisations."""

from __future__ import annotations

from collections.abc import Callable

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.optimize.cull import cull
from dtl_engine.optimize.verify import verify

Rule = Callable[[CompiledGraph], CompiledGraph]

RULES: tuple[Rule, ...] = (cull,)


def optimize(graph: CompiledGraph) -> CompiledGraph:
    """Apply every rule in order; after each one the invariants must hold."""
    for rule in RULES:
        optimized = rule(graph)
        verify(graph, optimized)
        graph = optimized
    return graph
