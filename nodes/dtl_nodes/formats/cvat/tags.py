"""Attributes and tags of CVAT, between elements and tags."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dtl_engine.sdk import AnnotationError, ReadLog, Schema, Tag, TagSpec, TagValueType
from dtl_nodes.formats.cvat.layout import VALUE
from dtl_nodes.formats.cvat.xml_text import Element, text_of


def object_tags(element: Element, schema: Schema, log: ReadLog) -> tuple[Tag, ...]:
    """Return the tags that the attributes of an object are.

    Args:
        element: of the object.
        schema: declares the attributes.
        log: takes tags with a wrong value.

    Raises:
        AnnotationError: F603, a value is none that its declaration allows.
    """
    tags = []
    for each in element.iterfind("attribute"):
        try:
            tag = _tag(each.get("name", ""), text_of(each), schema)
        except AnnotationError as error:
            log.drop(error)
            continue
        if tag is not None:
            tags.append(tag)
    return tuple(tags)


def image_tags(element: Element, schema: Schema) -> Iterator[Tag]:
    """Yield the tags that a ``tag`` element is: its label, and each attribute but the value.

    Raises:
        AnnotationError: F602, it has no label; F603, a value is none that is allowed.
    """
    label = element.get("label")
    if not label:
        raise AnnotationError("F602", "a tag has no label")
    found: Tag | None = Tag(label)
    others = []
    for each in element.iterfind("attribute"):
        if each.get("name") == VALUE:
            found = _tag(label, text_of(each), schema) or found
        elif (tag := _tag(each.get("name", ""), text_of(each), schema)) is not None:
            others.append(tag)
    assert found is not None
    yield found
    yield from others


def _tag(name: str, text: str, schema: Schema) -> Tag | None:
    """Return a tag; ``None`` for a flag that is not set and for a value that is left out."""
    declared = schema.tag(name)
    if declared is None:
        raise AnnotationError("F603", f"the attribute '{name[:200]}' is not declared")
    match declared.value_type:
        case TagValueType.NONE:
            return Tag(name) if text.strip().lower() == "true" else None
        case TagValueType.STRING:
            return Tag(name, text)
        case TagValueType.NUMBER:
            return Tag(name, _number(declared, text)) if text.strip() else None
    if not text:
        return None
    if text not in declared.values:
        # Checkboxes are written as "True" too.
        text = text.strip().lower() if text.strip().lower() in declared.values else text
    if text not in declared.values:
        choices = ", ".join(declared.values)
        raise AnnotationError("F603", f"tag '{name}' has the value {text!r}, not one of {choices}")
    return Tag(name, text)


def _number(declared: TagSpec, text: str) -> int | float:
    try:
        if "_" in text:
            raise ValueError
        try:
            return int(text)
        except ValueError:
            value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise AnnotationError("F603", f"tag '{declared.name}' has the value {text!r}, no number")
    return value
