"""What no optimisation may change."""

from __future__ import annotations

from dtl_engine.compile.graph import CompiledGraph


def verify(before: CompiledGraph, after: CompiledGraph) -> None:
    """Assert that ``after`` writes the same outputs under the same schemas as ``before``.

    A failure is a bug of a rule.
    """
    ids = {node.id for node in after.nodes}
    assert before.seed == after.seed, "an optimisation changed the seed"
    assert before.sinks == after.sinks, "an optimisation changed the outputs"
    assert all({edge.source, edge.target} <= ids for edge in after.edges), "an edge leads nowhere"
    for sink in after.sinks:
        assert before.inputs[sink.id] == after.inputs[sink.id], "an optimisation changed a schema"
