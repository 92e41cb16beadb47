"""Instances as the objects of a COCO file, without the ids that are known last.

Source: the COCO data format, cocodataset.org/#format-data; ``attributes`` as CVAT and Datumaro
write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    Instance,
    Keypoints,
    Mask,
    Polygon,
    Rectangle,
    Shape,
    ShapeKind,
    Size,
    Tag,
)
from dtl_nodes.formats.coco.categories import WrittenCategory
from dtl_nodes.formats.coco.objects import is_box
from dtl_nodes.formats.coco.rle import mask_json
from dtl_nodes.formats.coco.tag_types import CROWD, SCORE
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.kernels.components import split_components
from dtl_nodes.kernels.pixel_edges import trace_edges

Lose = Callable[[str, str], None]
Json = dict[str, Any]
Area = tuple[float, list[float], Any]
"""Area in square pixels, bbox and segmentation."""

NO_AREA = "no area, dropped"
NODE = "node outside of its template, dropped"
REPEATED_TAG = "second tag of a name"
DESCRIPTION = "description"
_DIGITS = 6
_LEAST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Writing:
    """How instances are written; ``categories`` are the labels as numbers."""

    categories: Mapping[str, WrittenCategory]
    exact_polygons: bool = False
    outlines_bitmaps: bool = False
    boxes_others: bool = False


@dataclass(slots=True)
class Group:
    """What becomes one object: an area, keypoints, or both."""

    instance: Instance
    area: Shape | None = None
    nodes: Keypoints | None = None

    def takes(self, shape: Shape) -> bool:
        """Whether a shape of the same group fits into the same object; then it is added."""
        if isinstance(shape, Keypoints):
            if self.nodes is not None:
                return False
            self.nodes = shape
        else:
            if self.area is not None:
                return False
            self.area = shape
        return True


def objects_json(
    instances: Iterable[Instance], size: Size, writing: Writing, lose: Lose
) -> Iterator[Json]:
    """Yield the objects of an image of ``size``, in which all instances lie.

    What cannot be written is told to ``lose``.
    """
    for group in _groups(instances, size, writing, lose):
        label, nodes = group.instance.label, group.nodes
        category = writing.categories[label]
        area = None if group.area is None else _area(group.area, size, writing)
        if group.area is not None and area is None:
            lose(label, NO_AREA)
        if area is None:
            if nodes is None:
                continue
            x0, y0, x1, y1 = nodes.bbox
            area = (x1 - x0) * (y1 - y0), _box(x0, y0, x1, y1), []
        if group.instance.description:
            lose(label, DESCRIPTION)
        json: Json = {"category_id": category.id, "iscrowd": 0}
        json["area"] = round(area[0], _DIGITS)
        json["bbox"], json["segmentation"] = area[1], area[2]
        if nodes is not None or category.nodes:
            json |= _keypoints(nodes, category, partial(lose, label))
        yield json | _tags(group.instance, lose)


def _groups(instances: Iterable[Instance], size: Size, writing: Writing, lose: Lose) -> list[Group]:
    """Return what becomes one object each: an area and keypoints of one group are joined."""
    groups: list[Group] = []
    by_key: dict[tuple[str, tuple[Tag, ...]], list[Group]] = {}
    for instance in instances:
        shape = instance.shape
        if shape.kind in (ShapeKind.POINT, ShapeKind.LINE):
            if not writing.boxes_others:
                lose(instance.label, dropped(shape.kind))
                continue
            lose(instance.label, f"{shape.kind}, box kept")
            shape = _box_around(shape, size)
        is_grouped = any(tag.name == GROUP_TAG for tag in instance.tags)
        known = by_key.setdefault((instance.label, instance.tags), []) if is_grouped else []
        if not any(group.takes(shape) for group in known):
            group = Group(instance)
            group.takes(shape)
            groups.append(group)
            known.append(group)
    return groups


def _box_around(shape: Shape, size: Size) -> Rectangle:
    """Return the box of a point or line, at least a pixel wide and high and inside the image."""
    x0, y0, x1, y1 = shape.bbox
    left, top = min(x0, size.width - 1), min(y0, size.height - 1)
    return Rectangle(left, top, max(x1, left + 1), max(y1, top + 1))


def dropped(kind: str) -> str:
    """Return the words for shapes that COCO has not."""
    return f"{kind}, dropped"


def _area(shape: Shape, size: Size, writing: Writing) -> Area | None:
    """Return what is written of an area; ``None`` if it has none."""
    if isinstance(shape, Rectangle):
        x0, y0, x1, y1 = shape.bbox
        ring = [x0, y0, x1, y0, x1, y1, x0, y1]
        return (shape.area, _box(x0, y0, x1, y1), [ring]) if shape.area else None
    if isinstance(shape, Mask):
        return _mask_area(shape, size, outlines=writing.outlines_bitmaps)
    assert isinstance(shape, Polygon)
    if shape.holes or writing.exact_polygons:
        mask = Mask.tight(shape.paint(size), 0, 0)
        if mask is not None:
            return _mask_area(mask, size, outlines=writing.exact_polygons)
        if shape.holes:
            return None
    if len(np.unique(shape.exterior, axis=0)) < _LEAST_POINTS:
        return None
    bbox = _box(*shape.bbox)
    return shape.area, bbox, [_ring(shape.exterior, bbox)]


def _ring(points: NDArray[np.float64], bbox: list[float]) -> list[float]:
    """Return a ring as numbers; closed by its first point where it would be read as something else.

    Four corners of the box are a rectangle, and a last point that is the first one is left out.
    """
    numbers: list[float] = points.reshape(-1).tolist()
    if is_box(points, bbox) or (points[0] == points[-1]).all():
        numbers += numbers[:2]
    return numbers


def _mask_area(mask: Mask, size: Size, *, outlines: bool) -> Area | None:
    """Return what is written of a mask, which may have margins."""
    tight = mask.tightened()
    if tight is None:
        return None
    rings = _outlines(tight) if outlines else None
    segmentation = mask_json(tight, size) if rings is None else rings
    return tight.area, _box(*tight.bbox), segmentation


def _outlines(mask: Mask) -> list[list[float]] | None:
    """Return the outlines of the parts of a mask; ``None`` if it has holes, which have none."""
    rings = []
    for pixels, x, y in split_components(mask.pixels, 8):
        outer, holes = trace_edges(pixels)
        if holes:
            return None
        rings.append(np.add(outer, (x + mask.x, y + mask.y)).reshape(-1).tolist())
    return rings


def _box(x0: float, y0: float, x1: float, y1: float) -> list[float]:
    return [round(side, _DIGITS) for side in (x0, y0, x1 - x0, y1 - y0)]


def _keypoints(
    nodes: Keypoints | None, category: WrittenCategory, lose: Callable[[str], None]
) -> Json:
    """Return the keypoints in the order of the template; without one, by their names."""
    known = {} if nodes is None else {node.id: node for node in nodes.nodes}
    names = category.nodes or {id: id for id in known}
    for _ in known.keys() - names.keys():
        lose(NODE)
    values: dict[str, list[float]] = {}
    for id, name in names.items():
        node = known.get(id)
        if node is None:
            values[name] = [0, 0, 0]
        else:
            values[name] = [node.x, node.y, 1 if dict(node.extra).get("disabled") else 2]
    json: Json = {"num_keypoints": sum(value[2] > 0 for value in values.values())}
    if category.nodes:
        json["keypoints"] = [number for value in values.values() for number in value]
    else:
        json["keypoints"] = values
    return json


def _tags(instance: Instance, lose: Lose) -> Json:
    """Return what is written of tags: crowd, score and, all others, attributes."""
    json: Json = {}
    attributes: Json = {}
    for tag in instance.tags:
        if tag.name == CROWD and tag.value is None:
            json["iscrowd"] = 1
        elif tag.name == SCORE and isinstance(tag.value, (int, float)):
            json["score"] = tag.value
        else:
            if tag.name in attributes:
                lose(instance.label, REPEATED_TAG)
            attributes[tag.name] = True if tag.value is None else tag.value
    return json | ({"attributes": attributes} if attributes else {})
