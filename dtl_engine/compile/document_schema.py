"""The JSON Schema (draft 2020-12) of whole documents, made from the catalogue."""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import quote

from dtl_engine.graph.dialect import DOCUMENT_KEYS, LAYER_KEYS, VERSION
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import Catalogue, NodeUnavailable

CONNECTION = r"^\$"


def document_schema(catalogue: Catalogue) -> dict[str, Any]:
    """Return the schema of both forms of a document; actions that cannot be loaded are left out."""
    definitions: dict[str, Any] = {}
    layers: list[dict[str, Any]] = []
    for action in catalogue.actions:
        try:
            node_class = catalogue.node_class(action)
        except NodeUnavailable:
            continue
        definitions[f"layer.{action}"] = _layer(action, node_class, definitions)
        layers.append({"$ref": f"#/$defs/layer.{quote(action)}"})
    definitions["layers"] = {"type": "array", "items": {"oneOf": layers}}
    properties = {
        "$schema": {"type": "string", "description": "Where this schema lies."},
        "version": {"const": VERSION, "description": "Version of the language."},
        "seed": {"type": "integer", "description": "Seed of all randomness.", "default": 0},
        "description": {"description": "Anything a reader should know."},
        "layers": {"$ref": "#/$defs/layers"},
    }
    assert tuple(properties) == DOCUMENT_KEYS, "the schema speaks of other keys than the reader"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "DTL graph",
        "anyOf": [
            {"$ref": "#/$defs/layers"},
            {
                "type": "object",
                "properties": properties,
                "required": ["layers"],
                "additionalProperties": False,
            },
        ],
        "$defs": definitions,
    }


def _layer(action: str, node_class: type[Node[Any]], definitions: dict[str, Any]) -> dict[str, Any]:
    # Two nodes may have settings models of one name.
    settings = node_class.settings_model.model_json_schema(
        by_alias=True, ref_template=f"#/$defs/layer.{quote(action)}.{{model}}"
    )
    inner = settings.pop("$defs", {})
    definitions.update({f"layer.{action}.{name}": model for name, model in inner.items()})
    signature = node_class.signature
    connection = {"type": "string", "pattern": CONNECTION}
    output: dict[str, Any] = {"anyOf": [connection, {"enum": ["null", None]}]}
    if not signature.outputs:
        output = {"type": "string", "minLength": 1, "description": "Name of what is written."}
    elif len(signature.outputs) > 1:
        count = len(signature.outputs)
        names = ", ".join(port.name for port in signature.outputs)
        output = {
            "type": "array",
            "items": output,
            "minItems": count,
            "maxItems": count,
            "description": f"Outputs: {names}.",
        }
    source = connection if signature.inputs else {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": inspect.getdoc(node_class) or "",
        "properties": {
            "action": {"const": action},
            "src": {"type": "array", "items": source, "minItems": 1},
            "dst": output,
            "settings": settings,
        },
        "required": list(LAYER_KEYS),
        "additionalProperties": False,
    }
