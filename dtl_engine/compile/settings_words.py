"""Words for values that a settings model refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

EXPECTED = {
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "a string",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
"""Kind of pydantic's error -> the JSON type that is expected."""

BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("above", "gt"),
    "less_than": ("below", "lt"),
}
LENGTHS = {
    "string_too_short": ("at least", "min_length", "character"),
    "string_too_long": ("at most", "max_length", "character"),
    "too_short": ("at least", "min_length", "entry"),
    "too_long": ("at most", "max_length", "entry"),
}
SHOWN = 80

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def refusal(kind: str, context: Mapping[str, Any], message: str, where: str, value: Any) -> str:
    """Return why the value of the setting ``where`` is refused.

    Args:
        kind: the kind of pydantic's error.
        context: what it says beside.
        message: its own text, used where we have none.
        where: the setting, for the message.
        value: the offending value.
    """
    if kind in BOUNDS:
        words, key = BOUNDS[kind]
        bound = context[key]
        whole = int(bound) if bound == int(bound) else bound
        return f"'{where}' is {words} {whole}, not {shown(value)}"
    if kind in LENGTHS:
        words, key, noun = LENGTHS[kind]
        most = context[key]
        if words == "at least" and most == 1:
            return f"'{where}' cannot be empty"
        plural = {"character": "characters", "entry": "entries"}[noun]
        return f"'{where}' has {words} {most} {noun if most == 1 else plural}"
    if kind == "multiple_of":
        return f"'{where}' is a multiple of {context[kind]}, not {shown(value)}"
    if kind == "string_pattern_mismatch":
        return f"'{where}' cannot be {shown(value)}"
    reason = message.removeprefix("Value error, ")
    text = f"'{where}': {reason[:1].lower()}{reason[1:]}"
    is_scalar = value is not None and not isinstance(value, (dict, list))
    is_told = shown(value) in _NUMBER.findall(reason)
    return f"{text} (it is {shown(value)})" if is_scalar and not is_told else text


def shown(value: Any) -> str:
    """Return the value as JSON, cut to a length that a line can hold."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
