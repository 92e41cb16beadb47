"""Leakage: samples of one source image land on both sides of a random split."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import Problem, Severity


def leakage(graph: CompiledGraph) -> Iterator[Problem]:
    """Warn of nodes that split by chance what earlier nodes made of one source image.

    The example graphs of the original documentation do so: nearly every validation image then
    shares its photograph with training images.
    """
    for node in graph.nodes:
        fix = node.node.leak_fix(node.node.settings)
        used = sum(bool(graph.consumers(node.id, port)) for port in range(len(node.spec.dst)))
        copies = graph.inputs[node.id].per_image
        if fix and used > 1 and copies > 1:
            yield Problem(
                "W501",
                f"leakage: up to {copies} samples of one source image reach this random split, "
                "so both sides share source images",
                graph.spec.locate(f"{node.spec.pointer}/settings"),
                help=f"{fix} to send all samples of one source image the same way",
                severity=Severity.WARNING,
            )
