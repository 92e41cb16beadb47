"""Unknown labels: a layer that picks objects of a class that none can have."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.errors import Problem, Severity, did_you_mean
from dtl_engine.graph.locate import pointer_of


def unknown_labels(graph: CompiledGraph) -> Iterator[Problem]:
    """Warn of labels in settings that no input declares; the original engine picks nothing."""
    for node in graph.nodes:
        schema = graph.inputs[node.id].schema
        if schema is None:
            continue
        for path, label in node.node.mentioned_labels(node.node.settings).items():
            if schema.label(label) is None:
                known = schema.label_names
                listed = f"classes here: {', '.join(known) or 'none'}"
                yield Problem(
                    "W505",
                    f"no object here can be of class '{label}': it picks nothing",
                    graph.spec.locate(f"{node.spec.pointer}/settings" + pointer_of(path)),
                    help=did_you_mean(label, known) or listed,
                    severity=Severity.WARNING,
                    value=label,
                    allowed=known,
                )
