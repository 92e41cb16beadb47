"""The JSON Schema (draft 2020-12) of whole documents, made from the catalogue."""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import quote

from dtl_engine.compile.schema_placeholders import with_placeholders
from dtl_engine.graph import parts
from dtl_engine.graph.dialect import DOCUMENT_KEYS, LAYER_KEYS, VERSIONS
from dtl_engine.graph.parameters import NAME, TYPES
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import Catalogue, NodeUnavailable

CONNECTION = r"^\$"

_NAME = {"type": "string", "minLength": 1}
_NAMES = {"anyOf": [_NAME, {"type": "array", "items": _NAME}]}
_PARAMETER = {
    "anyOf": [
        {"type": ["string", "number", "boolean", "array", "null"]},
        {
            "type": "object",
            "properties": {
                "type": {"enum": list(TYPES), "description": "Its JSON type."},
                "default": {"description": "Its value where none is given."},
                "minimum": {"type": "number", "description": "The smallest number it may be."},
                "maximum": {"type": "number", "description": "The largest number it may be."},
                "enum": {"type": "array", "description": "All values that it may have."},
                "description": {"type": "string", "description": "What it is for."},
            },
            "additionalProperties": False,
        },
    ]
}
_CHANGE = {
    "type": "object",
    "description": "Changes a layer of the extended documents, which is known by its outputs.",
    "properties": {
        "action": _NAME,
        "src": {"type": ["array", "object", "string"]},
        "dst": _NAMES,
        "settings": {"type": ["object", "string"]},
    },
    "required": ["dst"],
    "additionalProperties": False,
}


def document_schema(catalogue: Catalogue) -> dict[str, Any]:
    """Return the schema of both forms of a document; actions that cannot be loaded are left out."""
    definitions: dict[str, Any] = {}
    layers: list[dict[str, Any]] = []
    for action in catalogue.actions:
        try:
            node_class = catalogue.node_class(action)
        except NodeUnavailable:
            continue
        names = [action, *catalogue.aliases_of(action)]
        definitions[f"layer.{action}"] = _layer(names, node_class, definitions)
        layers.append({"$ref": f"#/$defs/layer.{quote(action)}"})
    definitions["layers"] = {"type": "array", "items": {"oneOf": layers}}
    definitions[f"layer.{parts.ACTION}"] = _part()
    whole = [*layers, {"$ref": f"#/$defs/layer.{parts.ACTION}"}]
    definitions["document layers"] = {"type": "array", "items": {"oneOf": whole}}
    definitions["changed layers"] = {"type": "array", "items": {"anyOf": [*whole, _CHANGE]}}
    properties = {
        "$schema": {"type": "string", "description": "Where this schema lies."},
        "version": {
            "enum": list(VERSIONS),
            "description": "Generation of the language that the settings mean: 1, the original "
            "one, or 2, its successor.",
        },
        "seed": {"type": "integer", "description": "Seed of all randomness.", "default": 0},
        "description": {"description": "Anything a reader should know."},
        "extends": {**_NAMES, "description": "Documents that this one builds on."},
        "parameters": {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME.pattern}$"},
            "additionalProperties": _PARAMETER,
            "description": "What '${name}' in the layers stands for, and --set can change.",
        },
        "inputs": {**_NAMES, "description": "What a part gets from the layer that uses it."},
        "outputs": {**_NAMES, "description": "What a part gives to the layer that uses it."},
        "remove": {**_NAMES, "description": "Outputs of the extended layers to leave out."},
        "layers": {"$ref": "#/$defs/changed%20layers"},
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
                "additionalProperties": False,
                "if": {"not": {"required": ["extends"]}},
                "then": {
                    "properties": {"layers": {"$ref": "#/$defs/document%20layers"}},
                    "required": ["layers"],
                },
            },
        ],
        "$defs": definitions,
    }


def _layer(
    actions: list[str], node_class: type[Node[Any]], definitions: dict[str, Any]
) -> dict[str, Any]:
    action = actions[0]
    # Two nodes may have settings models of one name.
    settings = node_class.settings_model.model_json_schema(
        by_alias=True, ref_template=f"#/$defs/layer.{quote(action)}.{{model}}"
    )
    inner = settings.pop("$defs", {})
    definitions.update(
        {f"layer.{action}.{name}": with_placeholders(model) for name, model in inner.items()}
    )
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
            "action": {"const": action} if len(actions) == 1 else {"enum": actions},
            "src": {"type": "array", "items": source, "minItems": 1},
            "dst": output,
            "settings": with_placeholders(settings),
        },
        "required": list(LAYER_KEYS),
        "additionalProperties": False,
    }


def _part() -> dict[str, Any]:
    """Return the schema of a layer that stands for a part."""
    names = {"type": "array", "items": _NAME}
    connection = {"anyOf": [{"type": "string", "pattern": CONNECTION}, {"enum": ["null", None]}]}
    return {
        "type": "object",
        "description": parts.DOCUMENTATION,
        "properties": {
            "action": {"const": parts.ACTION},
            "src": {"anyOf": [names, {"type": "object", "additionalProperties": names}]},
            "dst": {"anyOf": [connection, {"type": "array", "items": connection}]},
            "settings": parts.settings_schema(),
        },
        "required": list(LAYER_KEYS),
        "additionalProperties": False,
    }
