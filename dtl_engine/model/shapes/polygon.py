"""Polygons with holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.coordinates import (
    Points,
    bounds,
    checked_points,
    contains,
    frozen,
    mirror_bbox,
    mirror_points,
    overlaps,
    shift_bbox,
    shift_points,
)
from dtl_engine.model.shapes.even_odd import clip_rings
from dtl_engine.model.shapes.paint import paint_rings


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Polygon(Shape):
    """A polygon: one outer ring and any number of holes.

    Each ring is (N, 2) float64, read-only, N >= 3; x and y in pixels. Rings close by themselves.
    A place is inside a ring when a ray from it crosses the ring an odd number of times; it is
    inside the polygon when it is inside the outer ring and in no hole. So a hole that leaves the
    outer ring only takes away.

    Raises:
        AnnotationError: F604, for a ring of fewer than three points or a coordinate that is not
            finite.
    """

    kind: ClassVar[ShapeKind] = ShapeKind.POLYGON

    exterior: Points
    holes: tuple[Points, ...]
    bbox: BBox = field(repr=False)

    def __init__(self, exterior: ArrayLike, holes: Sequence[ArrayLike] = ()) -> None:
        outer = checked_points(exterior, 3, "polygon")
        inner = tuple(checked_points(hole, 3, "hole of a polygon") for hole in holes)
        object.__setattr__(self, "exterior", outer)
        object.__setattr__(self, "holes", inner)
        object.__setattr__(self, "bbox", bounds(np.concatenate((outer, *inner))))

    @classmethod
    def _trusted(cls, exterior: Points, holes: Sequence[Points], bbox: BBox) -> Self:
        """Build from checked, read-only arrays and their bounds."""
        shape = object.__new__(cls)
        object.__setattr__(shape, "exterior", exterior)
        object.__setattr__(shape, "holes", tuple(holes))
        object.__setattr__(shape, "bbox", bbox)
        return shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polygon):
            return NotImplemented
        mine, others = self.rings, other.rings
        return len(mine) == len(others) and all(map(np.array_equal, mine, others))

    def __hash__(self) -> int:
        return hash((self.kind, *(ring.tobytes() for ring in self.rings)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.exterior, self.holes)

    @property
    def rings(self) -> tuple[Points, ...]:
        """The outer ring, then the holes."""
        return (self.exterior, *self.holes)

    @property
    def area(self) -> float:
        """The area of the outer ring in square pixels; DTL does not subtract the holes."""
        x, y = (self.exterior - self.exterior[0]).T
        return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2

    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the polygon mirrored about the middle of an image of ``size``."""
        return self._trusted(
            mirror_points(self.exterior, axis, size),
            [mirror_points(hole, axis, size) for hole in self.holes],
            mirror_bbox(self.bbox, axis, size),
        )

    def shift(self, dx: int, dy: int) -> Self:
        """Return the polygon moved by whole pixels."""
        if not (dx or dy):
            return self
        return self._trusted(
            shift_points(self.exterior, dx, dy),
            [shift_points(hole, dx, dy) for hole in self.holes],
            shift_bbox(self.bbox, dx, dy),
        )

    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the polygon in the image that ``affine`` leads to, ring by ring."""
        holes = [affine.points(hole) for hole in self.holes]
        return (type(self)(affine.points(self.exterior), holes),)

    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return the intersection with ``window``, one polygon per connected piece.

        Pieces come from top to bottom, then from left to right. Holes stay holes or open into
        notches. Where the rings cross themselves or each other, the pieces are the interior as
        valid polygons. Pieces without area are dropped.
        """
        if contains(window, self.bbox):
            return (self,)
        if not overlaps(window, self.bbox):
            return ()
        pieces = [
            self._trusted(frozen(rings[0]), [frozen(hole) for hole in rings[1:]], bounds(rings[0]))
            for rings in clip_rings(self.rings, window)
        ]
        return tuple(sorted(pieces, key=lambda piece: (piece.bbox.y0, piece.bbox.x0)))

    def paint(self, size: Size) -> Painted:
        """Return the pixels whose centres lie inside or on the border of the interior."""
        return paint_rings(self.exterior, self.holes, self.bbox, size)

    def normalize(self, size: Size) -> tuple[Self, ...]:
        """Return the polygon itself: the original engine lets polygons leave the image.

        Source: DTL reference, normalisation; the golden cases hold polygons to it.
        """
        return (self,)
