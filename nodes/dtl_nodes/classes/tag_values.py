"""Values that settings give to tags: what they may be, and how they get onto samples."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Schema, SchemaError, Tag, TagSpec, TagValueType


def _check_value(value: object) -> object:
    if isinstance(value, bool) or not (value is None or isinstance(value, (str, int, float))):
        raise PydanticCustomError("value_error", "a tag's value is a string, a number or null")
    return value


TagValue = Annotated[str | int | float | None, BeforeValidator(_check_value)]
"""The value of a tag in settings; ``None`` for none."""


def declare_tag(
    schema: Schema,
    name: str,
    value: TagValue,
    at: tuple[str | int, ...],
    *,
    without_value: TagValueType = TagValueType.NONE,
) -> Schema:
    """Return the schema with a tag that is set; a declaration that is there stays.

    Args:
        schema: what enters the layer.
        name: the name of the tag.
        value: what it is set to.
        at: where the value stands in the settings.
        without_value: how an undeclared tag is declared that has no value.

    Raises:
        SchemaError: E304, the declared tag cannot have the value.
    """
    declared = schema.tag(name)
    if declared is not None:
        _require_fit(declared, value, at)
        return schema
    if value is None:
        return schema.with_tag(TagSpec(name, without_value))
    is_text = isinstance(value, str)
    return schema.with_tag(TagSpec(name, TagValueType.STRING if is_text else TagValueType.NUMBER))


def set_tag(tags: tuple[Tag, ...], name: str, value: TagValue) -> tuple[Tag, ...]:
    """Return the tags with one set; ``tags`` itself where that changes nothing.

    A tag that is there keeps its place and what its file says beside the value, and the value
    too unless there is a new one.
    """
    present = next((tag for tag in tags if tag.name == name), None)
    if present is None:
        return (*tags, Tag(name, value))
    if value is None or value == present.value:
        return tags
    changed = Tag(name, value, present.extra)
    return tuple(changed if tag is present else tag for tag in tags)


def _require_fit(declared: TagSpec, value: TagValue, at: tuple[str | int, ...]) -> None:
    if value is None:
        return
    is_text = isinstance(value, str)
    match declared.value_type:
        case TagValueType.NONE:
            fits, help = False, "leave the value out, or use another tag name"
        case TagValueType.NUMBER:
            fits, help = not is_text, "write a number, or use another tag name"
        case TagValueType.STRING:
            fits, help = is_text, "write a string, or use another tag name"
        case TagValueType.CHOICE:
            fits, help = value in declared.values, f"one of: {', '.join(declared.values)}"
    if not fits:
        raise SchemaError(
            "E304",
            f"tag '{declared.name}' is declared as {declared.value_type} and cannot be {value!r}",
            at=at,
            value=value,
            allowed=declared.values,
            help=help,
        )
