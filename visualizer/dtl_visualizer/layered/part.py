"""The layout of one connected part of a graph, cycles and loops included."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_visualizer.geometry import Box, Extent, Layout, Point, Route
from dtl_visualizer.layered.columns import assign_columns
from dtl_visualizer.layered.layers import build_layers
from dtl_visualizer.layered.ordering import reduce_crossings
from dtl_visualizer.layered.ranks import Arc, acyclic, assign_ranks
from dtl_visualizer.layered.routes import route_edges, stack_layers, vertex_box

_LOOP_PX = 26.0


def layout_part(nodes: Sequence[Extent], arcs: Sequence[Arc], labels: Sequence[Extent]) -> Layout:
    """Place the nodes, labels and edges of one connected part, its corner at ``(0, 0)``.

    Args:
        nodes: size of each node in pixels; at least one.
        arcs: (source, target) of each edge as indices of ``nodes``.
        labels: size of the label of each edge; of no width where it has none.
    """
    plain = [number for number, (tail, head) in enumerate(arcs) if tail != head]
    loops = [number for number, (tail, head) in enumerate(arcs) if tail == head]
    directed = [arcs[number] for number in plain]
    downward = acyclic(len(nodes), directed)
    graph = build_layers(
        _rooms(nodes, [(arcs[number][0], labels[number]) for number in loops]),
        downward,
        [labels[number] for number in plain],
        assign_ranks(len(nodes), downward),
    )
    layers = reduce_crossings(graph)
    xs = assign_columns(graph, layers)
    left = min(x - extent.width / 2 for x, extent in zip(xs, graph.extents, strict=True))
    xs = [x - left for x in xs]
    bands = stack_layers(graph, layers, xs)
    rooms = [vertex_box(graph, bands, xs, vertex) for vertex in range(len(graph.extents))]
    boxes = [_centred(room, extent) for room, extent in zip(rooms, nodes, strict=False)]
    curves = route_edges(graph, bands, xs, boxes)
    routes: dict[int, Route] = {}
    for position, number in enumerate(plain):
        kept = downward[position] == directed[position]
        label = _centred(rooms[graph.label_of[position]], labels[number])
        routes[number] = Route(curves[position] if kept else curves[position][::-1], label)
    reached = [0.0] * len(nodes)
    for number in loops:
        node = arcs[number][0]
        reached[node] += _LOOP_PX
        routes[number] = _loop(boxes[node], reached[node], labels[number])
        reached[node] += labels[number].width
    return Layout(
        width=max(room.right for room in rooms),
        height=bands.bottoms[-1],
        boxes=tuple(boxes),
        routes=tuple(routes[number] for number in range(len(arcs))),
    )


def _rooms(nodes: Sequence[Extent], loops: Sequence[tuple[int, Extent]]) -> list[Extent]:
    """Return the sizes of the nodes with the space for their loops.

    A loop hangs on the right side; the node stays in the middle, so the left gets as much.
    """
    rooms = list(nodes)
    for node, label in loops:
        width = rooms[node].width + 2 * (_LOOP_PX + label.width)
        rooms[node] = Extent(width, max(rooms[node].height, label.height))
    return rooms


def _centred(room: Box, extent: Extent) -> Box:
    """Return the box of a size in the middle of ``room``."""
    x, y = room.centre
    return Box(x - extent.width / 2, y - extent.height / 2, *extent)


def _loop(box: Box, reach: float, label: Extent) -> Route:
    """Return the way of an edge from a node to itself, ``reach`` pixels to its right."""
    leave, back = box.top + box.height * 0.75, box.top + box.height * 0.25
    far, middle = box.right + reach, box.centre.y
    points = (
        Point(box.right, leave),
        Point(box.right + reach * 0.6, leave),
        Point(far, leave),
        Point(far, middle),
        Point(far, back),
        Point(box.right + reach * 0.6, back),
        Point(box.right, back),
    )
    return Route(points, Box(far, middle - label.height / 2, *label))
