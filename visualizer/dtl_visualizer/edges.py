"""How one edge and its label are drawn, and how large the label is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dtl_visualizer.geometry import Box, Extent, Point, Route
from dtl_visualizer.picture import EdgePicture
from dtl_visualizer.shapes import Curve, Group, Polygon, Rectangle, Shape, Text
from dtl_visualizer.style import CHIP_PX, LABEL_PX, edge_style_of
from dtl_visualizer.text import clean, shorten, text_width

MOST_CHIPS = 4
MOST_TAGS = 3
_NAME_LIMIT_PX = 200.0
_CHIP_LIMIT_PX = 98.0
_PAD_X_PX = 8.0
_PAD_Y_PX = 4.0
_ROW_PX = 16.0
_PIECE_GAP_PX = 7.0
_SWATCH_PX = 9.0
_BADGE_PAD_PX = 5.0
_ARROW_PX = 10.0
_ARROW_HALF_PX = 4.5
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One text in a row of a label.

    ``swatch`` is the colour of a small square before it, ``is_badge`` puts it on a plate.
    """

    text: str
    size: float
    colour: str
    bold: bool = False
    swatch: str = ""
    is_badge: bool = False

    @property
    def lead(self) -> float:
        """The width in pixels of what stands before the text."""
        return _SWATCH_PX + 4.0 if self.swatch else _BADGE_PAD_PX if self.is_badge else 0.0

    @property
    def width(self) -> float:
        """The whole width in pixels."""
        tail = _BADGE_PAD_PX if self.is_badge else 0.0
        return self.lead + text_width(self.text, self.size, bold=self.bold) + tail


@dataclass(frozen=True, slots=True)
class LabelFace:
    """The rows of a label and its size in pixels; no rows, no size."""

    rows: tuple[tuple[Piece, ...], ...]
    extent: Extent


def safe_colour(colour: str) -> str:
    """Return ``colour`` if it is ``#RRGGBB``, else a neutral colour of the style."""
    return colour if _COLOUR.fullmatch(colour) else "line"


def measure_label(edge: EdgePicture) -> LabelFace:
    """Choose what the label of an edge says, and return it with its size."""
    head: list[Piece] = []
    if edge.port:
        port = shorten(clean(edge.port), _CHIP_LIMIT_PX, CHIP_PX)
        head.append(Piece(port, CHIP_PX, "ink", is_badge=True))
    if edge.name:
        name = shorten(clean(edge.name), _NAME_LIMIT_PX, LABEL_PX, bold=True)
        head.append(Piece(name, LABEL_PX, "ink", bold=True))
    if edge.count:
        head.append(Piece(shorten(clean(edge.count), 140.0, LABEL_PX), LABEL_PX, "muted"))
    chips = [
        Piece(
            shorten(clean(title), _CHIP_LIMIT_PX, CHIP_PX),
            CHIP_PX,
            "ink",
            swatch=safe_colour(colour),
        )
        for title, colour in edge.labels[:MOST_CHIPS]
    ]
    tags = [
        Piece("#" + shorten(clean(tag), _CHIP_LIMIT_PX, CHIP_PX), CHIP_PX, "muted")
        for tag in edge.tags[:MOST_TAGS]
    ]
    for pieces, all_of_them in ((chips, edge.labels), (tags, edge.tags)):
        if len(all_of_them) > len(pieces):
            pieces.append(Piece(f"+{len(all_of_them) - len(pieces)}", CHIP_PX, "muted"))
    rows = tuple(tuple(row) for row in (head, *_halves(chips), tags) if row)
    if not rows:
        return LabelFace((), Extent(0.0, 0.0))
    width = max(map(_row_width, rows)) + 2 * _PAD_X_PX
    return LabelFace(rows, Extent(width, len(rows) * _ROW_PX + 2 * _PAD_Y_PX))


def line_shapes(edge: EdgePicture, route: Route) -> list[Shape]:
    """Draw the line of an edge and its arrow head."""
    style = edge_style_of(edge.kind)
    tip, before = route.points[-1], route.points[-2]
    length = ((tip.x - before.x) ** 2 + (tip.y - before.y) ** 2) ** 0.5 or 1.0
    dx, dy = (tip.x - before.x) / length, (tip.y - before.y) / length
    base = Point(tip.x - dx * _ARROW_PX, tip.y - dy * _ARROW_PX)
    half = _ARROW_HALF_PX + style.core_px / 2
    head = (
        tip,
        Point(base.x - dy * half, base.y + dx * half),
        Point(base.x + dy * half, base.y - dx * half),
    )
    shift_x, shift_y = base.x - tip.x, base.y - tip.y
    points = (*route.points[:-2], Point(before.x + shift_x, before.y + shift_y), base)
    shapes: list[Shape] = [Curve(points, style.colour, style.width_px, style.dash)]
    if style.core_px:
        shapes.append(Curve(points, "page", style.core_px))
    shapes.append(Polygon(head, style.colour))
    return shapes


def edge_group(edge: EdgePicture, route: Route) -> Group:
    """Draw the line of an edge, with everything that is known of it as its tooltip."""
    return Group(
        f"edge {edge_style_of(edge.kind).kind}", tuple(line_shapes(edge, route)), _tooltip(edge)
    )


def label_group(edge: EdgePicture, face: LabelFace, box: Box) -> Group:
    """Draw the label of an edge as a plate on its line: name, count, classes, tags."""
    shapes: list[Shape] = [Rectangle(box, 6.0, "page", "frame", 1.0)]
    top = box.top + _PAD_Y_PX
    for row in face.rows:
        x = box.centre.x - _row_width(row) / 2
        middle = top + _ROW_PX / 2
        for piece in row:
            if piece.is_badge:
                plate = Box(x, middle - 7.0, piece.width, 14.0)
                shapes.append(Rectangle(plate, 4.0, "badge"))
            if piece.swatch:
                square = Box(x, middle - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
                shapes.append(Rectangle(square, 2.0, piece.swatch, "line", 0.8))
            place = Point(x + piece.lead, middle + piece.size * 0.35)
            shapes.append(Text(place, piece.text, piece.size, piece.colour, bold=piece.bold))
            x += piece.width + _PIECE_GAP_PX
        top += _ROW_PX
    return Group("label", tuple(shapes), _tooltip(edge))


def _halves(chips: list[Piece]) -> list[list[Piece]]:
    """Return the chips in one row, or in two where there are more than three."""
    if len(chips) <= 3:
        return [chips]
    middle = (len(chips) + 1) // 2
    return [chips[:middle], chips[middle:]]


def _row_width(row: tuple[Piece, ...]) -> float:
    """Return the width of a row in pixels."""
    return sum(piece.width for piece in row) + _PIECE_GAP_PX * (len(row) - 1)


def _tooltip(edge: EdgePicture) -> str:
    """Return everything that is known of an edge, in lines."""
    port = f"output {edge.port}" if edge.port else ""
    lines = [f"{edge.name} ({edge.kind})", port, f"count: {edge.count}" if edge.count else ""]
    if edge.labels:
        lines.append("classes: " + ", ".join(f"{title} {colour}" for title, colour in edge.labels))
    if edge.tags:
        lines.append("tags: " + ", ".join(edge.tags))
    return "\n".join(clean(line) for line in lines if line)
