"""Bare calls of OpenCV, shapely and NumPy on the content of objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import shapely

from benchmarks.per_node.rows import Build, Call
from benchmarks.per_node.scene import Scene
from dtl_engine.sdk import Instance, Mask, Polygon, Polyline

Objects = Callable[[Scene], Sequence[Instance]]


def on_masks(objects: Objects, function: Callable[[Any], object]) -> Build:
    """Return calls of ``function`` for the pixels of each mask, (h, w) uint8."""

    def build(scene: Scene) -> Call:
        arrays = [
            each.shape.pixels.view(np.uint8)
            for each in objects(scene)
            if isinstance(each.shape, Mask)
        ]
        return lambda: [function(array) for array in arrays]

    return build


def on_points(objects: Objects, function: Callable[[Any], object]) -> Build:
    """Return calls of ``function`` for the points of each polygon or line, (N, 2) float32."""

    def build(scene: Scene) -> Call:
        arrays = [_points(each).astype(np.float32) for each in objects(scene)]
        return lambda: [function(array) for array in arrays]

    return build


def _points(instance: Instance) -> Any:
    shape = instance.shape
    assert isinstance(shape, (Polygon, Polyline))
    return shape.exterior if isinstance(shape, Polygon) else shape.points


def traced(mask: Any) -> object:
    """Trace outlines and simplify them."""
    rings, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return [cv2.approxPolyDP(ring, 0.5, True) for ring in rings]


def painted_box(points: Any, paint: Callable[[Any, Any], object]) -> object:
    """Paint into an array of the size of the object."""
    x, y, width, height = cv2.boundingRect(points)
    canvas = np.zeros((height + 2, width + 2), np.uint8)
    paint(canvas, points.astype(np.int32) - (x - 1, y - 1))
    return canvas


def filled(points: Any) -> object:
    """Fill a polygon."""
    return painted_box(points, lambda canvas, ring: cv2.fillPoly(canvas, [ring], 1))


def stroked(points: Any) -> object:
    """Draw a line three pixels wide."""
    return painted_box(points, lambda canvas, line: cv2.polylines(canvas, [line], False, 1, 3))


def halved(mask: Any) -> object:
    """Scale a mask to one half."""
    size = (max(1, mask.shape[1] // 2), max(1, mask.shape[0] // 2))
    return cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)


def doubled(mask: Any) -> object:
    """Scale a mask back."""
    return cv2.resize(mask, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)


def intersected(scene: Scene) -> Call:
    """Return calls that intersect each mask with one over half of the picture."""
    full = scene.field[0].shape.paint(scene.size).view(np.uint8)
    pairs = []
    for each in scene.masks:
        left, top, right, bottom = (int(edge) for edge in each.shape.bbox)
        pairs.append((each.shape.pixels.view(np.uint8), full[top:bottom, left:right]))
    return lambda: [cv2.bitwise_and(one, other) for one, other in pairs]


def united(scene: Scene) -> Call:
    """Return calls that paint all masks into one picture."""
    masks = [each.shape for each in scene.masks]
    width, height = scene.size

    def call() -> object:
        canvas = np.zeros((height, width), bool)
        for mask in masks:
            canvas[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width] |= mask.pixels
        return canvas

    return call


def painted_in_order(scene: Scene) -> Call:
    """Return calls that fill all polygons into one picture of numbers, and take them apart."""
    rings = [_points(each).astype(np.int32) for each in scene.polygons]
    width, height = scene.size

    def call() -> object:
        canvas = np.zeros((height, width), np.uint8)
        for number, ring in enumerate(rings, start=1):
            cv2.fillPoly(canvas, [ring], number)
        boxes = [cv2.boundingRect(ring) for ring in rings]
        return [
            canvas[y : y + h, x : x + w] == number
            for number, (x, y, w, h) in enumerate(boxes, start=1)
        ]

    return call


def covered(scene: Scene) -> Call:
    """Return calls that fill all polygons into one picture and list its pixels."""
    rings = [_points(each).astype(np.int32) for each in scene.polygons]
    width, height = scene.size

    def call() -> object:
        canvas = np.zeros((height, width), np.uint8)
        for ring in rings:
            cv2.fillPoly(canvas, [ring], 1)
        return np.flatnonzero(canvas)

    return call


def clipped(scene: Scene) -> Call:
    """Return calls that clip polygons to the middle of the picture."""
    width, height = scene.size
    window = (width * 0.12, height * 0.25, width * 0.88, height * 0.75)
    shapes = [shapely.Polygon(_points(each)) for each in scene.polygons]
    return lambda: [shapely.clip_by_rect(shape, *window) for shape in shapes]


def cut_off(scene: Scene) -> Call:
    """Return calls that cut what lies in polygons out of lines."""
    lines = [shapely.LineString(_points(each)) for each in scene.lines]
    area = shapely.union_all([shapely.Polygon(_points(each)) for each in scene.polygons])
    return lambda: [shapely.difference(line, area) for line in lines]


def walked(scene: Scene) -> Call:
    """Return calls that take points at equal distances on the outlines of polygons."""
    rings = [shapely.LinearRing(_points(each)) for each in scene.polygons]
    step = scene.px(15)

    def call() -> object:
        return [
            shapely.get_coordinates(
                shapely.line_interpolate_point(ring, np.arange(step, ring.length, step))
            )
            for ring in rings
        ]

    return call
