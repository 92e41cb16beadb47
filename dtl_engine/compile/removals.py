"""Layers that delete source images: whatever comes by must lie where it can be deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dtl_engine.compile.graph import CompiledNode, Stream
from dtl_engine.errors import Problem
from dtl_engine.graph.spec import GraphSpec
from dtl_engine.node.base import ProcessingNode
from dtl_engine.node.source import Source


def check_removals(
    spec: GraphSpec,
    nodes: Iterable[CompiledNode],
    sources: Mapping[str, Source],
    inputs: Mapping[str, Stream],
) -> Iterator[Problem]:
    """Yield E409 for each project that a layer would delete images of and cannot.

    Args:
        spec: where the layers stand.
        nodes: the layers.
        sources: the opened source of each layer that reads.
        inputs: what enters each layer whose inputs are known.
    """
    fixed = {
        dataset.key: dataset.project
        for source in sources.values()
        if not source.removes
        for dataset in source.datasets
    }
    for node in nodes:
        if not isinstance(node.node, ProcessingNode) or not node.node.removes_sources:
            continue
        stream = inputs.get(node.id, Stream())
        for project in dict.fromkeys(fixed[key] for key in stream.counts if key in fixed):
            yield Problem(
                "E409",
                f"'{node.action}' deletes source images, and those of '{project}' cannot be "
                "deleted where they lie",
                spec.locate(f"{node.spec.pointer}/src"),
                help="leave the layer out, or read a copy that 'dtl convert' makes",
                value=project,
            )
