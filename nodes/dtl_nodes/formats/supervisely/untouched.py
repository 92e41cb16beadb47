"""Objects that nothing has needed yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from dtl_engine.sdk import Instance, Schema, Size
from dtl_nodes.formats.supervisely.objects import read_object


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


def read_objects(values: Sequence[Any], schema: Schema, size: Size) -> tuple[Instance, ...]:
    """Return the instances of a JSON list of objects, in order."""
    return tuple(instance for value in values for instance in read_object(value, schema, size))
