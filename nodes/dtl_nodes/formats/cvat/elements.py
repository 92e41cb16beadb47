"""Shapes of CVAT, between attributes of XML elements and instances.

Positions are edges; the runs of a mask go over its cut-out row by row and start with zeros.

Source: CVAT, ``cvat/apps/dataset_manager/formats/cvat.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    AnnotationError,
    KeypointNode,
    Keypoints,
    Mask,
    Polygon,
    Rectangle,
    Shape,
    ShapeKind,
    Size,
)
from dtl_nodes.formats.cvat.xml_text import Element
from dtl_nodes.formats.point_shapes import line_of, points_of, polygon_of
from dtl_nodes.formats.round_shapes import ellipse_polygon, turned_box

_CORNERS = ("tl", "bl", "tr", "br")


def read_element(element: Element, size: Size) -> Shape:
    """Return the shape of an element in an image of ``size``.

    Raises:
        AnnotationError: F604, it is unknown or malformed.
    """
    read = _READERS.get(element.tag)
    if read is None:
        raise AnnotationError("F604", f"there is no shape '{element.tag}'")
    return read(element, size)


def kind_of(name: str, attributes: Mapping[str, str]) -> ShapeKind | None:
    """Return what an element is read as; ``None`` if it is no shape."""
    match name:
        case "box":
            turn = attributes.get("rotation")
            return ShapeKind.RECTANGLE if _is_upright(turn) else ShapeKind.POLYGON
        case "points":
            return ShapeKind.GRAPH if ";" in attributes.get("points", "") else ShapeKind.POINT
    return _KINDS.get(name)


def _is_upright(rotation: str | None) -> bool:
    try:
        return not rotation or float(rotation) == 0
    except ValueError:
        return True


def number(element: Element, key: str, default: str | None = None) -> float:
    """Return an attribute that is a number.

    Raises:
        AnnotationError: F604, it is missing or none.
    """
    text = element.get(key, default)
    try:
        if text is None or "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        raise AnnotationError("F604", f"{element.tag}: '{key}' is no number") from None


def _points(element: Element) -> NDArray[np.float64]:
    text = element.get("points", "")
    try:
        if "_" in text:
            raise ValueError
        pairs = [[float(part) for part in pair.split(",")] for pair in text.split(";")]
        points = np.array(pairs, np.float64)
    except ValueError:
        points = np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2:
        raise AnnotationError("F604", f"{element.tag}: the points are no list of x,y")
    return points


def _box(element: Element, size: Size) -> Shape:
    x0, y0, x1, y1 = (number(element, key) for key in ("xtl", "ytl", "xbr", "ybr"))
    box = Rectangle.from_corners(((x0, y0), (x1, y1)))
    degrees = number(element, "rotation", "0")
    return turned_box(box.x0, box.y0, box.x1, box.y1, degrees) if degrees else box


def _polygon(element: Element, size: Size) -> Shape:
    return polygon_of(_points(element))


def _polyline(element: Element, size: Size) -> Shape:
    return line_of(_points(element))


def _point_set(element: Element, size: Size) -> Shape:
    return points_of(_points(element))


def _ellipse(element: Element, size: Size) -> Shape:
    cx, cy, rx, ry = (number(element, key) for key in ("cx", "cy", "rx", "ry"))
    return ellipse_polygon(cx, cy, rx, ry, number(element, "rotation", "0"))


def _cuboid(element: Element, size: Size) -> Shape:
    """Return the outline of a cuboid: there is no such shape here."""
    import shapely

    corners = np.array(
        [
            [number(element, f"x{corner}{face}"), number(element, f"y{corner}{face}")]
            for face in (1, 2)
            for corner in _CORNERS
        ]
    )
    if not np.isfinite(corners).all():
        raise AnnotationError("F604", "cuboid: a coordinate is not finite")
    hull = shapely.convex_hull(shapely.MultiPoint(corners))
    if not isinstance(hull, shapely.Polygon):
        raise AnnotationError("F604", "cuboid: it has no area")
    return Polygon(np.asarray(hull.exterior.coords)[:-1])


def _mask(element: Element, size: Size) -> Shape:
    keys = ("left", "top", "width", "height")
    told = [number(element, key) for key in keys]
    if not all(value.is_integer() and abs(value) < 2**31 for value in told):
        raise AnnotationError("F604", "mask: its place is not in whole pixels")
    left, top, width, height = map(int, told)
    if width < 1 or height < 1 or width * height > 4 * size.width * size.height:
        raise AnnotationError("F604", f"mask: a size of {width} x {height} pixels cannot be")
    mask = Mask.tight(decode_runs(element.get("rle", ""), width, height), left, top)
    if mask is None:
        raise AnnotationError("F604", "mask: no pixel is set")
    return mask


def decode_runs(text: str, width: int, height: int) -> NDArray[np.bool_]:
    """Return the pixels, (height, width), of run lengths in ``text``.

    Raises:
        AnnotationError: F604, they are no numbers, below 0, or do not sum to the pixels.
    """
    try:
        runs = np.array([int(part) for part in text.split(",")], np.int64)
    except (ValueError, OverflowError):
        raise AnnotationError("F604", "mask: 'rle' is no list of whole numbers") from None
    if runs.min() < 0 or runs.max() > width * height or runs.sum() != width * height:
        raise AnnotationError("F604", f"mask: the runs do not sum to its {width} x {height} pixels")
    pixels: NDArray[np.bool_] = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return pixels.reshape(height, width)


def encode_runs(pixels: NDArray[np.bool_]) -> str:
    """Return the run lengths of pixels, (h, w), row by row, that of zeros first."""
    flat = pixels.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate(([0], changes, [flat.size]))
    runs = np.diff(edges).tolist()
    return ", ".join(map(str, [0, *runs] if flat[0] else runs))


def _skeleton(element: Element, size: Size) -> Shape:
    """Return the nodes that are in the picture; hidden ones are disabled."""
    nodes = []
    for child in element:
        if child.tag != "points" or child.get("outside") == "1":
            continue
        name = child.get("label")
        points = _points(child)
        if not name or len(points) != 1:
            raise AnnotationError("F604", "skeleton: a node is not one point with a label")
        x, y = points[0].tolist()
        extra = (("disabled", True),) if child.get("occluded") == "1" else ()
        nodes.append(KeypointNode(name, x, y, extra))
    if len({node.id for node in nodes}) < len(nodes):
        raise AnnotationError("F604", "skeleton: two nodes have one label")
    return Keypoints(tuple(nodes))


_READERS: Mapping[str, Callable[[Element, Size], Shape]] = {
    "box": _box,
    "polygon": _polygon,
    "polyline": _polyline,
    "points": _point_set,
    "ellipse": _ellipse,
    "cuboid": _cuboid,
    "mask": _mask,
    "skeleton": _skeleton,
}

_KINDS = {
    "polygon": ShapeKind.POLYGON,
    "polyline": ShapeKind.LINE,
    "ellipse": ShapeKind.POLYGON,
    "cuboid": ShapeKind.POLYGON,
    "mask": ShapeKind.BITMAP,
    "skeleton": ShapeKind.GRAPH,
}
