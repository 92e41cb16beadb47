"""Unread outputs: a layer whose work nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import Problem, Severity


def unread(graph: CompiledGraph) -> Iterator[Problem]:
    """Warn of layers none of whose outputs is read; one unread branch is a way to filter."""
    for node in graph.nodes:
        names = [name for name in node.spec.dst if name]
        if node.is_sink or not names:
            continue
        if not any(graph.consumers(node.id, port) for port in range(len(node.spec.dst))):
            listed = ", ".join(f"'{name}'" for name in names)
            yield Problem(
                "W502",
                f"nobody reads {listed}: the layer does nothing",
                graph.spec.locate(f"{node.spec.pointer}/dst"),
                help="read it in another layer, or remove this one",
                severity=Severity.WARNING,
                value=names[0],
            )
