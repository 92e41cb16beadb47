"""What a value of a JSON Schema may be, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

LONGEST_PATTERN = 60
"""A longer regular expression is left to the description of its setting."""

Definitions = Mapping[str, Mapping[str, Any]]

_PLURALS = {
    "string": "strings",
    "integer": "integers",
    "number": "numbers",
    "object": "objects",
    "true or false": "booleans",
}


def resolved(value: Mapping[str, Any], definitions: Definitions) -> Mapping[str, Any]:
    """Return the schema that ``value`` refers to; its own description has precedence."""
    if "$ref" not in value:
        return value
    found = resolved(definitions[value["$ref"].rsplit("/", 1)[1]], definitions)
    return {**found, **{key: part for key, part in value.items() if key != "$ref"}}


def variants(value: Mapping[str, Any], definitions: Definitions) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas of which a value fits one, ``null`` left out."""
    inner = value.get("anyOf") or value.get("oneOf")
    if inner is None and "$ref" in value:
        found = definitions[value["$ref"].rsplit("/", 1)[1]]
        inner = [found] if {"anyOf", "oneOf", "$ref"} & found.keys() else None
    if inner is None:
        if value.get("type") != "null":
            yield value
        return
    for part in inner:
        yield from variants(part, definitions)


def kind_of(value: Mapping[str, Any], definitions: Definitions) -> str:
    """Return type, range and choices of a value in words."""
    parts = [resolved(part, definitions) for part in variants(value, definitions)]
    kinds = list(dict.fromkeys(_kind(part, definitions) for part in parts))
    if len(kinds) > 1:
        kinds = [_in_brackets(kind) for kind in kinds]
    return " or ".join(kinds) or "anything"


def _kind(value: Mapping[str, Any], definitions: Definitions) -> str:
    if "const" in value:
        return _json(value["const"])
    if "enum" in value:
        return " or ".join(map(_json, value["enum"]))
    match value.get("type"):
        case "array":
            return _list(value, definitions)
        case "object":
            return _object(value, definitions)
        case "string":
            return ", ".join(("string", *_lengths(value, "Length", "character"), *_pattern(value)))
        case "boolean":
            return "true or false"
        case "integer" | "number" as name:
            return ", ".join((name, *_range(value)))
    return "anything"


def _in_brackets(kind: str) -> str:
    """Return a kind among others: ``string (not empty)``."""
    word, comma, rest = kind.partition(", ")
    return f"{word} ({rest})" if comma else kind


def _list(value: Mapping[str, Any], definitions: Definitions) -> str:
    lengths = _lengths(value, "Items", "entry")
    if kinds := [kind_of(part, definitions) for part in value.get("prefixItems", ())]:
        if len(set(kinds)) > 1:
            return f"list of {', '.join(kinds)}"
        inner = kinds[0]
    else:
        inner = kind_of(value.get("items", {}), definitions)
    if inner == "anything":
        return ", ".join(("list", *lengths))
    word, comma, rest = inner.partition(", ")
    if word not in _PLURALS:
        return ", ".join((f"list of {inner}", *lengths))
    each = (f"each {rest}",) if comma else ()
    return ", ".join((f"list of {_PLURALS[word]}", *lengths, *each))


def _object(value: Mapping[str, Any], definitions: Definitions) -> str:
    values = value.get("additionalProperties")
    if value.get("properties") or not isinstance(values, Mapping):
        return "object"
    inner = kind_of(values, definitions)
    each = () if inner == "anything" else (f"each value: {inner}",)
    return ", ".join(("object", *_lengths(value, "Properties", "entry"), *each))


def _range(value: Mapping[str, Any]) -> Iterator[str]:
    low, high = value.get("minimum"), value.get("maximum")
    if low is not None and high is not None:
        yield f"{_number(low)} to {_number(high)}"
    elif low is not None:
        yield f"at least {_number(low)}"
    elif high is not None:
        yield f"at most {_number(high)}"
    if "exclusiveMinimum" in value:
        yield f"above {_number(value['exclusiveMinimum'])}"
    if "exclusiveMaximum" in value:
        yield f"below {_number(value['exclusiveMaximum'])}"
    if "multipleOf" in value:
        yield f"a multiple of {_number(value['multipleOf'])}"


def _lengths(value: Mapping[str, Any], key: str, noun: str) -> Iterator[str]:
    least, most = value.get(f"min{key}", 0), value.get(f"max{key}")
    if most is not None and least == most:
        yield f"exactly {_counted(most, noun)}"
    elif least == 1 and noun == "character":
        yield "not empty"
    elif least:
        yield f"at least {_counted(least, noun)}"
    if most is not None and least != most:
        yield f"at most {_counted(most, noun)}"


def _pattern(value: Mapping[str, Any]) -> Iterator[str]:
    pattern = value.get("pattern", "")
    if 0 < len(pattern) <= LONGEST_PATTERN:
        yield f"matching {pattern}"


def _counted(number: int, noun: str) -> str:
    plural = {"character": "characters", "entry": "entries"}[noun]
    return f"{number} {noun if number == 1 else plural}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else np.format_float_positional(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
