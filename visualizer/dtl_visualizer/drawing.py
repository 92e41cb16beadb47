"""A picture and its layout, put together to a drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from dtl_visualizer.edges import edge_group, label_group, measure_label
from dtl_visualizer.geometry import Extent, Layout, Point
from dtl_visualizer.legend import legend_group, measure_legend
from dtl_visualizer.nodes import measure_node, node_group
from dtl_visualizer.picture import GraphPicture
from dtl_visualizer.shapes import Drawing, Shape, Text
from dtl_visualizer.style import NODE_TITLE_PX, TITLE_PX, family_of
from dtl_visualizer.text import clean, shorten

LayoutEngine = Callable[
    [Sequence[Extent], Sequence[tuple[int, int]], Sequence[Extent]],
    Layout,
]
"""(sizes of nodes, edges as indices, sizes of labels) -> places."""

_MARGIN_PX = 28.0
_LEAST_WIDTH_PX = 420.0
_HEADER_PX = 40.0
_LEGEND_GAP_PX = 32.0


def draw(picture: GraphPicture, engine: LayoutEngine) -> Drawing:
    """Lay a picture out with ``engine`` and draw it: title, edges, nodes, labels, legend."""
    arcs = picture.arcs()
    leaving, arriving = Counter(tail for tail, _ in arcs), Counter(head for _, head in arcs)
    faces = [
        measure_node(node, max(leaving[number], arriving[number]))
        for number, node in enumerate(picture.nodes)
    ]
    labels = [measure_label(edge) for edge in picture.edges]
    layout = engine([face.extent for face in faces], arcs, [label.extent for label in labels])
    inner = max(layout.width, _LEAST_WIDTH_PX)
    legend = measure_legend(picture, inner)
    header = _HEADER_PX if picture.title else 0.0
    dx, dy = _MARGIN_PX + (inner - layout.width) / 2, _MARGIN_PX + header
    shapes: list[Shape] = []
    if picture.title:
        title = shorten(clean(picture.title), inner, TITLE_PX, bold=True)
        place = Point(_MARGIN_PX, _MARGIN_PX + TITLE_PX)
        shapes.append(Text(place, title, TITLE_PX, "ink", bold=True))
    routes = [route.moved(dx, dy) for route in layout.routes]
    shapes += map(edge_group, picture.edges, routes)
    shapes += [
        label_group(edge, label, route.label)
        for edge, label, route in zip(picture.edges, labels, routes, strict=True)
        if label.rows
    ]
    shapes += [
        node_group(node, face, box.moved(dx, dy))
        for node, face, box in zip(picture.nodes, faces, layout.boxes, strict=True)
    ]
    height = dy + layout.height
    if not picture.nodes:
        place = Point(_MARGIN_PX + inner / 2, dy + NODE_TITLE_PX)
        shapes.append(Text(place, "no layers", NODE_TITLE_PX, "muted", anchor="middle"))
        height += 2 * NODE_TITLE_PX
    if legend.entries:
        shapes.append(legend_group(legend, _MARGIN_PX, height + _LEGEND_GAP_PX))
        height += _LEGEND_GAP_PX + legend.extent.height
    return Drawing(
        width=inner + 2 * _MARGIN_PX,
        height=height + _MARGIN_PX,
        title=clean(picture.title) or "dataflow graph",
        description=_description(picture),
        shapes=tuple(shapes),
    )


def _description(picture: GraphPicture) -> str:
    """Say in words what the drawing shows."""
    families = Counter(family_of(node.family).words for node in picture.nodes)
    parts = ", ".join(f"{count} {words}" for words, count in families.items())
    problems = sum(bool(node.severity) for node in picture.nodes)
    text = f"A dataflow graph of {len(picture.nodes)} layers and {len(picture.edges)} edges"
    text += f": {parts}." if parts else "."
    return text + (f" {problems} of them marked with problems." if problems else "")
