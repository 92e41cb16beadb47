"""Tags of images and objects, between JSON and values."""

from __future__ import annotations

from typing import Any

from dtl_engine.sdk import AnnotationError, ReadLog, Schema, Tag, TagSpec, TagValueType


def read_tags(values: Any, schema: Schema, log: ReadLog) -> tuple[Tag, ...]:
    """Return the tags of a JSON list; each is a bare name or an object.

    Args:
        values: the list; anything that is false stands for none.
        schema: declares the tags.
        log: takes tags that are not declared or have a value that they cannot.

    Raises:
        AnnotationError: a tag is undeclared, or its value is none that its declaration allows.
    """
    if not values:
        return ()
    if not isinstance(values, list):
        raise AnnotationError("F602", "'tags' is no list")
    if log.policy.drops_bad:
        return tuple(tag for value in values for tag in _good_tag(value, schema, log))
    return tuple(_read_tag(value, schema) for value in values)


def tags_json(tags: tuple[Tag, ...]) -> list[dict[str, Any]]:
    """Return tags as JSON; a tag without a value is written without one."""
    return [
        {**tag.extra, "name": tag.name}
        if tag.value is None
        else {**tag.extra, "name": tag.name, "value": tag.value}
        for tag in tags
    ]


def _good_tag(value: Any, schema: Schema, log: ReadLog) -> tuple[Tag, ...]:
    try:
        return (_read_tag(value, schema),)
    except AnnotationError as error:
        log.drop(error)
        return ()


def _read_tag(value: Any, schema: Schema) -> Tag:
    if isinstance(value, str):
        name, content, extra = value, None, {}
    elif isinstance(value, dict) and isinstance(value.get("name"), str):
        name, content = value["name"], value.get("value")
        extra = {key: v for key, v in value.items() if key not in ("name", "value")}
    else:
        raise AnnotationError("F602", "a tag is neither a name nor an object with one")
    declared = schema.tag(name)
    if declared is None:
        raise AnnotationError("F603", f"tag '{name}' is not declared in meta.json")
    if not allows(declared, content):
        choices = f" of {', '.join(declared.values)}" if declared.values else ""
        raise AnnotationError(
            "F603",
            f"tag '{name}' has the value {content!r}, declared is {declared.value_type}{choices}",
        )
    return Tag(name, content, extra)


def allows(declared: TagSpec, value: Any) -> bool:
    """Whether a tag that is declared like this may have ``value``."""
    if value is None:
        # Older writers leave the value of any tag out; the original engine reads that.
        return True
    match declared.value_type:
        case TagValueType.NUMBER:
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case TagValueType.STRING:
            return isinstance(value, str)
        case TagValueType.CHOICE:
            return value in declared.values
    return False
