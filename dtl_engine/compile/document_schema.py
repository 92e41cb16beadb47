"""The JSON Schema (draft 2020-12) of whole documents, made from the catalogue."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dtl_engine.compile.schema_placeholders import with_placeholders
from dtl_engine.graph import parts
from dtl_engine.graph.dialect import DOCUMENT_KEYS, LAYER_KEYS, VERSIONS
from dtl_engine.graph.parameters import NAME, TYPES
from dtl_engine.node.base import Node
from dtl_engine.node.catalogue import Catalogue, NodeUnavailable
from dtl_engine.node.variant import Variant

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
    settings = _settings(action, node_class, definitions)
    if variants := node_class.variants():
        chosen = [_settings(action, each.node, definitions, each.values[0]) for each in variants]
        settings = _chosen(settings, variants, chosen)
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
    sources: dict[str, Any] = {"type": "array", "items": source, "minItems": 1}
    if len(signature.inputs) > 1:
        ports = {port.name: {"type": "array", "items": source} for port in signature.inputs}
        by_port = {"type": "object", "properties": ports, "additionalProperties": False}
        sources = {"anyOf": [sources, by_port]}
    return {
        "type": "object",
        "description": inspect.getdoc(node_class) or "",
        "properties": {
            "action": {"const": action} if len(actions) == 1 else {"enum": actions},
            "src": sources,
            "dst": output,
            "settings": settings,
        },
        "required": list(LAYER_KEYS),
        "additionalProperties": False,
    }


def _settings(
    action: str, node_class: type[Node[Any]], definitions: dict[str, Any], variant: str = ""
) -> dict[str, Any]:
    """Return the schema of a node's settings; what it refers to goes into ``definitions``."""
    # Two nodes may have settings models of one name.
    prefix = ".".join(filter(None, ("layer", action, variant)))
    settings = node_class.settings_model.model_json_schema(
        by_alias=True, ref_template=f"#/$defs/{quote(prefix)}.{{model}}"
    )
    inner = settings.pop("$defs", {})
    definitions.update(
        {f"{prefix}.{name}": with_placeholders(model) for name, model in inner.items()}
    )
    return with_placeholders(settings)


def _chosen(
    settings: dict[str, Any], variants: Sequence[Variant], chosen: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return the schema of settings of which one chooses what all others may be."""
    (key,) = {variant.setting for variant in variants}
    told = settings["properties"][key]
    values = [*dict.fromkeys([*_values(told), *(v for each in variants for v in each.values)])]
    rules = [
        {"if": _is_one_of(key, each.values), "then": then}
        for each, then in zip(variants, chosen, strict=True)
    ]
    known = [value for each in variants for value in each.values]
    return {
        "type": "object",
        "description": settings.get("description", ""),
        # Here editors find the values before one is chosen.
        "properties": {
            key: {
                **_told(told),
                "anyOf": [{"enum": values}, {"type": "string", "pattern": r"\$\{"}],
            }
        },
        # A placeholder may stand for any of them.
        "allOf": [*rules, {"if": _is_open(key, known), "then": settings}],
    }


def _values(schema: dict[str, Any]) -> list[Any]:
    """Return the values that a schema lists."""
    listed = (_values(inner) for inner in schema.get("anyOf", ()))
    return [*schema.get("enum", ()), *(value for values in listed for value in values)]


def _told(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("title", "description") if key in schema}


def _is_one_of(key: str, values: Sequence[str]) -> dict[str, Any]:
    return {"properties": {key: {"enum": list(values)}}, "required": [key]}


def _is_open(key: str, known: Sequence[str]) -> dict[str, Any]:
    """Return the condition that the key has none of these values, and no placeholder either."""
    chosen = {"anyOf": [{"enum": list(known)}, {"type": "string", "pattern": r"\$\{"}]}
    return {"not": {"properties": {key: chosen}, "required": [key]}}


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
