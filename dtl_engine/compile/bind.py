"""Bind: every layer to its node class with checked settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dtl_engine.compile.generations import mixed_generations
from dtl_engine.compile.settings_problems import validate_settings
from dtl_engine.errors import Problem, did_you_mean
from dtl_engine.graph import parts
from dtl_engine.graph.spec import GraphSpec, NodeSpec
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import Catalogue, NodeUnavailable
from dtl_engine.node.settings import Settings


@dataclass(frozen=True, slots=True)
class Binding:
    """A layer with its node class; ``settings`` is ``None`` where they are wrong."""

    id: str
    spec: NodeSpec
    node_class: type[Node[Settings]]
    settings: Settings | None


def bind(spec: GraphSpec, catalogue: Catalogue) -> tuple[tuple[Binding, ...], list[Problem]]:
    """Return the layers that could be bound, and what is wrong with the rest."""
    bindings: list[Binding] = []
    problems: list[Problem] = []
    for layer, id in zip(spec.layers, _ids(spec.layers), strict=True):
        try:
            node_class = catalogue.node_class(layer.action)
        except KeyError:
            problems.append(_unknown_action(spec, layer, catalogue))
            continue
        except NodeUnavailable as unavailable:
            location = spec.locate(f"{layer.pointer}/action")
            problems.append(Problem("E110", str(unavailable), location, value=layer.action))
            continue
        if layer.generation == 2:
            layer = replace(layer, settings=node_class.from_successor(layer.settings))
        node_class = node_class.variant(layer.settings)
        settings, found = validate_settings(spec, layer, node_class.settings_model)
        problems.extend(found)
        bindings.append(Binding(id, layer, node_class, settings))
    problems.extend(mixed_generations(spec, bindings, catalogue))
    return tuple(bindings), problems


def _ids(layers: Sequence[NodeSpec]) -> list[str]:
    """Name each node after its first output, told apart by ``~2`` where names repeat.

    Ids seed draws, so connections choose first: no saving or discarding layer renames one.
    """
    outputs = [next((name for name in layer.dst if name), "") for layer in layers]
    names = [name.removeprefix("$") or "null" for name in outputs]
    ids = list(names)
    taken = set(names)
    seen: Counter[str] = Counter()
    for at in sorted(range(len(layers)), key=lambda at: not outputs[at].startswith("$")):
        name = names[at]
        seen[name] += 1
        if seen[name] > 1:
            while (id := f"{name}~{seen[name]}") in taken:
                seen[name] += 1
            ids[at] = id
            taken.add(id)
    return ids


def _unknown_action(spec: GraphSpec, layer: NodeSpec, catalogue: Catalogue) -> Problem:
    if layer.action in catalogue.refused:
        why, instead = catalogue.refused[layer.action]
        location = spec.locate(f"{layer.pointer}/action")
        message = f"action '{layer.action}' {why}"
        return Problem("E111", message, location, help=instead, value=layer.action)
    broken = "; ".join(catalogue.broken_libraries.values())
    help = "; ".join(filter(None, (did_you_mean(layer.action, catalogue.names), broken)))
    if layer.action == parts.ACTION:
        help = 'parts belong to documents of the form {"version": 1, "layers": [...]}'
    return Problem(
        "E102",
        f"unknown action '{layer.action}'",
        spec.locate(f"{layer.pointer}/action"),
        help=help or "'dtl nodes' lists all actions",
        value=layer.action,
        allowed=catalogue.names,
    )
