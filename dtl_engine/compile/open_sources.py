"""Open what nodes without inputs name: folders, declarations and models, no image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from dtl_engine.compile.bind import Binding
from dtl_engine.compile.misfits import misfit
from dtl_engine.errors import Problem, Severity
from dtl_engine.graph.locate import pointer_of
from dtl_engine.graph.spec import GraphSpec
from dtl_engine.model.schema import SchemaError
from dtl_engine.node.ends import SourceNode
from dtl_engine.node.models import ModelSourceNode, OpenedModel
from dtl_engine.node.source import DataFolders, Source

Found = TypeVar("Found", Source, OpenedModel)


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
        find = partial(binding.node_class.open, binding.settings, binding.spec.src, data)
        if (source := _opened(find, spec, f"{binding.spec.pointer}/src", problems)) is not None:
            sources[binding.id] = source
    return sources, problems


def open_models(
    spec: GraphSpec, bindings: Sequence[Binding], data: DataFolders
) -> tuple[dict[str, OpenedModel], list[Problem]]:
    """Return what each node that loads a model found, by node id."""
    opened: dict[str, OpenedModel] = {}
    problems: list[Problem] = []
    for binding in bindings:
        if binding.settings is None or not issubclass(binding.node_class, ModelSourceNode):
            continue
        by_name = binding.node_class.is_named_in_src
        if by_name and not binding.spec.src:
            continue  # reported where the layers are linked
        pointer = f"{binding.spec.pointer}/{'src' if by_name else 'settings'}"
        find = partial(binding.node_class.open_model, binding.settings, binding.spec.src, data)
        if (model := _opened(find, spec, pointer, problems)) is not None:
            opened[binding.id] = model
    return opened, problems


def _opened(
    find: Callable[[], Found], spec: GraphSpec, pointer: str, problems: list[Problem]
) -> Found | None:
    """Return what was found, ``None`` if there is a mistake; what there is to say is added."""
    try:
        found = find()
    except SchemaError as error:
        problems.append(misfit(error, spec.locate(pointer + pointer_of(error.at))))
        return None
    problems.extend(
        Problem("W504", note, spec.locate(pointer), severity=Severity.WARNING)
        for note in found.notes
    )
    return found
