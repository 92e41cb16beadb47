"""Flat: a compiled graph as one document that names no other and has no parameters."""

from __future__ import annotations

from typing import Any

from dtl_engine.compile.graph import CompiledGraph
from dtl_engine.graph.dialect import VERSIONS
from dtl_engine.graph.placeholders import escaped


def flat_document(graph: CompiledGraph) -> Any:
    """Return the JSON value of a document that gives the same bytes.

    A bare list stays one: it has the rules of the original engine. Where documents of several
    versions come together, the result has the first one.
    """
    value = graph.spec.document.value
    if isinstance(value, list):
        return value
    layers = value["layers"]
    version = value["version"]
    versions = {layer.generation for layer in graph.spec.layers}
    if len(versions) > 1:
        # The settings of a bound layer have the meaning of the first version.
        version = VERSIONS[0]
        settings = {node.spec.index: node.spec.settings for node in graph.nodes}
        layers = [
            {**layer, "settings": settings.get(at, layer.get("settings", {}))}
            for at, layer in enumerate(layers)
        ]
    elif versions:
        (version,) = versions
    kept = {key: value[key] for key in ("description",) if key in value}
    return {"version": version, "seed": graph.seed, **kept, "layers": escaped(layers)}
