"""Parts of objects: shapes of one label that a number of their group joins to one instance.

Source: LabelMe's and CVAT's ``group_id``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from dtl_engine.sdk import (
    AnnotationError,
    Instance,
    KeypointNode,
    Keypoints,
    Mask,
    Point,
    Shape,
    ShapeKind,
    Size,
    Tag,
)
from dtl_nodes.formats.options import FormatOptions

GROUP_TAG = "@label-group-id"
"""The tag that tells the group of an object; its value is text."""

Groups = Literal["merge", "separate"]

_AREAS = (ShapeKind.RECTANGLE, ShapeKind.POLYGON, ShapeKind.BITMAP)


class GroupReading(FormatOptions):
    """What becomes of grouped shapes."""

    formats: ClassVar[tuple[str, ...]] = ("cvat", "labelme")

    groups: Groups = "merge"
    """What becomes of shapes of one class and one group. ``merge``: areas become one bitmap, points
    one graph; ``separate``: each is an object of its own. One that is not joined has its group in
    the tag ``@label-group-id``."""


@dataclass(frozen=True, slots=True)
class Part:
    """One shape of a file, before those of a group are joined.

    ``node`` is the name of a point that was a keypoint, ``""`` of any other shape.
    """

    instance: Instance
    group: Hashable | None = None
    node: str = ""

    @property
    def key(self) -> PartKey:
        """What decides with which others it is joined."""
        return PartKey(self.instance.label, self.instance.shape.kind, self.group, self.node != "")


@dataclass(frozen=True, slots=True)
class PartKey:
    """What decides with which others a part is joined."""

    label: str
    kind: ShapeKind
    group: Hashable | None = None
    is_node: bool = False


class Joined(NamedTuple):
    """What parts become, known from their keys alone."""

    label: str
    kind: ShapeKind
    has_group_tag: bool


def join_keys(keys: Sequence[PartKey], mode: Groups) -> Iterator[Joined]:
    """Yield what each instance is that parts with these keys become."""
    for members in _clusters(keys, mode):
        first, count = keys[members[0]], len(members)
        yield Joined(first.label, _kind(first, count), keeps_group(first, count))


def would_join(keys: Sequence[PartKey]) -> frozenset[int]:
    """Return which of these parts a reader that merges would join with others."""
    clusters = _clusters(keys, "merge")
    return frozenset(at for members in clusters if len(members) > 1 for at in members)


def keeps_group(first: PartKey, count: int) -> bool:
    """Whether an instance of that many parts has its group in a tag."""
    return first.group is not None and count == 1 and not first.is_node


def join_parts(parts: Sequence[Part], mode: Groups, size: Size) -> tuple[Instance, ...]:
    """Return the instances of the parts of an image of ``size``, at the place of their first one.

    Raises:
        AnnotationError: F604, parts to join cover no pixel.
    """
    keys = [part.key for part in parts]
    if all(key.group is None and not key.is_node for key in keys):
        return tuple(part.instance for part in parts)
    return tuple(_join([parts[at] for at in members], size) for members in _clusters(keys, mode))


def _clusters(keys: Sequence[PartKey], mode: Groups) -> list[list[int]]:
    """Return which parts make one instance each, in the order of their first ones."""
    found: dict[Hashable, list[int]] = {}
    for at, key in enumerate(keys):
        is_joined = key.group is not None and (mode == "merge" or key.is_node)
        if is_joined and (key.kind in _AREAS or key.kind is ShapeKind.POINT):
            found.setdefault((key.label, key.group, key.kind in _AREAS), []).append(at)
        else:
            found[at] = [at]
    return list(found.values())


def _kind(first: PartKey, count: int) -> ShapeKind:
    if first.kind is ShapeKind.POINT and (count > 1 or first.is_node):
        return ShapeKind.GRAPH
    return ShapeKind.BITMAP if count > 1 else first.kind


def _join(parts: Sequence[Part], size: Size) -> Instance:
    first = parts[0]
    kind = _kind(first.key, len(parts))
    shapes = [part.instance.shape for part in parts]
    tags = tuple(dict.fromkeys(tag for part in parts for tag in part.instance.tags))
    if keeps_group(first.key, len(parts)):
        tags = (*tags, Tag(GROUP_TAG, str(first.group)))
    shape: Shape = shapes[0]
    if isinstance(shape, Point) and kind is ShapeKind.GRAPH:
        shape = _keypoints(parts)
    elif len(parts) > 1:
        shape = _union(shapes, first.instance.label, size)
    descriptions = (part.instance.description for part in parts)
    description = next(filter(None, descriptions), "")
    return Instance(first.instance.label, shape, tags, description, first.instance.extra)


def _keypoints(parts: Sequence[Part]) -> Keypoints:
    nodes = []
    for number, part in enumerate(parts, start=1):
        point = part.instance.shape
        assert isinstance(point, Point)
        extra = tuple(part.instance.extra.items()) if part.node else ()
        nodes.append(KeypointNode(part.node or str(number), point.x, point.y, extra))
    return Keypoints(tuple(nodes))


def _union(shapes: Sequence[Shape], label: str, size: Size) -> Mask:
    painted = shapes[0].paint(size)
    for shape in shapes[1:]:
        painted |= shape.paint(size)
    mask = Mask.tight(painted, 0, 0)
    if mask is None:
        raise AnnotationError("F604", f"the parts of an object of class '{label}' cover no pixel")
    return mask
