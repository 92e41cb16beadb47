"""Single points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.coordinates import checked_numbers
from dtl_engine.model.shapes.paint import paint_points


@dataclass(frozen=True, slots=True)
class Point(Shape):
    """A point in pixels, float.

    Raises:
        AnnotationError: F604, for a coordinate that is not finite.
    """

    kind: ClassVar[ShapeKind] = ShapeKind.POINT

    x: float
    y: float

    def __post_init__(self) -> None:
        x, y = checked_numbers((self.x, self.y), "point")
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)

    @property
    def bbox(self) -> BBox:
        """The box without area at the point."""
        return BBox(self.x, self.y, self.x, self.y)

    @property
    def area(self) -> float:
        """Always 0."""
        return 0.0

    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the point mirrored about the middle of an image of ``size``."""
        if axis == "vertical":
            return type(self)(size.width - self.x, self.y)
        return type(self)(self.x, size.height - self.y)

    def shift(self, dx: int, dy: int) -> Self:
        """Return the point moved by whole pixels."""
        return type(self)(self.x + dx, self.y + dy) if dx or dy else self

    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the point in the image that ``affine`` leads to."""
        return (type(self)(*affine.point(self.x, self.y)),)

    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return the point if the closed ``window`` holds it."""
        left, top, right, bottom = window
        return (self,) if left <= self.x <= right and top <= self.y <= bottom else ()

    def paint(self, size: Size) -> Painted:
        """Return the pixels whose closed squares hold the point: one, two or four."""
        return paint_points([(self.x, self.y)], size)
