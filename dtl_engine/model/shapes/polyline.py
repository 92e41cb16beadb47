"""Open chains of straight segments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from numpy.typing import ArrayLike

from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.chains import clip_chain
from dtl_engine.model.shapes.coordinates import (
    Points,
    bounds,
    checked_points,
    contains,
    frozen,
    mirror_bbox,
    mirror_points,
    shift_bbox,
    shift_points,
    touches,
)
from dtl_engine.model.shapes.paint import paint_chain


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Polyline(Shape):
    """An open chain: ``points`` is (N, 2) float64, read-only, N >= 2; x and y in pixels.

    Raises:
        AnnotationError: F604, for fewer than two points or a coordinate that is not finite.
    """

    kind: ClassVar[ShapeKind] = ShapeKind.LINE

    points: Points
    bbox: BBox = field(repr=False)

    def __init__(self, points: ArrayLike) -> None:
        checked = checked_points(points, 2, "line")
        object.__setattr__(self, "points", checked)
        object.__setattr__(self, "bbox", bounds(checked))

    @classmethod
    def _trusted(cls, points: Points, bbox: BBox) -> Self:
        """Build from a checked, read-only array and its bounds."""
        shape = object.__new__(cls)
        object.__setattr__(shape, "points", points)
        object.__setattr__(shape, "bbox", bbox)
        return shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polyline):
            return NotImplemented
        return self.points.shape == other.points.shape and bool((self.points == other.points).all())

    def __hash__(self) -> int:
        return hash((self.kind, self.points.tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.points,)

    @property
    def area(self) -> float:
        """Always 0."""
        return 0.0

    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the chain mirrored about the middle of an image of ``size``."""
        return self._trusted(
            mirror_points(self.points, axis, size), mirror_bbox(self.bbox, axis, size)
        )

    def shift(self, dx: int, dy: int) -> Self:
        """Return the chain moved by whole pixels."""
        if not (dx or dy):
            return self
        return self._trusted(shift_points(self.points, dx, dy), shift_bbox(self.bbox, dx, dy))

    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the chain in the image that ``affine`` leads to."""
        return (type(self)(affine.points(self.points)),)

    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return the contiguous pieces in the closed ``window``, in the order of travel."""
        if contains(window, self.bbox):
            return (self,)
        if not touches(window, self.bbox):
            return ()
        pieces = clip_chain(self.points, window)
        return tuple(self._trusted(frozen(piece + 0.0), bounds(piece)) for piece in pieces)

    def paint(self, size: Size) -> Painted:
        """Return the pixels through whose closed squares a stretch of the chain runs."""
        return paint_chain(self.points, size)
