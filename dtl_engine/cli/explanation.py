"""What ``dtl explain`` tells, as JSON data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_engine.cli.check import edges_json
from dtl_engine.cli.places import Places
from dtl_engine.compile.flat import flat_document
from dtl_engine.compile.settings_fields import value_at
from dtl_engine.errors import Problem
from dtl_engine.graph.locate import pointer_of

if TYPE_CHECKING:
    from dtl_engine.compile.graph import CompiledGraph, CompiledNode
    from dtl_engine.graph.read import GraphRead

Json = dict[str, Any]
DEFAULT = "default"
"""Where a setting comes from that no document writes."""


def reading_json(read: GraphRead, problems: Sequence[Problem], places: Places) -> Json:
    """Return what was read: the documents, their parameters, and what is wrong with them."""
    spec = read.spec
    return {
        "documents": [
            {
                "file": document.file,
                "role": document.role,
                "named_at": places.said(document.named_at) if document.named_at else None,
            }
            for document in spec.documents
        ],
        "parameters": [
            {
                "scope": each.scope,
                "name": each.name,
                "type": each.type,
                "value": each.value,
                "origin": each.origin,
                "place": places.said(each.place),
            }
            for each in spec.parameters
        ],
        "problems": [
            {**problem.as_json(), "text": places.problem(problem)} for problem in problems
        ],
    }


def stages_json(graph: CompiledGraph, places: Places) -> Json:
    """Return what the later stages made: one document, layers, edges, and the plan."""
    from dtl_engine.plan.describe import describe_plan
    from dtl_engine.plan.plan import make_plan

    plan = make_plan(graph, Path())
    left_out = sorted({node.id for node in graph.nodes} - set(plan.graph.by_id))
    return {
        "flat": flat_document(graph),
        "layers": [_layer_json(graph, node, places) for node in _in_order(graph)],
        "edges": edges_json(graph),
        "left_out": left_out,
        "plan": list(describe_plan(plan, left_out)),
    }


def layers_of(graph: CompiledGraph, name: str, places: Places) -> list[Json]:
    """Return the layers with an output of this name, or inside the part of this name."""
    return [
        _layer_json(graph, node, places)
        for node in _in_order(graph)
        if name in node.spec.dst
        or any(output and output.startswith(f"{name}/") for output in node.spec.dst)
    ]


def flat_text(graph: CompiledGraph) -> str:
    """Return the one document that a graph is, each layer on a line."""
    value = flat_document(graph)
    if isinstance(value, list):
        return _lines(value, "") + "\n"
    head = (f"  {_dumped(key)}: {_dumped(v)},\n" for key, v in value.items() if key != "layers")
    return "{\n" + "".join(head) + f'  "layers": {_lines(value["layers"], "  ")}\n}}\n'


def _lines(layers: Sequence[Any], indent: str) -> str:
    inner = ",\n".join(f"{indent}  {_dumped(layer)}" for layer in layers)
    return f"[\n{inner}\n{indent}]" if layers else "[]"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _in_order(graph: CompiledGraph) -> Iterator[CompiledNode]:
    """Yield the nodes so that each comes after those that feed it."""
    feeders: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        feeders[edge.target].append(edge.source)
    return (graph.by_id[id] for id in TopologicalSorter(feeders).static_order())


def _layer_json(graph: CompiledGraph, node: CompiledNode, places: Places) -> Json:
    return {
        "id": node.id,
        "action": node.action,
        "place": places.said(node.location),
        "used_by": [places.said(place) for place in node.location.used_by],
        "src": list(node.spec.src),
        "dst": list(node.spec.dst),
        "settings": list(_settings_json(graph, node, places)),
    }


def _settings_json(graph: CompiledGraph, node: CompiledNode, places: Places) -> Iterator[Json]:
    """Yield every setting that has a value, with the place where it was written."""
    settings = node.node.settings.model_dump(mode="json", by_alias=True)
    for path, value in _leaves(settings, ()):
        place = _origin(graph, node, path, places)
        if place != DEFAULT:
            written = value_at(node.spec.settings, path)
            value = value if written is None else written  # 70, not 70.0
        if place != DEFAULT or value is not None:
            yield {"name": ".".join(path), "value": value, "from": place}


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield all that is no object in nested objects, by path."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif path:
        yield path, value


def _origin(graph: CompiledGraph, node: CompiledNode, path: tuple[str, ...], places: Places) -> str:
    """Return where the setting at ``path`` was written, or that it was not."""
    here = node.spec.settings
    for at, part in enumerate(path):
        if not isinstance(here, dict):
            path = path[:at]
            break
        if part not in here:
            return DEFAULT
        here = here[part]
    place = graph.spec.locate(f"{node.spec.pointer}/settings" + pointer_of(path))
    users = place.used_by[: len(place.used_by) - len(node.location.used_by)]
    return ", used by ".join(map(places.said, (place, *users)))
