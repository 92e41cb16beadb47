"""How one node is drawn, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass

from dtl_visualizer.geometry import Box, Extent, Point
from dtl_visualizer.links import safe_href
from dtl_visualizer.picture import NodePicture
from dtl_visualizer.shapes import Group, Polygon, Polyline, Rectangle, Shape, Text
from dtl_visualizer.style import NODE_SUBTITLE_PX, NODE_TITLE_PX, Family, family_of
from dtl_visualizer.text import clean, clean_lines, shorten, text_width

_TEXT_LIMIT_PX = 270.0
_LEAST_WIDTH_PX = 112.0
_MOST_WIDENED_PX = 420.0
_END_PX = 16.0
_ICON_PX = 24.0
_PAD_PX = 12.0
_SPACE_PX = 10.0
_RADIUS_PX = 9.0
_LINE_PX = 1.5
_MARKED_LINE_PX = 2.6
_RING_PX = 3.5


@dataclass(frozen=True, slots=True)
class NodeFace:
    """The texts of a node as they are shown, and its size in pixels."""

    title: str
    subtitle: str
    extent: Extent


def measure_node(node: NodePicture, ends: int = 0) -> NodeFace:
    """Shorten the texts of a node to what fits, and return them with the size of its box.

    Args:
        node: what is shown.
        ends: number of edges at its busier side; many of them widen the box.
    """
    title = shorten(clean(node.title), _TEXT_LIMIT_PX, NODE_TITLE_PX, bold=True)
    subtitle = shorten(clean(node.subtitle), _TEXT_LIMIT_PX, NODE_SUBTITLE_PX)
    texts = max(text_width(title, NODE_TITLE_PX, bold=True), text_width(subtitle, NODE_SUBTITLE_PX))
    width = _PAD_PX + _ICON_PX + _SPACE_PX + texts + _PAD_PX + 4.0
    least = max(_LEAST_WIDTH_PX, min(_MOST_WIDENED_PX, ends * _END_PX))
    return NodeFace(title, subtitle, Extent(max(least, width), 46.0 if subtitle else 40.0))


def node_group(node: NodePicture, face: NodeFace, box: Box) -> Group:
    """Draw a node into ``box``: outline, icon, title, settings and the mark of its problems."""
    family = family_of(node.family)
    icon = Point(box.left + _PAD_PX + _ICON_PX / 2, box.centre.y)
    texts = max(
        text_width(face.title, NODE_TITLE_PX, bold=True),
        text_width(face.subtitle, NODE_SUBTITLE_PX),
    )
    free = box.right - _PAD_PX - (icon.x + _ICON_PX / 2 + _SPACE_PX) - texts
    left = icon.x + _ICON_PX / 2 + _SPACE_PX + max(0.0, free / 2 - 4.0)
    bright = "strong-ink" if family.is_strong else "ink"
    small = "strong-ink" if family.is_strong else "muted"
    baseline = box.centre.y + (-3.0 if face.subtitle else 5.0)
    shapes: list[Shape] = [
        *outline_shapes(family, box, node.severity),
        *icon_shapes(family, icon),
        Text(Point(left, baseline), face.title, NODE_TITLE_PX, bright, bold=True),
    ]
    if face.subtitle:
        place = Point(left, box.centre.y + 13.0)
        shapes.append(Text(place, face.subtitle, NODE_SUBTITLE_PX, small))
    if node.severity:
        shapes.extend(problem_mark(node.severity, Point(box.right - 3.0, box.top + 2.0)))
    return Group("node", tuple(shapes), _tooltip(node), safe_href(node.href))


def outline_shapes(family: Family, box: Box, severity: str = "") -> list[Shape]:
    """Draw the box of a node: round ends for sources, a second line around sinks."""
    radius = box.height / 2 if family.outline == "stadium" else _RADIUS_PX
    fill = family.name if family.is_strong else f"{family.name}-tint"
    shapes: list[Shape] = []
    inner = box
    if family.outline == "double":
        shapes.append(Rectangle(box, radius, "page", family.name, _LINE_PX))
        ring = 2 * _RING_PX
        inner = Box(box.left + _RING_PX, box.top + _RING_PX, box.width - ring, box.height - ring)
        radius -= _RING_PX
    shapes.append(Rectangle(inner, radius, fill, family.name, _LINE_PX))
    if severity:
        whole = box.height / 2 if family.outline == "stadium" else _RADIUS_PX
        shapes.append(Rectangle(box, whole, "", severity, _MARKED_LINE_PX))
    return shapes


def icon_shapes(family: Family, centre: Point) -> list[Shape]:
    """Draw the sign of a family on a disc, so that it can be told apart without colours."""
    disc = Box(centre.x - _ICON_PX / 2, centre.y - _ICON_PX / 2, _ICON_PX, _ICON_PX)
    fill, stroke = ("strong-ink", family.name) if family.is_strong else (family.name, "strong-ink")
    return [Rectangle(disc, _ICON_PX / 2, fill), *icon_lines(family, centre, stroke)]


def icon_lines(family: Family, centre: Point, colour: str) -> list[Shape]:
    """Draw the strokes of the sign of a family."""
    return [
        Polyline(tuple(Point(centre.x + x, centre.y + y) for x, y in stroke), colour, 1.7)
        for stroke in family.icon
    ]


def problem_mark(severity: str, centre: Point) -> list[Shape]:
    """Draw the mark of a node with problems: a cross on a disc, or a triangle to warn."""
    x, y = centre
    if severity == "error":
        return [
            Rectangle(Box(x - 9, y - 9, 18, 18), 9, "error", "page", 1.5),
            Polyline((Point(x - 3.2, y - 3.2), Point(x + 3.2, y + 3.2)), "strong-ink", 2.2),
            Polyline((Point(x - 3.2, y + 3.2), Point(x + 3.2, y - 3.2)), "strong-ink", 2.2),
        ]
    return [
        Polygon((Point(x, y - 12.5), Point(x + 13, y + 9.5), Point(x - 13, y + 9.5)), "page"),
        Polygon((Point(x, y - 10), Point(x + 11, y + 8), Point(x - 11, y + 8)), "warning"),
        Polyline((Point(x, y - 3.5), Point(x, y + 1.5)), "strong-ink", 2.2),
        Polyline((Point(x, y + 5), Point(x, y + 5.1)), "strong-ink", 2.2),
    ]


def _tooltip(node: NodePicture) -> str:
    """Return everything that is known of a node, problems first, in lines."""
    lines = [f"{node.severity}: {clean(problem)}" for problem in node.problems]
    lines += [clean(node.title), clean(node.subtitle), clean_lines(node.tooltip)]
    return "\n".join(line for line in lines if line)
