"""Objects that nothing has needed yet, and the test that they can be passed on as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from dtl_engine.sdk import Instance, Schema, ShapeKind, Size
from dtl_nodes.formats.supervisely.bitmap import mask_size
from dtl_nodes.formats.supervisely.objects import object_kind, read_object
from dtl_nodes.formats.supervisely.tags import read_tags


class UntouchedObjects:
    """The ``objects`` list of an annotation that needs no normalisation."""

    __slots__ = ("_schema", "_size", "values")

    def __init__(self, values: Sequence[Any], schema: Schema, size: Size) -> None:
        self.values = values
        self._schema = schema
        self._size = size

    def load(self) -> tuple[Instance, ...]:
        """Read all objects."""
        return read_objects(self.values, self._schema, self._size)


def read_objects(values: Sequence[Any], schema: Schema, size: Size) -> tuple[Instance, ...]:
    """Return the instances of a JSON list of objects, in order."""
    return tuple(instance for value in values for instance in read_object(value, schema, size))


def is_normal(values: Sequence[Any], schema: Schema, size: Size) -> bool:
    """Whether every object is in the current form and lies where it may.

    Then reading and writing them changes nothing, and they need not be read at all.

    Raises:
        AnnotationError: an object is wrong in a way that can be seen at once.
    """
    for value in values:
        _, kind = object_kind(value, schema)
        if "geometryType" not in value:
            return False
        tags = value.get("tags")
        if tags:
            read_tags(tags, schema)
            if any(isinstance(tag, str) for tag in tags):
                return False
        if not _CHECKS[kind](value, size):
            return False
    return True


def _inside(points: Any, size: Size) -> bool:
    width, height = size
    return _are_points(points) and all(0 <= x <= width and 0 <= y <= height for x, y in points)


def _are_points(points: Any) -> bool:
    """Whether every item is a pair of numbers, wherever it lies; told without a Python loop."""
    try:
        kinds = set(map(type, chain.from_iterable(points)))
        return set(map(len, points)) == {2} and kinds <= {int, float}
    except TypeError:
        return False


def _exterior(value: Mapping[str, Any]) -> Any:
    points = value.get("points")
    exterior = points.get("exterior") if isinstance(points, dict) else ()
    return exterior if isinstance(exterior, list) else ()


def _point(value: Mapping[str, Any], size: Size) -> bool:
    exterior = _exterior(value)
    return len(exterior) == 1 and _inside(exterior, size)


def _rectangle(value: Mapping[str, Any], size: Size) -> bool:
    exterior = _exterior(value)
    if len(exterior) != 2 or not _inside(exterior, size):
        return False
    (x0, y0), (x1, y1) = exterior
    return bool(x0 < x1 and y0 < y1)


def _line(value: Mapping[str, Any], size: Size) -> bool:
    exterior = _exterior(value)
    return len(exterior) >= 2 and _inside(exterior, size)


def _polygon(value: Mapping[str, Any], size: Size) -> bool:
    exterior = _exterior(value)
    holes = value["points"].get("interior") or [] if exterior else []
    return (
        len(exterior) >= 3
        and _are_points(exterior)
        and isinstance(holes, list)
        and all(isinstance(h, list) and len(h) >= 3 and _are_points(h) for h in holes)
    )


def _bitmap(value: Mapping[str, Any], size: Size) -> bool:
    bitmap = value.get("bitmap")
    if not isinstance(bitmap, dict) or not isinstance(bitmap.get("data"), str):
        return False
    origin = bitmap.get("origin")
    if not isinstance(origin, list) or len(origin) != 2 or {type(part) for part in origin} != {int}:
        return False
    x, y = origin
    width, height = mask_size(bitmap["data"])
    return bool(0 <= x <= size.width - width and 0 <= y <= size.height - height)


def _graph(value: Mapping[str, Any], size: Size) -> bool:
    nodes = value.get("nodes")
    if not isinstance(nodes, dict) or not nodes:
        return False
    return all(isinstance(node, dict) for node in nodes.values()) and _inside(
        [node.get("loc") or () for node in nodes.values()], size
    )


_CHECKS = {
    ShapeKind.POINT: _point,
    ShapeKind.RECTANGLE: _rectangle,
    ShapeKind.LINE: _line,
    ShapeKind.POLYGON: _polygon,
    ShapeKind.BITMAP: _bitmap,
    ShapeKind.GRAPH: _graph,
}
