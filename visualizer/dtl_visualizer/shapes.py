"""The few shapes that a drawing is made of; writers turn them into SVG or pixels.

Colours are names of :mod:`dtl_visualizer.style` or ``#RRGGBB``, and ``""`` draws nothing. All
numbers are pixels with y running down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dtl_visualizer.geometry import Box, Point


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box with rounded corners."""

    box: Box
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Cubic Bézier pieces: a start, then two control points and an end for each piece."""

    points: tuple[Point, ...]
    stroke: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled closed outline."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Polyline:
    """An open line with round ends."""

    points: tuple[Point, ...]
    stroke: str
    width: float


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; ``place`` is its start or middle on the base line."""

    place: Point
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: Literal["start", "middle"] = "start"


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together: one tooltip, and one link where ``href`` is not empty."""

    name: str
    shapes: tuple[Shape, ...]
    tooltip: str = ""
    href: str = ""


Shape = Rectangle | Curve | Polygon | Polyline | Text | Group


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing; ``title`` and ``description`` are for readers who do not see it."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]
