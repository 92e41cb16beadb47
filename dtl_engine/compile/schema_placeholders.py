"""Parameters in a JSON Schema: wherever a value may stand, ``"${name}"`` may stand for it."""

from __future__ import annotations

from typing import Any

PLACEHOLDER = r"\$\{[A-Za-z_][A-Za-z0-9_-]*\}"
_ALONE = {"type": "string", "pattern": f"^{PLACEHOLDER}$"}
_INNER = ("items", "additionalProperties")
_TOLD: tuple[str, ...] = ("title", "description", "default")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")


def with_placeholders(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object, with placeholders allowed for all values inside it."""
    opened = dict(schema)
    if "properties" in schema:
        opened["properties"] = {key: _value(inner) for key, inner in schema["properties"].items()}
    for key in _INNER:
        if isinstance(schema.get(key), dict):
            opened[key] = _value(schema[key])
    for key in _LISTED:
        if key in schema:
            each = _value if key == "prefixItems" else with_placeholders
            opened[key] = [each(inner) for inner in schema[key]]
    return opened


def _value(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that may be a placeholder as well."""
    opened = with_placeholders(schema)
    told = {key: opened.pop(key) for key in _TOLD if key in opened}
    if not opened or opened == {"type": "string"}:
        return {**told, **opened}
    return {**told, "anyOf": [opened, _ALONE]}
