"""JSON as a person would write it: what fits stands in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def json_text(value: Any, width: int, indent: int = 0, before: int | None = None) -> str:
    """Return JSON that opens an object or a list over several lines only where it is too long.

    Args:
        value: of JSON.
        width: of a line.
        indent: where the last bracket stands if there are several lines.
        before: how much the first line has before it; ``None``: ``indent``.
    """
    whole = json.dumps(value, ensure_ascii=False)
    start = indent if before is None else before
    # One place is left for a comma.
    if start + len(whole) < width or not value or not isinstance(value, Mapping | list):
        return whole
    inner = indent + 2
    if isinstance(value, Mapping):
        names = [f"{json.dumps(name, ensure_ascii=False)}: " for name in value]
        parts = [
            name + json_text(part, width, inner, inner + len(name))
            for name, part in zip(names, value.values(), strict=True)
        ]
    else:
        parts = [json_text(part, width, inner) for part in value]
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    lines = f",\n{' ' * inner}".join(parts)
    return f"{opening}\n{' ' * inner}{lines}\n{' ' * indent}{closing}"
