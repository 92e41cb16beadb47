"""One object of an annotation, between JSON and an instance.

The class decides how an object is read; ``geometryType`` only where the class takes any shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    ANY_SHAPE,
    AnnotationError,
    Instance,
    KeypointNode,
    Keypoints,
    LabelSpec,
    Mask,
    Point,
    Polygon,
    Polyline,
    ReadLog,
    Rectangle,
    Schema,
    Shape,
    ShapeKind,
    Size,
)
from dtl_nodes.formats.supervisely.bitmap import decode_mask, encode_mask, mask_size
from dtl_nodes.formats.supervisely.foreign_shapes import (
    READ_AS,
    UNREADABLE,
    alpha_mask,
    oriented_bbox,
)
from dtl_nodes.formats.supervisely.options import Rules
from dtl_nodes.formats.supervisely.pixel_coordinates import to_positions
from dtl_nodes.formats.supervisely.tags import read_tags, tags_json

READ_KEYS = frozenset(
    (
        "classTitle",
        "description",
        "tags",
        "points",
        "bitmap",
        "nodes",
        "geometryType",
        "shape",
        "type",
    )
)


BY_DEFAULT = Rules()


def read_object(
    value: Any, schema: Schema, size: Size, rules: Rules, log: ReadLog
) -> tuple[Instance, ...]:
    """Return the instances of one JSON object, normalised to an image of ``size``.

    An object with too few points is none, as in the original engine, and so is one of a class
    whose shape no image can show; one that leaves the image is cut at its border and may fall
    into pieces.

    Raises:
        AnnotationError: the class is not declared, or the object does not hold its shape.
    """
    label, kind = object_kind(value, schema)
    shape = None if kind in UNREADABLE else _read_shape(value, kind, size, rules.is_pixel)
    if shape is None:
        return ()
    description = value.get("description")
    instance = Instance(
        label.name,
        shape,
        read_tags(value.get("tags"), schema, log),
        description if isinstance(description, str) else "",
        {key: v for key, v in value.items() if key not in READ_KEYS},
    )
    pieces = shape.normalize(size)
    if len(pieces) == 1 and pieces[0] is shape:
        return (instance,)
    return tuple(instance.with_shape(piece) for piece in pieces)


def object_kind(value: Any, schema: Schema) -> tuple[LabelSpec, str]:
    """Return the declared class of a JSON object and the shape that it must have, as written."""
    if not isinstance(value, dict) or not isinstance(value.get("classTitle"), str):
        raise AnnotationError("F602", "an object has no 'classTitle'")
    title = value["classTitle"]
    label = schema.label(title)
    if label is None:
        known = ", ".join(schema.label_names)
        raise AnnotationError(
            "F603", f"class '{title}' is not declared in meta.json (it has {known})"
        )
    declared = label.extra.get("shape", label.kind)
    stated = value.get("geometryType") or value.get("shape")
    if declared == ANY_SHAPE:
        if stated not in (*ShapeKind, *READ_AS):
            raise AnnotationError("F604", f"an object of class '{title}' has shape {stated!r}")
        return label, str(stated)
    if stated is not None and stated != declared:
        raise AnnotationError(
            "F604", f"an object of class '{title}' is a {stated}, declared is {declared}"
        )
    return label, declared


def _read_shape(value: Mapping[str, Any], kind: str, size: Size, is_pixel: bool) -> Shape | None:
    """Return the shape of an object in positions, ``None`` if it holds too little."""
    if kind == "alpha_mask":
        x, y, data = _bitmap(value, size)
        return alpha_mask(x, y, data)
    read_as = ShapeKind.RECTANGLE if kind == "oriented_bbox" else ShapeKind(kind)
    shape = _READERS[read_as](value, size)
    if shape is not None and is_pixel:
        shape = to_positions(shape)
    if kind == "oriented_bbox" and isinstance(shape, Rectangle):
        return oriented_bbox(shape, value.get("angle"))
    return shape


def object_json(instance: Instance) -> dict[str, Any]:
    """Return an instance as a JSON object of the current format."""
    shape = instance.shape
    return {
        **instance.extra,
        "classTitle": instance.label,
        "description": instance.description,
        "geometryType": shape.kind.value,
        "tags": tags_json(instance.tags),
        **_WRITERS[shape.kind](shape),
    }


def _points(value: Mapping[str, Any], key: str = "exterior") -> Any:
    points = value.get("points")
    if not isinstance(points, dict) or key not in points:
        raise AnnotationError("F604", f"an object of class '{value['classTitle']}' has no points")
    return points[key]


def _array(value: Any, title: str) -> NDArray[np.float64]:
    try:
        array = np.array(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise AnnotationError("F604", f"a point of class '{title}' is not [x, y]") from error
    if isinstance(value, list) and array.size == 0:
        return np.empty((0, 2))
    # Converting to float at once would take the string "7" for a number.
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iuf":
        raise AnnotationError("F604", f"a point of class '{title}' is not [x, y]")
    return array.astype(np.float64)


def _exterior(value: Mapping[str, Any]) -> NDArray[np.float64]:
    return _array(_points(value), value["classTitle"])


def _read_point(value: Mapping[str, Any], size: Size) -> Shape | None:
    points = _exterior(value)
    return Point(float(points[0, 0]), float(points[0, 1])) if len(points) else None


def _read_rectangle(value: Mapping[str, Any], size: Size) -> Shape | None:
    points = _exterior(value)
    return Rectangle.from_corners(points[:2].tolist()) if len(points) >= 2 else None


def _read_line(value: Mapping[str, Any], size: Size) -> Shape | None:
    points = _exterior(value)
    return Polyline(points) if len(points) >= 2 else None


def _read_polygon(value: Mapping[str, Any], size: Size) -> Shape | None:
    exterior = _exterior(value)
    if len(exterior) < 3:
        return None
    interior = value["points"].get("interior") or []
    if not isinstance(interior, list):
        raise AnnotationError("F604", f"'interior' of class '{value['classTitle']}' is no list")
    holes = (_array(hole, value["classTitle"]) for hole in interior)
    return Polygon(exterior, tuple(hole for hole in holes if len(hole) >= 3))


def _bitmap(value: Mapping[str, Any], size: Size) -> tuple[int, int, str]:
    """Return the origin and the data of a bitmap."""
    bitmap = value.get("bitmap")
    title = value["classTitle"]
    if not isinstance(bitmap, dict) or not isinstance(bitmap.get("data"), str):
        raise AnnotationError("F604", f"an object of class '{title}' has no bitmap data")
    origin = bitmap.get("origin") or [0, 0]
    if not isinstance(origin, list):
        origin = []
    if len(origin) != 2 or {type(part) for part in origin} - {int, float}:
        raise AnnotationError("F604", f"the origin of a bitmap of class '{title}' is not [x, y]")
    width, height = mask_size(bitmap["data"])
    if width * height > 4 * size.width * size.height:
        raise AnnotationError("F604", f"a bitmap of class '{title}' is larger than four images")
    # Fractional origins are rounded half to even, as the original engine does.
    return round(origin[0]), round(origin[1]), bitmap["data"]


def _read_bitmap(value: Mapping[str, Any], size: Size) -> Shape | None:
    x, y, data = _bitmap(value, size)
    return Mask.lazy(x, y, *mask_size(data), data, decode_mask)


def _read_graph(value: Mapping[str, Any], size: Size) -> Shape | None:
    nodes = value.get("nodes")
    title = value["classTitle"]
    if not isinstance(nodes, dict) or not all(isinstance(node, dict) for node in nodes.values()):
        raise AnnotationError("F604", f"an object of class '{title}' has no nodes")
    places = _array([node.get("loc") for node in nodes.values()], title)
    return Keypoints(
        tuple(
            KeypointNode(
                name, float(x), float(y), tuple(kv for kv in node.items() if kv[0] != "loc")
            )
            for (name, node), (x, y) in zip(nodes.items(), places, strict=True)
        )
    )


_READERS: Mapping[ShapeKind, Callable[[Mapping[str, Any], Size], Shape | None]] = {
    ShapeKind.POINT: _read_point,
    ShapeKind.RECTANGLE: _read_rectangle,
    ShapeKind.LINE: _read_line,
    ShapeKind.POLYGON: _read_polygon,
    ShapeKind.BITMAP: _read_bitmap,
    ShapeKind.GRAPH: _read_graph,
}


def _number(value: float) -> int | float:
    """Write a whole number as an integer."""
    whole = int(value)
    return whole if whole == value else value


def _ring(points: NDArray[np.float64]) -> Any:
    whole = points.astype(np.int64)
    return (
        whole if (whole == points).all() else [[_number(x), _number(y)] for x, y in points.tolist()]
    )


def _vector(exterior: Any, holes: tuple[NDArray[np.float64], ...] = ()) -> dict[str, Any]:
    return {"points": {"exterior": exterior, "interior": [_ring(hole) for hole in holes]}}


def _write_point(shape: Any) -> dict[str, Any]:
    return _vector([[_number(shape.x), _number(shape.y)]])


def _write_rectangle(shape: Any) -> dict[str, Any]:
    corners = [[shape.x0, shape.y0], [shape.x1, shape.y1]]
    return _vector([[_number(x), _number(y)] for x, y in corners])


def _write_line(shape: Any) -> dict[str, Any]:
    return _vector(_ring(shape.points))


def _write_polygon(shape: Any) -> dict[str, Any]:
    return _vector(_ring(shape.exterior), shape.holes)


def _write_bitmap(shape: Any) -> dict[str, Any]:
    return {"bitmap": {"origin": [shape.x, shape.y], "data": shape.encoded_by(encode_mask)}}


def _write_graph(shape: Any) -> dict[str, Any]:
    return {
        "nodes": {
            node.id: {**dict(node.extra), "loc": [_number(node.x), _number(node.y)]}
            for node in shape.nodes
        }
    }


_WRITERS: Mapping[ShapeKind, Callable[[Any], dict[str, Any]]] = {
    ShapeKind.POINT: _write_point,
    ShapeKind.RECTANGLE: _write_rectangle,
    ShapeKind.LINE: _write_line,
    ShapeKind.POLYGON: _write_polygon,
    ShapeKind.BITMAP: _write_bitmap,
    ShapeKind.GRAPH: _write_graph,
}
