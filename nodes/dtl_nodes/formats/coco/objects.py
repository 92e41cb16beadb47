"""One object of a COCO file as instances.

Source: the COCO data format, cocodataset.org/#format-data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dtl_engine.sdk import (
    AnnotationError,
    Instance,
    KeypointNode,
    Keypoints,
    Mask,
    Polygon,
    ReadLog,
    Rectangle,
    Shape,
    Size,
    Tag,
    TagValueType,
)
from dtl_nodes.formats.coco.categories import Category
from dtl_nodes.formats.coco.raster import paint, paint_like_coco
from dtl_nodes.formats.coco.rle import read_runs, runs_to_mask
from dtl_nodes.formats.coco.tag_types import CROWD, SCORE, read_attributes, read_tag
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.formats.objects_inside import require_inside_image

Ring = NDArray[np.float64]

FARTHEST_PX = 2.0**31
"""Shapes refuse coordinates beyond it."""

SAME_BOX_PX = 0.01
"""What a box may differ from the corners that it is compared with: boxes are often rounded."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How the objects of one file are read.

    ``categories`` says what their numbers mean, ``types`` how their tags are declared.
    """

    categories: Mapping[int, Category]
    types: Mapping[str, TagValueType]
    splits_parts: bool = False
    exact_masks: bool = False
    skips_crowds: bool = False


def parse_object(text: bytes) -> Any:
    """Return the JSON value of an object; NaN and infinity, which Python writes, are numbers.

    Raises:
        AnnotationError: F602, it is no JSON.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise AnnotationError("F602", f"it is no JSON: {error}") from error


def read_object(
    value: Mapping[str, Any], size: Size, rules: Rules, log: ReadLog
) -> Iterator[Instance]:
    """Yield the instances of an object on an image of ``size``: its area, then its keypoints.

    Raises:
        AnnotationError: F603, its category is not declared; F604, its shape is malformed.
    """
    category = category_of(value, rules)
    is_crowd = value.get("iscrowd") in (1, True)
    if is_crowd and rules.skips_crowds:
        return
    tags = tuple(_tags(value, is_crowd, rules))
    label = category.label
    nodes = _keypoints(value.get("keypoints"), category, is_result="score" in value)
    shapes: list[Shape] = []
    if nodes is None or value.get("segmentation") or not _is_around(value.get("bbox"), nodes):
        shapes.extend(_areas(value, size, rules, is_crowd))
    if nodes is not None:
        shapes.append(nodes)
    if not shapes:
        raise AnnotationError("F604", f"an object of class '{label}' has no shape")
    is_marked = GROUP_TAG not in rules.types or any(tag.name == GROUP_TAG for tag in tags)
    if len(shapes) > 1 and not is_marked:
        tags = (*tags, Tag(GROUP_TAG, str(value.get("id", ""))))
    for shape in shapes:
        for piece in require_inside_image(shape, label, size, log):
            yield Instance(label, piece, tags)


def category_of(value: Mapping[str, Any], rules: Rules) -> Category:
    """Return the category of an object.

    Raises:
        AnnotationError: F603, it is not declared.
    """
    id = value.get("category_id")
    category = rules.categories.get(id) if type(id) is int else None
    if category is None:
        raise AnnotationError("F603", f"the category {str(id)[:80]} is not declared")
    return category


def _tags(value: Mapping[str, Any], is_crowd: bool, rules: Rules) -> Iterator[Tag]:
    if is_crowd:
        yield from read_tag(CROWD, True, rules.types)
    score = value.get("score")
    if score is not None:
        if isinstance(score, bool) or not isinstance(score, (int, float)) or score != score:
            raise AnnotationError("F604", f"the score {str(score)[:80]} is no number")
        yield from read_tag(SCORE, score, rules.types)
    yield from read_attributes(value.get("attributes"), rules.types)


