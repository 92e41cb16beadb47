"""Objects that nothing has needed yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from dtl_engine.sdk import AnnotationError, Instance, Mask, Schema, Size
from dtl_nodes.formats.supervisely.objects import BY_DEFAULT, read_object
from dtl_nodes.formats.supervisely.options import Rules


class UntouchedObjects:
    """The ``objects`` of an annotation in normal form: JSON text that is passed on as it is."""

    __slots__ = ("_schema", "_size", "json")

    def __init__(self, json: bytes, schema: Schema, size: Size) -> None:
        self.json = json
        self._schema = schema
        self._size = size

    def load(self) -> tuple[Instance, ...]:
        """Read all objects."""
        return read_objects(orjson.loads(self.json), self._schema, self._size)


def read_objects(
    values: Sequence[Any], schema: Schema, size: Size, rules: Rules = BY_DEFAULT
) -> tuple[Instance, ...]:
    """Return the instances of a JSON list of objects, in order."""
    if rules.drops_bad:
        return tuple(one for value in values for one in _good_object(value, schema, size, rules))
    return tuple(one for value in values for one in read_object(value, schema, size, rules))


def _good_object(value: Any, schema: Schema, size: Size, rules: Rules) -> tuple[Instance, ...]:
    """Return the instances of an object, none if it is malformed; masks are decoded to know."""
    try:
        instances = read_object(value, schema, size, rules)
        for instance in instances:
            if isinstance(instance.shape, Mask):
                _ = instance.shape.pixels
    except AnnotationError:
        return ()
    return instances
