"""The legend: the families, kinds of edges and marks that a picture uses."""

from __future__ import annotations

from dataclasses import dataclass

from dtl_visualizer.edges import line_shapes
from dtl_visualizer.geometry import Box, Extent, Point, Route
from dtl_visualizer.nodes import icon_lines, outline_shapes, problem_mark
from dtl_visualizer.picture import EdgePicture, GraphPicture
from dtl_visualizer.shapes import Group, Rectangle, Shape, Text
from dtl_visualizer.style import EDGE_STYLES, FAMILIES, edge_style_of, family_of
from dtl_visualizer.text import text_width

_SIZE_PX = 11.0
_ROW_PX = 32.0
_SIGN_PX = 38.0
_SIGN_HALF_PX = 12.0
_SIGN_GAP_PX = 8.0
_ENTRY_GAP_PX = 20.0
_PAD_PX = 14.0


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend whose corner is at ``(0, 0)``, and its size in pixels."""

    extent: Extent
    entries: tuple[tuple[str, str, Point], ...]


def measure_legend(picture: GraphPicture, width: float) -> Legend:
    """Arrange what ``picture`` uses in rows of at most ``width`` pixels."""
    used = _used(picture)
    entries: list[tuple[str, str, Point]] = []
    x, y, widest = _PAD_PX, 0.0, 0.0
    for what, name, words in used:
        wide = _SIGN_PX + _SIGN_GAP_PX + text_width(words, _SIZE_PX)
        if x > _PAD_PX and x + wide + _PAD_PX > width:
            x, y = _PAD_PX, y + _ROW_PX
        entries.append((what, name, Point(x, y + _ROW_PX / 2 + _PAD_PX / 2)))
        widest = max(widest, x + wide + _PAD_PX)
        x += wide + _ENTRY_GAP_PX
    height = y + _ROW_PX + _PAD_PX if used else 0.0
    return Legend(Extent(widest, height), tuple(entries))


def legend_group(legend: Legend, left: float, top: float) -> Group:
    """Draw a legend with its corner at ``(left, top)``."""
    shapes: list[Shape] = [Rectangle(Box(left, top, *legend.extent), 9.0, "", "frame", 1.0)]
    for what, name, place in legend.entries:
        x, y = left + place.x, top + place.y
        shapes.extend(_sign(what, name, x, y))
        words = _words(what, name)
        at = Point(x + _SIGN_PX + _SIGN_GAP_PX, y + _SIZE_PX * 0.35)
        shapes.append(Text(at, words, _SIZE_PX, "muted"))
    return Group("legend", tuple(shapes))


def _used(picture: GraphPicture) -> list[tuple[str, str, str]]:
    """Return (what, name, words) of everything used, in the order of the style's tables."""
    families = {family_of(node.family).name for node in picture.nodes}
    kinds = {edge_style_of(edge.kind).kind for edge in picture.edges}
    marks = {node.severity for node in picture.nodes}
    used = [("family", name) for name in FAMILIES if name in families]
    used += [("edge", kind) for kind in EDGE_STYLES if kind in kinds]
    used += [("mark", severity) for severity in ("error", "warning") if severity in marks]
    return [(what, name, _words(what, name)) for what, name in used]


def _words(what: str, name: str) -> str:
    """Return the words beside a sign."""
    if what == "family":
        return FAMILIES[name].words
    return EDGE_STYLES[name].words if what == "edge" else name


def _sign(what: str, name: str, x: float, y: float) -> list[Shape]:
    """Draw the sign of an entry, ``_SIGN_PX`` wide, around the line at ``y``."""
    middle = Point(x + _SIGN_PX / 2, y)
    if what == "family":
        family = FAMILIES[name]
        box = Box(x, y - _SIGN_HALF_PX, _SIGN_PX, 2 * _SIGN_HALF_PX)
        colour = "strong-ink" if family.is_strong else name
        return [*outline_shapes(family, box), *icon_lines(family, middle, colour)]
    if what == "mark":
        return problem_mark(name, middle)
    end = Point(x + _SIGN_PX, y)
    points = (Point(x, y), Point(x + 12.0, y), Point(x + 24.0, y), end)
    return line_shapes(EdgePicture("", "", "", name), Route(points, Box(x, y, 0.0, 0.0)))
