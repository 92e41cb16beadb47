"""Upright rectangles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from dtl_engine.errors import AnnotationError
from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.coordinates import checked_numbers, contains, mirror_bbox, overlaps
from dtl_engine.model.shapes.paint import paint_box


@dataclass(frozen=True, slots=True)
class Rectangle(Shape):
    """An upright rectangle by its edges in pixels, float; ``x0 <= x1`` and ``y0 <= y1``.

    Raises:
        AnnotationError: F604, for edges that are not finite or not in order.
    """

    kind: ClassVar[ShapeKind] = ShapeKind.RECTANGLE

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = checked_numbers((self.x0, self.y0, self.x1, self.y1), "rectangle")
        if x0 > x1 or y0 > y1:
            raise AnnotationError("F604", "rectangle: the edges are not in order")
        object.__setattr__(self, "x0", x0)
        object.__setattr__(self, "y0", y0)
        object.__setattr__(self, "x1", x1)
        object.__setattr__(self, "y1", y1)

    @classmethod
    def from_corners(cls, points: Sequence[Sequence[float]]) -> Self:
        """Return the rectangle of two opposite corners in any order; more points are ignored.

        Raises:
            AnnotationError: F604, for fewer than two points, or for anything but pairs of finite
                numbers.
        """
        if len(points) < 2:
            raise AnnotationError("F604", f"rectangle: {len(points)} points, 2 are needed")
        try:
            (ax, ay), (bx, by) = points[:2]
        except (TypeError, ValueError) as error:
            raise AnnotationError("F604", "rectangle: points must be pairs of numbers") from error
        ax, ay, bx, by = checked_numbers((ax, ay, bx, by), "rectangle")
        return cls(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    @property
    def bbox(self) -> BBox:
        """The rectangle itself."""
        return BBox(self.x0, self.y0, self.x1, self.y1)

    @property
    def area(self) -> float:
        """Width times height in square pixels."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the rectangle mirrored about the middle of an image of ``size``."""
        return type(self)(*mirror_bbox(self.bbox, axis, size))

    def shift(self, dx: int, dy: int) -> Self:
        """Return the rectangle moved by whole pixels."""
        if not (dx or dy):
            return self
        return type(self)(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the upright box of the four corners; it grows when turned."""
        return (type(self)(*affine.bbox(self.bbox)),)

    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return the intersection with ``window``; without width or height it is dropped."""
        if not overlaps(window, self.bbox):
            return ()
        if contains(window, self.bbox):
            return (self,)
        left, top, right, bottom = window
        return (
            type(self)(
                max(self.x0, left), max(self.y0, top), min(self.x1, right), min(self.y1, bottom)
            ),
        )

    def paint(self, size: Size) -> Painted:
        """Return the pixels whose centres lie in the closed rectangle."""
        return paint_box(self.bbox, size)
