"""Shapes of LabelMe, between JSON and instances; positions are edges on both sides.

A mask alone counts pixels: its two points are the first and the last one.

Source: LabelMe 5, ``labelme/shape.py`` and ``labelme/utils/shape.py``.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    AnnotationError,
    Instance,
    Mask,
    Point,
    ReadLog,
    Rectangle,
    Shape,
    Size,
    Tag,
)
from dtl_nodes.formats.groups import Part
from dtl_nodes.formats.labelme.layout import NODE
from dtl_nodes.formats.objects_inside import require_inside_image
from dtl_nodes.formats.point_shapes import line_of, points_of, polygon_of
from dtl_nodes.formats.round_shapes import ellipse_polygon

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 24


def read_shape(value: Any, size: Size, log: ReadLog) -> Iterator[Part]:
    """Yield the parts that one shape makes in an image of ``size``; tell ``log`` what is mended.

    Raises:
        AnnotationError: F602, it has no label or no points, or flags that are none; F604, they
            make no shape.
    """
    label = value.get("label") if isinstance(value, dict) else None
    if not isinstance(label, str) or not label:
        raise AnnotationError("F602", "a shape has no label")
    if not isinstance(value.get("points"), list):
        raise AnnotationError("F602", f"a shape of class '{label}' has no points")
    kind = value.get("shape_type") or "polygon"
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise AnnotationError("F604", f"an object of class '{label}' has shape {kind!r}")
    node, extra = node_of(value)
    instance = Instance(
        label,
        read(value, _array(value["points"], label), size),
        read_flags(value.get("flags")),
        value["description"] if isinstance(value.get("description"), str) else "",
        extra,
    )
    for piece in require_inside_image(instance.shape, label, size, log):
        yield Part(instance.with_shape(piece), group_of(value.get("group_id")), node)


def read_flags(value: Any) -> tuple[Tag, ...]:
    """Return a tag for each flag that is set.

    Raises:
        AnnotationError: F602, the flags are no object.
    """
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise AnnotationError("F602", "'flags' is no object")
    return tuple(Tag(name) for name, flag in value.items() if flag is True)


def group_of(value: Any) -> Hashable | None:
    """Return the group that a shape says it belongs to; ``None`` for none."""
    if isinstance(value, float) and value.is_integer():
        # Tables with gaps make numbers of this kind.
        return int(value)
    return value if isinstance(value, (int, str)) and not isinstance(value, bool) else None


def node_of(value: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name of the graph's node that a point is and what else the node has."""
    node = value.get(NODE)
    if not isinstance(node, dict) or not isinstance(node.get("id"), str):
        return "", {}
    return node["id"], {key: v for key, v in node.items() if key != "id"}


def _array(points: list[Any], label: str) -> NDArray[np.float64]:
    try:
        array = np.array(points)
    except (TypeError, ValueError, OverflowError) as error:
        raise AnnotationError("F604", f"a point of class '{label}' is not [x, y]") from error
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iuf":
        raise AnnotationError("F604", f"a point of class '{label}' is not [x, y]")
    return array.astype(np.float64)


def _counted(points: NDArray[np.float64], count: int, what: str) -> NDArray[np.float64]:
    if len(points) != count:
        raise AnnotationError("F604", f"{what}: {len(points)} points, {count} are needed")
    return points


def _polygon(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    return polygon_of(points)


def _rectangle(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    """Two opposite corners, or all four of them as newer programs write."""
    corners = points if len(points) == 4 else _counted(points, 2, "rectangle")
    (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return Rectangle(x0, y0, x1, y1)


def _oriented(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    return polygon_of(_counted(points, 4, "oriented_rectangle"))


def _circle(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    """The centre, and a point on the rim."""
    (cx, cy), (x, y) = _counted(points, 2, "circle").tolist()
    radius = math.hypot(x - cx, y - cy)
    return ellipse_polygon(cx, cy, radius, radius)


def _line(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    return line_of(points)


def _point(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    ((x, y),) = _counted(points, 1, "point").tolist()
    return Point(x, y)


def _points(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    return points_of(points)


def _mask(value: Any, points: NDArray[np.float64], size: Size) -> Shape:
    corners = _counted(points, 2, "mask")
    if not np.isfinite(corners).all() or np.abs(corners).max() > 2**31:
        raise AnnotationError("F604", "mask: a coordinate is not finite or beyond 2**31")
    (x0, y0), (x1, y1) = np.floor(corners + 0.5).astype(np.int64).tolist()
    width, height = x1 - x0 + 1, y1 - y0 + 1
    if width < 1 or height < 1 or width * height > 4 * size.width * size.height:
        raise AnnotationError("F604", f"mask: a size of {width} x {height} pixels cannot be")
    pixels = decode_mask(value.get("mask"), Size(width, height))
    mask = Mask.tight(pixels, x0, y0)
    if mask is None:
        raise AnnotationError("F604", "mask: no pixel is set")
    return mask


def decode_mask(text: Any, size: Size) -> NDArray[np.bool_]:
    """Return the pixels of the PNG in ``text``, (H, W); it is decoded only if it has ``size``.

    Raises:
        AnnotationError: F604, it is no base64 of a PNG of that size with one channel or four.
    """
    import cv2

    if not isinstance(text, str):
        raise AnnotationError("F604", "mask: it has no picture")
    try:
        png = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AnnotationError("F604", f"mask: no base64: {error}") from error
    if not png.startswith(_PNG) or len(png) < _HEADER_BYTES:
        raise AnnotationError("F604", "mask: no PNG")
    told = Size(int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"))
    if told != size:
        raise AnnotationError(
            "F604",
            f"mask: the picture has {told.width}x{told.height} pixels, its corners say "
            f"{size.width}x{size.height}",
        )
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise AnnotationError("F604", "mask: the PNG cannot be decoded")
    if pixels.ndim == 2:
        return np.asarray(pixels != 0)
    if pixels.shape[2] == 4:
        return np.asarray(pixels[:, :, 3] != 0)
    raise AnnotationError("F604", f"mask: 1 or 4 channels, not {pixels.shape[2]}")


_READERS: Mapping[str, Callable[[Any, NDArray[np.float64], Size], Shape]] = {
    "polygon": _polygon,
    "rectangle": _rectangle,
    "oriented_rectangle": _oriented,
    "circle": _circle,
    "line": _line,
    "linestrip": _line,
    "point": _point,
    "points": _points,
    "mask": _mask,
}
