"""JSON as a person would write it: what fits stands in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def json_text(value: Any, width: int, indent: int = 0) -> str:
    """Return JSON that opens an object or a list over several lines only where it is too long.

    Args:
        value: of JSON.
        width: of a line.
        indent: what the first line has before it, and where the last bracket stands.
    """
    whole = json.dumps(value, ensure_ascii=False)
    if len(whole) + indent < width or not value or not isinstance(value, Mapping | list):
        return whole
    inner = indent + 2
    if isinstance(value, Mapping):
        names = [json.dumps(name, ensure_ascii=False) for name in value]
        parts = [
            f"{name}: {json_text(part, width, inner + len(name) + 2)}"
            if _fits(part, width, inner + len(name) + 2)
            else f"{name}: {json_text(part, width, inner)}"
            for name, part in zip(names, value.values(), strict=True)
        ]
        opening, closing = "{", "}"
    else:
        parts = [json_text(part, width, inner) for part in value]
        opening, closing = "[", "]"
    lines = f",\n{' ' * inner}".join(parts)
    return f"{opening}\n{' ' * inner}{lines}\n{' ' * indent}{closing}"


def _fits(value: Any, width: int, indent: int) -> bool:
    return len(json.dumps(value, ensure_ascii=False)) + indent < width
