"""What other tools are to tell of our objects: the conventions of the formats, spelled out.

Each function takes a sample and returns its objects as ``readers/report.py`` tells them. Inside,
coordinates are edges: pixel (c, r) covers ``[c, c + 1) x [r, r + 1)``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Keypoints, Mask, Point, Polygon, Polyline, Rectangle
from tests.agreement.readers import report

Told = Iterator[list[Any]]

PARTS = 1e-6
"""How much numbers in parts of an image may be off for each of its pixels: six decimals."""

_SIDES = tuple(
    f"{side}_{joint}"
    for joint in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    for side in ("left", "right")
)
TEMPLATES = {"hand": ("wrist", "thumb"), "person": ("nose", *_SIDES)}
"""The nodes of graphs in their order: of the drawn one, and of people in COCO."""


def _corners(shape: Any) -> list[list[float]]:
    x0, y0, x1, y1 = shape.bbox
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def _is_mask(shape: Any) -> bool:
    """Whether a format without holes in outlines holds a shape by its pixels."""
    return isinstance(shape, Mask) or (isinstance(shape, Polygon) and bool(shape.holes))


def _has_pixels(shape: Any) -> bool:
    return isinstance(shape, Rectangle | Polygon | Mask)


def _pixels(sample: Sample, shape: Any) -> list[Any]:
    return report.mask(shape.paint(sample.size))


def boxes(sample: Sample) -> Told:
    """Boxes as they are, of all shapes but points, which have none."""
    for each in sample.instances:
        if not isinstance(each.shape, Point):
            yield [each.label, *report.box(*each.shape.bbox)]


def boxes_of_areas(sample: Sample) -> Told:
    """Boxes as they are; lines have none either, as COCO has no lines."""
    for each in sample.instances:
        if not isinstance(each.shape, Point | Polyline):
            yield [each.label, *report.box(*each.shape.bbox)]


def pixels(sample: Sample) -> Told:
    """The pixels of all that has an area."""
    for each in sample.instances:
        if _has_pixels(each.shape):
            yield [each.label, *_pixels(sample, each.shape)]


def coco_of_datumaro(sample: Sample) -> Told:
    """Outlines where they have no holes, masks else, and the box of each: COCO holds both."""
    yield from boxes_of_areas(sample)
    for each in sample.instances:
        if _is_mask(each.shape):
            yield [each.label, *_pixels(sample, each.shape)]
        elif isinstance(each.shape, Polygon):
            yield [each.label, *report.points("polygon", each.shape.exterior)]
        elif isinstance(each.shape, Rectangle):
            yield [each.label, *report.points("polygon", _corners(each.shape))]


def nodes(sample: Sample) -> Told:
    """The nodes of graphs."""
    for each in sample.instances:
        if isinstance(each.shape, Keypoints):
            yield [each.label, *report.points("points", [(n.x, n.y) for n in each.shape.nodes])]


def nodes_with_boxes(sample: Sample) -> Told:
    """Graphs as boxes and as all nodes of their template: 2 is seen, 1 hidden, 0 not there.

    Rectangles are objects whose nodes are not there.
    """
    for each in sample.instances:
        if isinstance(each.shape, Keypoints | Rectangle):
            found = each.shape.nodes if isinstance(each.shape, Keypoints) else ()
            by_id = {n.id: [n.x, n.y, 1 if dict(n.extra).get("disabled") else 2] for n in found}
            yield [each.label, *report.box(*each.shape.bbox)]
            values = [
                by_id.get(id, [0, 0, 0]) for id in TEMPLATES.get(each.label, TEMPLATES["hand"])
            ]
            yield [each.label, "points", values]


def one_based_boxes(sample: Sample) -> Told:
    """Boxes of Pascal VOC: the first and the last pixel, counted from 1.

    Both tools take the numbers as they stand. Edges of areas are rounded half up; lines and points
    have the pixels in which their ends lie.
    """
    for each in sample.instances:
        x0, y0, x1, y1 = each.shape.bbox
        if _has_pixels(each.shape):
            left, top, right, bottom = (math.floor(edge + 0.5) for edge in (x0, y0, x1, y1))
        else:
            left, top, right, bottom = (math.floor(edge) for edge in (x0, y0, x1 + 1, y1 + 1))
        yield [each.label, *report.box(left + 1, top + 1, right, bottom)]


def visible_pixels(sample: Sample) -> Told:
    """The pixels of a picture of objects: later ones hide earlier ones."""
    taken = np.zeros((sample.size.height, sample.size.width), bool)
    for each in reversed(sample.instances):
        if _has_pixels(each.shape):
            found = each.shape.paint(sample.size).astype(bool) & ~taken
            taken |= found
            if found.any():
                yield [each.label, *report.mask(found)]


def voc_with_pixels(sample: Sample) -> Told:
    """The boxes and the pictures."""
    yield from one_based_boxes(sample)
    yield from visible_pixels(sample)


def outlines(sample: Sample) -> Told:
    """Rectangles by their corners and outlines without their holes: YOLO has none."""
    for each in sample.instances:
        if isinstance(each.shape, Rectangle):
            yield [each.label, *report.points("polygon", _corners(each.shape))]
        elif isinstance(each.shape, Polygon):
            yield [each.label, *report.points("polygon", each.shape.exterior)]


def open_images(sample: Sample) -> Told:
    """Labels by their machine names; masks of all but rectangles, and a box of each object."""
    for label, *values in boxes(sample):
        yield [_machine_name(label), *values]
    for each in sample.instances:
        if isinstance(each.shape, Polygon | Mask):
            yield [_machine_name(each.label), *_pixels(sample, each.shape)]


def _machine_name(label: str) -> str:
    return {"Pumpkin": "/m/05zsy", "Lemon": "/m/09k_b"}.get(label, f"/x/{label}")


def cvat_outlines(sample: Sample) -> Told:
    """Shapes as they are; FiftyOne reads neither masks nor skeletons of CVAT."""
    for each in sample.instances:
        shape = each.shape
        if isinstance(shape, Rectangle):
            yield [each.label, *report.box(*shape.bbox)]
        elif isinstance(shape, Polygon) and not shape.holes:
            yield [each.label, *report.points("polygon", shape.exterior)]
        elif isinstance(shape, Polyline):
            yield [each.label, *report.points("polyline", shape.points)]
        elif isinstance(shape, Point):
            yield [each.label, *report.points("points", [(shape.x, shape.y)])]


def cvat_of_datumaro(sample: Sample) -> Told:
    """Shapes as they are; datumaro takes the nodes of a skeleton for points of their own."""
    for label, kind, values in cvat_outlines(sample):
        seen = [[*pair, 2] for pair in values] if kind == "points" else values
        yield [label, kind, seen]
    for each in sample.instances:
        if _is_mask(each.shape):
            yield [each.label, *_pixels(sample, each.shape)]
        elif isinstance(each.shape, Keypoints):
            for node in each.shape.nodes:
                yield [node.id, "points", [[node.x, node.y, 2]]]


def pixel_coordinates(sample: Sample) -> Told:
    """What a project of Supervisely holds with ``"coordinates": "pixel"``: numbers name pixels.

    Vertices name the pixels in which they lie, those on the far border the last ones.
    """
    last = np.array(sample.size) - 1

    def named(points: Any) -> list[list[float]]:
        found: list[list[float]] = np.clip(np.floor(points), 0, last).astype(float).tolist()
        return found

    for each in sample.instances:
        shape = each.shape
        if isinstance(shape, Rectangle):
            x0, y0, x1, y1 = (math.floor(edge + 0.5) for edge in shape.bbox)
            yield [each.label, *report.box(x0, y0, x1 - 1, y1 - 1)]
        elif isinstance(shape, Mask):
            yield [each.label, *_pixels(sample, shape)]
        elif isinstance(shape, Polygon):
            yield [each.label, "rings", [named(ring) for ring in shape.rings]]
        elif isinstance(shape, Polyline):
            yield [each.label, "polyline", named(shape.points)]
        elif isinstance(shape, Point):
            yield [each.label, "points", named([(shape.x, shape.y)])]
        elif isinstance(shape, Keypoints):
            yield [each.label, "points", named([(node.x, node.y) for node in shape.nodes])]


def labelme(sample: Sample) -> Told:
    """Shapes as they are; the nodes of a graph are points of one group."""
    for each in sample.instances:
        shape = each.shape
        if isinstance(shape, Rectangle):
            x0, y0, x1, y1 = shape.bbox
            yield [each.label, *report.points("rectangle", [[x0, y0], [x1, y1]])]
        elif _is_mask(shape):
            yield [each.label, *_pixels(sample, shape)]
        elif isinstance(shape, Polygon):
            yield [each.label, *report.points("polygon", shape.exterior)]
        elif isinstance(shape, Polyline):
            yield [each.label, *report.points("linestrip", shape.points)]
        else:
            places = shape.nodes if isinstance(shape, Keypoints) else [shape]
            for at in places:
                yield [each.label, *report.points("point", [[at.x, at.y]])]
