"""Keypoints: the named nodes of a DTL ``graph``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from dtl_engine.errors import AnnotationError
from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.coordinates import checked_numbers
from dtl_engine.model.shapes.paint import paint_points


@dataclass(frozen=True, slots=True)
class Node:
    """A named point in pixels, float.

    ``extra`` keeps the further members of the node's JSON object, such as ``disabled``, as pairs
    of key and JSON value in their order; they count for equality but not for the hash.

    Raises:
        AnnotationError: F604, for a coordinate that is not finite.
    """

    id: str
    x: float
    y: float
    extra: tuple[tuple[str, Any], ...] = field(default=(), hash=False)

    def __post_init__(self) -> None:
        x, y = checked_numbers((self.x, self.y), f"keypoint {self.id!r}")
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)


@dataclass(frozen=True, slots=True)
class Keypoints(Shape):
    """Named points; which of them are joined is said by the label, not here.

    Raises:
        AnnotationError: F604, for no node at all.
    """

    kind: ClassVar[ShapeKind] = ShapeKind.GRAPH

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(self.nodes))
        if not self.nodes:
            raise AnnotationError("F604", "keypoints: no nodes, at least 1 is needed")

    @property
    def bbox(self) -> BBox:
        """The box around all nodes."""
        xs = [node.x for node in self.nodes]
        ys = [node.y for node in self.nodes]
        return BBox(min(xs), min(ys), max(xs), max(ys))

    @property
    def area(self) -> float:
        """Always 0."""
        return 0.0

    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the nodes mirrored about the middle of an image of ``size``, names kept."""
        if axis == "vertical":
            return self._moved((size.width - node.x, node.y) for node in self.nodes)
        return self._moved((node.x, size.height - node.y) for node in self.nodes)

    def shift(self, dx: int, dy: int) -> Self:
        """Return the nodes moved by whole pixels."""
        if not (dx or dy):
            return self
        return self._moved((node.x + dx, node.y + dy) for node in self.nodes)

    def _moved(self, places: Iterable[tuple[float, float]]) -> Self:
        """Return the same nodes at other places, one for each."""
        return type(self)(
            tuple(
                Node(node.id, x, y, node.extra)
                for node, (x, y) in zip(self.nodes, places, strict=True)
            )
        )

    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the nodes in the image that ``affine`` leads to, names kept."""
        return (self._moved(affine.point(node.x, node.y) for node in self.nodes),)

    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return the nodes that the closed ``window`` holds, as one shape."""
        left, top, right, bottom = window
        kept = tuple(
            node for node in self.nodes if left <= node.x <= right and top <= node.y <= bottom
        )
        if len(kept) == len(self.nodes):
            return (self,)
        return (type(self)(kept),) if kept else ()

    def paint(self, size: Size) -> Painted:
        """Return the pixels whose closed squares hold a node."""
        return paint_points([(node.x, node.y) for node in self.nodes], size)
