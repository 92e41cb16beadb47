"""Whether what was written came back as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dtl_engine.sdk import (
    Instance,
    Keypoints,
    Mask,
    Polygon,
    Polyline,
    Rectangle,
    Schema,
    Shape,
    Tag,
)
from tests.nodes.formats.loss_cases import SIZE

CLOSE_PX = 0.012
"""What six decimals of a share of an image leave, see the round-trip guarantees of the formats."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts as equal by section 12 of the data formats reference.

    ``close_px`` is what rounding may do to a place; ``painted`` says which polygons may come back
    as other shapes with the same pixels.
    """

    close_px: float = CLOSE_PX
    painted: Literal["none", "with holes", "all"] = "none"


def is_kept(before: Iterable[Instance], after: Iterable[Instance], rule: Rule) -> bool:
    """Whether objects came back as they were, in their order."""
    mine, theirs = list(before), list(after)
    return len(mine) == len(theirs) and all(
        one.label == other.label
        and has_tags(one.tags, other.tags)
        and one.description == other.description
        and _is_same_shape(one.shape, other.shape, rule)
        for one, other in zip(mine, theirs, strict=True)
    )


def has_tags(wanted: Iterable[Tag], found: Iterable[Tag]) -> bool:
    """Whether all tags are there; readers may add some of their own."""
    left = [(tag.name, tag.value) for tag in found]
    for tag in wanted:
        if (tag.name, tag.value) not in left:
            return False
        left.remove((tag.name, tag.value))
    return True


def edges(schema: Schema, label: str) -> set[tuple[str, str]]:
    """Return which nodes of the graphs of a class are joined."""
    spec = schema.label(label)
    template: Any = spec.extra.get("geometry_config") if spec else None
    return {(edge["src"], edge["dst"]) for edge in (template or {}).get("edges", ())}


def _is_same_shape(one: Shape, other: Shape, rule: Rule) -> bool:
    """Whether a shape is the same up to rounding.

    A box is also the polygon of its corners, and a mask the polygon around its very pixels.
    """
    if isinstance(one, Mask):
        return isinstance(other, Mask | Polygon) and _has_same_pixels(one, other)
    if isinstance(one, Rectangle) and isinstance(other, Polygon):
        corners = [(x, y) for y in (one.y0, one.y1) for x in (one.x0, one.x1)]
        found = sorted(other.exterior.round(1).tolist(), key=lambda point: point[::-1])
        return not other.holes and _is_close(corners, found, max(rule.close_px, 0.051))
    if isinstance(one, Keypoints):
        return isinstance(other, Keypoints) and _has_same_nodes(one, other, rule)
    if isinstance(one, Polygon) and isinstance(other, Mask | Polygon):
        is_outline = rule.painted == "all" and isinstance(other, Polygon)
        may_be_painted = is_outline or (rule.painted != "none" and one.holes)
        if may_be_painted and one.clip((0, 0, *SIZE)) == (one,):
            return np.array_equal(one.paint(SIZE), other.paint(SIZE))
    if type(one) is not type(other):
        return False
    rings, others = _rings(one), _rings(other)
    return len(rings) == len(others) and all(
        _is_close(ring, again, rule.close_px) for ring, again in zip(rings, others, strict=True)
    )


def _has_same_pixels(one: Mask, other: Shape) -> bool:
    return one.bbox == other.bbox and np.array_equal(one.paint(SIZE), other.paint(SIZE))


def _has_same_nodes(one: Keypoints, other: Keypoints, rule: Rule) -> bool:
    mine, theirs = ({node.id: node for node in each.nodes} for each in (one, other))
    return mine.keys() == theirs.keys() and all(
        _is_close((mine[id].x, mine[id].y), (theirs[id].x, theirs[id].y), rule.close_px)
        and mine[id].extra == theirs[id].extra
        for id in mine
    )


def _rings(shape: Any) -> Any:
    match shape:
        case Polygon():
            return shape.rings
        case Polyline():
            return [shape.points]
    return [shape.bbox]


def _is_close(one: Any, other: Any, close_px: float) -> bool:
    mine, theirs = np.asarray(one), np.asarray(other)
    return mine.shape == theirs.shape and np.allclose(mine, theirs, rtol=0, atol=close_px)
