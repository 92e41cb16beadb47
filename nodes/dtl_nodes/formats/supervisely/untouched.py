"""Objects that nothing has needed yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from dtl_engine.sdk import AnnotationError, Instance, Mask, ReadLog, Schema, Size
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
        return read_objects(
            orjson.loads(self.json), self._schema, self._size, BY_DEFAULT, ReadLog()
        )


def read_objects(
    values: Sequence[Any], schema: Schema, size: Size, rules: Rules, log: ReadLog
) -> tuple[Instance, ...]:
    """Return the instances of a JSON list of objects, in order."""
    found: list[Instance] = []
    for log.number, value in enumerate(values, start=1):
        try:
            found += _checked(read_object(value, schema, size, rules, log), log)
        except AnnotationError as error:
            log.drop(error)
    log.number = 0
    return tuple(found)


def _checked(instances: tuple[Instance, ...], log: ReadLog) -> tuple[Instance, ...]:
    """Return the instances; where malformed ones may go, masks are decoded to know them."""
    if log.policy.drops_bad:
        for instance in instances:
            if isinstance(instance.shape, Mask):
                _ = instance.shape.pixels
    return instances
