"""The layout of Graphviz: ``dot`` says where everything is, and we draw it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dtl_visualizer.geometry import Box, Extent, Layout, Point, Route
from dtl_visualizer.program import run_dot

_POINTS_PER_INCH = 72.0
_HEADER = (
    "digraph { graph [rankdir=TB nodesep=0.42 ranksep=0.36 splines=true outputorder=edgesfirst]"
    ' node [shape=box fixedsize=true label="" margin=0] edge [dir=none label=""]'
)


def dot_layout(
    nodes: Sequence[Extent], arcs: Sequence[tuple[int, int]], labels: Sequence[Extent]
) -> Layout:
    """Place nodes, labels and edges with the ``dot`` program.

    A label is a node of its own in the middle of its edge, so ``dot`` keeps it free too. The
    result depends on nothing but the arguments and the version of Graphviz.

    Args:
        nodes: size of each node in pixels.
        arcs: (source, target) of each edge as indices of ``nodes``.
        labels: size of the label of each edge; of no width where it has none.

    Raises:
        UsageError: the program is not installed, or fails.
    """
    if not nodes:
        return Layout(0.0, 0.0, (), ())
    answer = json.loads(run_dot(_source(nodes, arcs, labels), "json"))
    _, _, width, height = map(float, answer["bb"].split(","))
    places = {thing["name"]: _point(thing["pos"], height) for thing in answer["objects"]}
    names = {thing["_gvid"]: thing["name"] for thing in answer["objects"]}
    pieces = {
        (names[edge["tail"]], names[edge["head"]]): _points(edge, height)
        for edge in answer.get("edges", ())
    }
    routes = []
    for number, (tail, head) in enumerate(arcs):
        label = f"e{number}"
        first, second = pieces[f"n{tail}", label], pieces[label, f"n{head}"]
        # Both pieces end in the middle of the label, which hides a bend there.
        points = (*first[:-1], places[label], *second[1:])
        routes.append(Route(points, _box(places[label], labels[number])))
    boxes = (_box(places[f"n{number}"], extent) for number, extent in enumerate(nodes))
    return Layout(width, height, tuple(boxes), tuple(routes))


def _source(
    nodes: Sequence[Extent], arcs: Sequence[tuple[int, int]], labels: Sequence[Extent]
) -> str:
    """Return the graph of boxes in the DOT language; only numbers go into it."""
    lines = [_HEADER]
    lines += [f"n{number} [{_size(extent)}]" for number, extent in enumerate(nodes)]
    for number, ((tail, head), label) in enumerate(zip(arcs, labels, strict=True)):
        lines.append(f"e{number} [{_size(label)}]")
        lines.append(f"n{tail} -> e{number} [headclip=false weight=2]")
        lines.append(f"e{number} -> n{head} [tailclip=false weight=4]")
    return "\n".join([*lines, "}"])


def _size(extent: Extent) -> str:
    """Return the attributes of a size; pixels become points."""
    width, height = (max(side, 1.0) / _POINTS_PER_INCH for side in extent)
    return f"width={width:.4f} height={height:.4f}"


def _box(centre: Point, extent: Extent) -> Box:
    """Return the box of a size around ``centre``."""
    return Box(centre.x - extent.width / 2, centre.y - extent.height / 2, *extent)


def _points(edge: dict[str, Any], height: float) -> tuple[Point, ...]:
    """Return the Bézier points of an edge of the answer."""
    return tuple(_point(pair, height) for pair in edge["pos"].split())


def _point(pair: str, height: float) -> Point:
    """Read ``x,y``; the y of Graphviz runs up."""
    x, y = map(float, pair.split(","))
    return Point(x, height - y)
