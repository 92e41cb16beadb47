"""The built-in layout: every connected part of a graph in layers, the parts side by side."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_visualizer.geometry import Box, Extent, Layout, Route
from dtl_visualizer.layered.part import layout_part
from dtl_visualizer.layered.ranks import Arc

_PART_GAP_PX = 56.0
_ASPECT = 1.6


def layered_layout(
    nodes: Sequence[Extent], arcs: Sequence[Arc], labels: Sequence[Extent]
) -> Layout:
    """Place nodes, labels and edges from the top down.

    Nodes and labels never overlap, no edge runs through a box that is not its own, and every
    edge goes down, unless it closes a cycle. The result depends on nothing but the arguments.

    Args:
        nodes: size of each node in pixels.
        arcs: (source, target) of each edge as indices of ``nodes``.
        labels: size of the label of each edge; of no width where it has none.
    """
    boxes: dict[int, Box] = {}
    routes: dict[int, Route] = {}
    part_of = _part_numbers(len(nodes), arcs)
    members: list[list[int]] = [[] for _ in range(max(part_of, default=-1) + 1)]
    edges: list[list[int]] = [[] for _ in members]
    local = [0] * len(nodes)
    for node, part in enumerate(part_of):
        local[node] = len(members[part])
        members[part].append(node)
    for number, (tail, _) in enumerate(arcs):
        edges[part_of[tail]].append(number)
    layouts = [
        layout_part(
            [nodes[node] for node in its_nodes],
            [(local[arcs[number][0]], local[arcs[number][1]]) for number in its_edges],
            [labels[number] for number in its_edges],
        )
        for its_nodes, its_edges in zip(members, edges, strict=True)
    ]
    corners, width, height = _shelves(layouts)
    for part, ((x, y), layout) in enumerate(zip(corners, layouts, strict=True)):
        for node, box in zip(members[part], layout.boxes, strict=True):
            boxes[node] = box.moved(x, y)
        for number, route in zip(edges[part], layout.routes, strict=True):
            routes[number] = route.moved(x, y)
    return Layout(
        width,
        height,
        tuple(boxes[node] for node in range(len(nodes))),
        tuple(routes[number] for number in range(len(arcs))),
    )


def _part_numbers(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Return the number of the connected part of every node; parts count by first nodes."""
    near: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arcs:
        near[tail].append(head)
        near[head].append(tail)
    part_of = [-1] * count
    found = 0
    for root in range(count):
        if part_of[root] >= 0:
            continue
        part_of[root] = found
        reached = [root]
        for node in reached:
            for other in near[node]:
                if part_of[other] < 0:
                    part_of[other] = found
                    reached.append(other)
        found += 1
    return part_of


def _shelves(layouts: Sequence[Layout]) -> tuple[list[tuple[float, float]], float, float]:
    """Return the corner of each part, in rows of about one width, and the whole size."""
    area = sum((part.width + _PART_GAP_PX) * (part.height + _PART_GAP_PX) for part in layouts)
    limit = max([part.width for part in layouts] + [_ASPECT * area**0.5])
    corners: list[tuple[float, float]] = []
    x = y = row_height = width = 0.0
    for part in layouts:
        if x and x + part.width > limit:
            x, y, row_height = 0.0, y + row_height + _PART_GAP_PX, 0.0
        corners.append((x, y))
        width, row_height = max(width, x + part.width), max(row_height, part.height)
        x += part.width + _PART_GAP_PX
    return corners, width, y + row_height
