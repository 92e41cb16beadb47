"""Open what the source nodes name: folders and declarations, no image."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_engine.compile.bind import Binding
from dtl_engine.compile.misfits import misfit
from dtl_engine.errors import Problem, Severity
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.spec import GraphSpec
from dtl_engine.model.schema import SchemaError
from dtl_engine.node.ends import SourceNode
from dtl_engine.node.source import DataFolders, Source


def open_sources(
    spec: GraphSpec, bindings: Sequence[Binding], data: DataFolders
) -> tuple[dict[str, Source], list[Problem]]:
    """Return the opened source of each source node that could be opened, by node id."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for binding in bindings:
        if binding.settings is None or not issubclass(binding.node_class, SourceNode):
            continue
        if not binding.spec.src:
            continue  # reported where the layers are linked
        pointer = f"{binding.spec.pointer}/src"
        try:
            source = binding.node_class.open(binding.settings, binding.spec.src, data)
        except SchemaError as error:
            problems.append(misfit(error, spec.locate(pointer + pointer_of(error.at))))
            continue
        sources[binding.id] = source
        problems.extend(
            Problem("W504", note, spec.locate(pointer), severity=Severity.WARNING)
            for note in source.notes
        )
    return sources, problems
