"""Places on the drawing: points, boxes, routes of edges and a finished layout.

All numbers are pixels; x runs right, y runs down, and ``(0, 0)`` is the upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """A place on the drawing."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright box by its upper left corner and its size."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right border."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower border."""
        return self.top + self.height

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return Point(self.left + self.width / 2, self.top + self.height / 2)

    def moved(self, dx: float, dy: float) -> Box:
        """Return the box shifted by ``(dx, dy)``."""
        return Box(self.left + dx, self.top + dy, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one edge and the place of its label.

    ``points`` are cubic Bézier pieces: a start, then two control points and an end for each
    piece. The last point touches the border of the target. ``label`` is empty in size where
    the edge has nothing to say.
    """

    points: tuple[Point, ...]
    label: Box

    def moved(self, dx: float, dy: float) -> Route:
        """Return the route shifted by ``(dx, dy)``."""
        points = tuple(Point(point.x + dx, point.y + dy) for point in self.points)
        return Route(points, self.label.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: boxes and routes in the order of the picture's nodes and edges."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


class Extent(NamedTuple):
    """The width and height in pixels that something to be placed takes."""

    width: float
    height: float
