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
from dtl_nodes.formats.losses import (
    BOX,
    MASK,
    NO_AREA,
    NO_PIXEL,
    NODE,
    ByKind,
    Lose,
    dropped,
    saved_as,
    tell_object,
)
from dtl_nodes.kernels.components import split_components
from dtl_nodes.kernels.pixel_edges import trace_edges

Json = dict[str, Any]
Area = tuple[float, list[float], Any]
"""Area in square pixels, bbox and segmentation."""

_OTHERS = (ShapeKind.POINT, ShapeKind.LINE)
DROPPED: ByKind = {kind: dropped(kind) for kind in _OTHERS}
BOXED: ByKind = {kind: saved_as(kind, BOX) for kind in _OTHERS}
"""What is lost of points and lines, and what of them as boxes."""

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Writing:
    """How instances are written.

    ``categories`` are the labels as numbers, ``valued`` the tags that are declared with values.
    """

    categories: Mapping[str, WrittenCategory]
    valued: frozenset[str] = frozenset()
    exact_polygons: bool = False
    outlines_bitmaps: bool = False
    boxes_others: bool = False


@dataclass(slots=True)
class Group:
    """What becomes one object: an area, keypoints, or both; ``members`` are of their tags."""

    label: str
    members: Json
    area: Area | None = None
    nodes: Keypoints | None = None

    def takes(self, found: Area | Keypoints) -> bool:
        """Whether an area or keypoints of the same group fit into the same object; then they do."""
        if isinstance(found, Keypoints):
            if self.nodes is not None:
                return False
            self.nodes = found
        else:
            if self.area is not None:
                return False
            self.area = found
        return True


def objects_json(
    instances: Iterable[Instance], size: Size, writing: Writing, lose: Lose
) -> Iterator[Json]:
    """Yield the objects of an image of ``size``, in which all instances lie.

    What cannot be written is told to ``lose``.
    """
    for group in _groups(instances, size, writing, lose):
        label, nodes, area = group.label, group.nodes, group.area
        category = writing.categories[label]
        if area is None:
            assert nodes is not None
            x0, y0, x1, y1 = nodes.bbox
            area = (x1 - x0) * (y1 - y0), _box(x0, y0, x1, y1), []
        json: Json = {"category_id": category.id, "iscrowd": 0}
        json["area"] = round(area[0], _DIGITS)
        json["bbox"], json["segmentation"] = area[1], area[2]
        if nodes is not None or category.nodes:
            json |= _keypoints(nodes, category, partial(lose, label))
        yield json | group.members


def _groups(instances: Iterable[Instance], size: Size, writing: Writing, lose: Lose) -> list[Group]:
    """Return what becomes one object each: an area and keypoints of one group are joined.

    All that is lost of instances is told here, but for their nodes.
    """
    groups: list[Group] = []
    by_key: dict[tuple[str, tuple[Tag, ...]], list[Group]] = {}
    for instance in instances:
        found = _taken(instance, size, writing, lose)
        if found is None:
            continue
        members, lost = _told_by_tags(instance.tags, writing.valued)
        tell_object(instance, lose, lost)
        is_grouped = any(tag.name == GROUP_TAG for tag in instance.tags)
        known = by_key.setdefault((instance.label, instance.tags), []) if is_grouped else []
        if not any(group.takes(found) for group in known):
            group = Group(instance.label, members)
            group.takes(found)
            groups.append(group)
            known.append(group)
    return groups


def _taken(instance: Instance, size: Size, writing: Writing, lose: Lose) -> Area | Keypoints | None:
    """Return what is written of an instance, and tell what is not."""
    label, shape = instance.label, instance.shape
    if isinstance(shape, Keypoints):
        return shape
    if shape.kind in _OTHERS:
        lose(label, (BOXED if writing.boxes_others else DROPPED)[shape.kind])
        if not writing.boxes_others:
            return None
        shape = _box_around(shape, size)
    area = _area(shape, size, writing)
    if area is None:
        why = NO_AREA if isinstance(shape, Rectangle) else NO_PIXEL
        lose(label, dropped(shape.kind, why))
    elif not isinstance(shape, Mask) and Tag(CROWD) in instance.tags:
        # Crowds are masks to all who read them.
        lose(label, saved_as(shape.kind, MASK))
    return area


def _box_around(shape: Shape, size: Size) -> Rectangle:
    """Return the box of a point or line, at least a pixel wide and high and inside the image."""
    x0, y0, x1, y1 = shape.bbox
    left, top = min(x0, size.width - 1), min(y0, size.height - 1)
    return Rectangle(left, top, max(x1, left + 1), max(y1, top + 1))


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


def _mask_area(mask: Mask, size: Size, *, outlines: bool) -> Area:
    """Return what is written of a mask without margins."""
    rings = _outlines(mask) if outlines else None
    segmentation = mask_json(mask, size) if rings is None else rings
    return mask.area, _box(*mask.bbox), segmentation


def _outlines(mask: Mask) -> list[list[float]] | None:
    """Return the outlines of the parts of a mask; ``None`` if it has holes, which have none."""
    rings = []
    for pixels, x, y in split_components(mask.pixels, 8):
        outer, holes = trace_edges(pixels)
        if holes:
            return None
        rings.append(np.add(outer, (x + mask.x, y + mask.y), dtype=np.float64))
    if len(rings) == 1:
        return [_ring(rings[0], _box(*mask.bbox))]
    return [ring.reshape(-1).tolist() for ring in rings]


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


def _told_by_tags(tags: Iterable[Tag], valued: frozenset[str]) -> tuple[Json, list[Tag]]:
    """Return what is written of tags, and those that are lost.

    Crowd and score have members of their own, all others are attributes. These have each name once,
    and the type of their values: a tag that lacks its value would be one of another type.
    """
    json: Json = {}
    attributes: Json = {}
    lost: list[Tag] = []
    for tag in tags:
        if tag.name == CROWD and tag.value is None:
            json["iscrowd"] = 1
        elif tag.name == SCORE and isinstance(tag.value, (int, float)):
            json["score"] = tag.value
        elif tag.name in attributes or (tag.value is None and tag.name in valued):
            lost.append(tag)
        else:
            attributes[tag.name] = True if tag.value is None else tag.value
    return json | ({"attributes": attributes} if attributes else {}), lost
