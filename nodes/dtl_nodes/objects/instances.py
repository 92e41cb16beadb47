"""Objects: the shape that a layer needs, and several objects as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from dtl_engine.sdk import AnnotationError, Instance, Shape, Tag

S = TypeVar("S", bound=Shape)


def require_shape(instance: Instance, wanted: type[S], action: str) -> S:
    """Return the shape of an object that the layer ``action`` works on.

    Raises:
        AnnotationError: F604, it is not of the kind ``wanted``.
    """
    if isinstance(instance.shape, wanted):
        return instance.shape
    raise wrong_shape(instance, str(wanted.kind), action)


def wrong_shape(instance: Instance, words: str, action: str) -> AnnotationError:
    """Return the error for an object of a shape that the layer ``action`` cannot work on."""
    return AnnotationError(
        "F604",
        f"{action} works on {words} objects; an object of class '{instance.label}' is a "
        f"{instance.shape.kind}",
    )


def merged(parts: Sequence[Instance], shape: Shape) -> Instance:
    """Return the object of ``shape`` that takes the place of ``parts``, all of one class.

    One part keeps all that it has. Of several it has all tags, each name with each of its values
    once, and their description where they agree.
    """
    first = parts[0]
    if len(parts) == 1:
        return first.with_shape(shape)
    tags: dict[tuple[str, object], Tag] = {}
    for part in parts:
        for tag in part.tags:
            tags.setdefault((tag.name, tag.value), tag)
    agree = all(part.description == first.description for part in parts)
    description = first.description if agree else ""
    return Instance(first.label, shape, tuple(tags.values()), description)