def _areas(
    value: Mapping[str, Any], size: Size, rules: Rules, is_crowd: bool
) -> Iterator[Polygon | Mask | Rectangle]:
    """Yield what the object covers: usually one shape."""
    segmentation = value.get("segmentation")
    if isinstance(segmentation, dict):
        yield _some(runs_to_mask(read_runs(segmentation, size), size))
    elif isinstance(segmentation, list) and segmentation:
        rings = [_ring(ring) for ring in segmentation]
        corners = rings[0] if len(rings) == 1 else None
        if rules.exact_masks or is_crowd:
            yield _some((paint_like_coco if rules.exact_masks else paint)(rings, size))
        elif corners is not None and is_box(corners, value.get("bbox")):
            yield Rectangle(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
        elif corners is not None or rules.splits_parts:
            yield from (Polygon(open_ring(ring)) for ring in rings)
        else:
            yield _some(paint(rings, size))
    elif segmentation:
        raise AnnotationError("F604", "the segmentation is neither rings nor runs")
    elif value.get("bbox") is not None:
        yield read_box(value["bbox"])


def _some(mask: Mask | None) -> Mask:
    if mask is None:
        raise AnnotationError("F604", "the segmentation covers no pixel")
    return mask


def _ring(numbers: Any) -> Ring:
    """Return the corners of one ring, (N, 2)."""
    if not isinstance(numbers, list) or not all(type(x) in (int, float) for x in numbers):
        raise AnnotationError("F604", "a ring of the segmentation is no list of numbers")
    if len(numbers) % 2 or len(numbers) < 6:
        raise AnnotationError(
            "F604", f"a ring of the segmentation has {len(numbers)} numbers, not pairs for 3 points"
        )
    if len(set(zip(numbers[::2], numbers[1::2], strict=True))) < 3:
        raise AnnotationError("F604", "a ring of the segmentation has fewer than 3 distinct points")
    return checked_points(numbers)


def checked_points(numbers: list[float]) -> Ring:
    """Return x and y in turns as (N, 2) float64.

    Raises:
        AnnotationError: F604, one is not finite or beyond 2**31.
    """
    try:
        ring = np.array(numbers, np.float64).reshape(-1, 2)
    except OverflowError:
        ring = np.full((1, 2), np.inf)
    if not np.abs(ring).max() <= FARTHEST_PX:
        raise AnnotationError("F604", "a coordinate is not finite or beyond 2**31")
    return ring


def open_ring(ring: Ring) -> Ring:
    """Return a ring without the last point where it is the first one again."""
    return ring[:-1] if len(ring) > 3 and (ring[0] == ring[-1]).all() else ring


def is_box(ring: Ring, bbox: Any) -> bool:
    """Whether a ring of four points goes round the box of its object: then it is nothing else."""
    if len(ring) != 4:
        return False
    sides = ring != ring[[1, 2, 3, 0]]
    # Level and upright sides in turns, and none without length.
    if not (sides[:, 0] != sides[:, 1]).all() or (sides[0] == sides[1]).any():
        return False
    (x0, y0), (x1, y1) = ring.min(axis=0).tolist(), ring.max(axis=0).tolist()
    return _is_near(bbox, (x0, y0, x1 - x0, y1 - y0))


def read_box(bbox: Any) -> Rectangle:
    """Return the rectangle of left, top, width and height.

    Raises:
        AnnotationError: F604, it is none, or it has no width or no height.
    """
    if (
        not isinstance(bbox, list)
        or len(bbox) != 4
        or any(type(x) not in (int, float) for x in bbox)
    ):
        raise AnnotationError("F604", "the bbox is not [x, y, width, height]")
    x, y, width, height = bbox
    if not (width > 0 and height > 0):
        raise AnnotationError("F604", f"the bbox has the size {width} x {height}")
    return Rectangle(x, y, x + width, y + height)


def _keypoints(value: Any, category: Category, *, is_result: bool) -> Keypoints | None:
    """Return the labelled keypoints; ``None`` if there are none.

    Programs that find keypoints tell scores in the place of visibilities.
    """
    if value is None or value == []:
        return None
    if not isinstance(value, list) or any(type(x) not in (int, float) for x in value):
        raise AnnotationError("F604", "the keypoints are no numbers")
    names = category.keypoints or tuple(str(at + 1) for at in range(len(value) // 3))
    if len(value) != 3 * len(names):
        raise AnnotationError(
            "F604", f"there are {len(value)} numbers for {len(names)} keypoints, 3 are needed each"
        )
    nodes = []
    for at, name in enumerate(names):
        x, y, seen = value[3 * at : 3 * at + 3]
        if seen > 0:
            hidden = seen == 1 and not is_result
            nodes.append(KeypointNode(name, x, y, (("disabled", True),) if hidden else ()))
        elif seen != 0 and not is_result:
            raise AnnotationError("F604", f"the keypoint '{name}' has the visibility {seen}")
    return Keypoints(tuple(nodes)) if nodes else None


def _is_around(bbox: Any, nodes: Keypoints) -> bool:
    """Whether a box tells no more than where the keypoints are."""
    x0, y0, x1, y1 = nodes.bbox
    return _is_near(bbox, (x0, y0, x1 - x0, y1 - y0))


def _is_near(bbox: Any, found: tuple[float, float, float, float]) -> bool:
    return (
        isinstance(bbox, list)
        and len(bbox) == 4
        and all(type(side) in (int, float) for side in bbox)
        and all(abs(a - b) <= SAME_BOX_PX for a, b in zip(bbox, found, strict=True))
    )
