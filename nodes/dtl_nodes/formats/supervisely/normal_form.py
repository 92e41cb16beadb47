"""The test that objects can be passed on as they are: a typed reading of their JSON.

The reading checks classes, shapes and numbers at the speed of the parser, several times faster
than walking over parsed objects; what it refuses is not wrong, only in need of the full reading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from dtl_engine.sdk import AnnotationError, Schema, ShapeKind, Size
from dtl_nodes.formats.supervisely.bitmap import mask_size
from dtl_nodes.formats.supervisely.tags import allows

FARTHEST_PX = 2.0**31
"""Shapes refuse coordinates beyond it."""

Coordinate = Annotated[float, Meta(ge=-FARTHEST_PX, le=FARTHEST_PX)]
XY = tuple[Coordinate, Coordinate]
Ring = Annotated[list[XY], Meta(min_length=3)]
Nothing = Annotated[list[Any], Meta(max_length=0)]


class _Corners(Struct, gc=False):
    exterior: tuple[XY, XY]
    interior: Nothing = []


class _Dot(Struct, gc=False):
    exterior: tuple[XY]
    interior: Nothing = []


class _Chain(Struct, gc=False):
    exterior: Annotated[list[XY], Meta(min_length=2)]
    interior: Nothing = []


class _Rings(Struct, gc=False):
    exterior: Ring
    interior: list[Ring] = []


class _Bitmap(Struct, gc=False):
    origin: tuple[int, int]
    data: str


class _Node(Struct, gc=False):
    loc: XY


class _Tag(Struct, gc=False):
    name: str
    value: Any = None


class NormalForm:
    """Objects of the classes of one schema, in the current form, inside their image.

    Objects of classes that take any shape are left to the full reading.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        shapes = tuple(
            self._shape(kind, labels)
            for kind in ShapeKind
            if (labels := tuple(label.name for label in schema.labels if label.kind == kind))
        )
        union: Any = shapes[0] if shapes else None
        for shape in shapes[1:]:
            union = union | shape
        kind = list[union] if shapes else Nothing
        self._decoder = msgspec.json.Decoder(kind)

    def holds(self, objects: bytes, size: Size) -> bool:
        """Whether reading and writing the JSON list ``objects`` would change nothing."""
        try:
            return all(
                _CHECKS[type(value).__name__](value, *size)
                and (not value.tags or self._allows(value.tags))
                for value in self._decoder.decode(objects)
            )
        except (msgspec.DecodeError, AnnotationError):
            return False

    def _allows(self, tags: list[_Tag]) -> bool:
        declared = ((self._schema.tag(tag.name), tag.value) for tag in tags)
        return all(spec is not None and allows(spec, value) for spec, value in declared)

    @staticmethod
    def _shape(kind: ShapeKind, labels: tuple[str, ...]) -> Any:
        key, payload = _PAYLOADS[kind]
        return msgspec.defstruct(
            kind.value,
            [("classTitle", Literal[labels]), (key, payload), ("tags", list[_Tag], [])],
            tag_field="geometryType",
            tag=kind.value,
            gc=False,
        )


_PAYLOADS: dict[ShapeKind, tuple[str, Any]] = {
    ShapeKind.POINT: ("points", _Dot),
    ShapeKind.RECTANGLE: ("points", _Corners),
    ShapeKind.LINE: ("points", _Chain),
    ShapeKind.POLYGON: ("points", _Rings),
    ShapeKind.BITMAP: ("bitmap", _Bitmap),
    ShapeKind.GRAPH: ("nodes", Annotated[dict[str, _Node], Meta(min_length=1)]),
}


def _are_inside(points: Any, width: int, height: int) -> bool:
    return all(0 <= x <= width and 0 <= y <= height for x, y in points)


def _rectangle(value: Any, width: int, height: int) -> bool:
    (x0, y0), (x1, y1) = value.points.exterior
    return bool(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height)


def _bitmap(value: Any, width: int, height: int) -> bool:
    (x, y), mask = value.bitmap.origin, mask_size(value.bitmap.data)
    return bool(0 <= x <= width - mask.width and 0 <= y <= height - mask.height)


_CHECKS: dict[str, Callable[[Any, int, int], bool]] = {
    ShapeKind.POINT: lambda o, w, h: _are_inside(o.points.exterior, w, h),
    ShapeKind.RECTANGLE: _rectangle,
    ShapeKind.LINE: lambda o, w, h: _are_inside(o.points.exterior, w, h),
    ShapeKind.POLYGON: lambda o, w, h: True,
    ShapeKind.BITMAP: _bitmap,
    ShapeKind.GRAPH: lambda o, w, h: _are_inside([node.loc for node in o.nodes.values()], w, h),
}
