"""A plan in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dtl_engine.compile.graph import CompiledGraph, CompiledNode
from dtl_engine.node.models import FitNode, ValueSinkNode
from dtl_engine.plan.phases import phases
from dtl_engine.plan.plan import Plan, RunnerKind
from dtl_engine.plan.units import datasets_in_order, group_size


def describe_plan(plan: Plan, dropped: Sequence[str]) -> Iterator[str]:
    """Yield the lines that say what a run reads, does and writes.

    ``dropped`` are the nodes that the optimisation left out, as nothing of theirs is saved.
    """
    graph = plan.graph
    yield f"reads {plan.images} images"
    for dataset in datasets_in_order(graph):
        yield f"  {dataset.key}: {len(dataset.files)} images"
    together = group_size(graph)
    images = "one image" if together == 1 else f"up to {together} images"
    yield f"works with {_workers(plan)}, seed {graph.seed}; {images} at a time in each:"
    parts = phases(graph)
    for number, part in enumerate(parts, start=1):
        if len(parts) > 1:
            yield f"  phase {number} of {len(parts)}"
        margin = "    " if len(parts) > 1 else "  "
        for chain in _chains(part):
            yield margin + " -> ".join(f"{node.action} {_names(node)}" for node in chain)
    if dropped:
        yield f"leaves out, as nothing of it is saved: {', '.join(dropped)}"
    yield "writes"
    for sink in graph.sinks:
        added = "more into " if sink.id in plan.targets else ""
        total = graph.inputs[sink.id].total
        if isinstance(sink.node, FitNode):
            yield f"  {plan.results[sink.id]}: a model fitted to {total} samples"
        elif isinstance(sink.node, ValueSinkNode):
            yield f"  {plan.outputs[sink.id]}"
        else:
            yield f"  {added}{plan.outputs[sink.id]}: {total} samples"
        yield from (f"  {path}" for path in plan.extras.get(sink.id, ()))


def _workers(plan: Plan) -> str:
    if plan.runner is RunnerKind.SERIAL:
        return "no workers, in the main thread"
    return f"{plan.workers} {plan.runner}"


def _names(node: CompiledNode) -> str:
    return ", ".join(name or "null" for name in node.spec.dst)


def _chains(graph: CompiledGraph) -> Iterator[list[CompiledNode]]:
    """Yield runs of nodes that feed only each other: each is one stage of a sample's way."""
    incoming = {
        node.id: {e.source for e in graph.edges if e.target == node.id} for node in graph.nodes
    }
    outgoing = {
        node.id: {e.target for e in graph.edges if e.source == node.id} for node in graph.nodes
    }

    def follows(node: CompiledNode) -> bool:
        sources = incoming[node.id]
        return len(sources) == 1 and len(outgoing[next(iter(sources))]) == 1

    for node in graph.nodes:
        if follows(node):
            continue
        chain = [node]
        while len(outgoing[chain[-1].id]) == 1:
            successor = graph.by_id[next(iter(outgoing[chain[-1].id]))]
            if not follows(successor):
                break
            chain.append(successor)
        yield chain
