"""The y of the layers and the curves of the edges.

Inside a layer an edge runs straight down in its own column, and it moves sideways only in the
free space between two layers. So it cannot touch a box that is not its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dtl_visualizer.geometry import Box, Point
from dtl_visualizer.layered.layers import Layered

_LAYER_GAP_PX = 24.0
_MOST_EXTRA_PX = 80.0
_END_INSET_PX = 12.0
_END_GAP_PX = 18.0
_STRAIGHT_PX = 0.5


@dataclass(frozen=True, slots=True)
class Bands:
    """Upper and lower y of each layer in pixels, and the layer of each vertex."""

    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    layer_of: tuple[int, ...]


def stack_layers(graph: Layered, layers: Sequence[Sequence[int]], xs: Sequence[float]) -> Bands:
    """Put the layers below each other, farther apart where edges go far sideways."""
    layer_of = [0] * len(xs)
    tops, bottoms, y = [], [], 0.0
    for number, layer in enumerate(layers):
        far = 0.0
        for vertex in layer:
            layer_of[vertex] = number
            far = max(far, *(abs(xs[vertex] - xs[other]) for other in graph.above[vertex]), 0.0)
        if number:
            y += _LAYER_GAP_PX + min(_MOST_EXTRA_PX, far * 0.16)
        tops.append(y)
        y += max(graph.extents[vertex].height for vertex in layer)
        bottoms.append(y)
    return Bands(tuple(tops), tuple(bottoms), tuple(layer_of))


def vertex_box(graph: Layered, bands: Bands, xs: Sequence[float], vertex: int) -> Box:
    """Return the box of a vertex, in the middle of the height of its layer."""
    width, height = graph.extents[vertex]
    layer = bands.layer_of[vertex]
    middle = (bands.tops[layer] + bands.bottoms[layer]) / 2
    return Box(xs[vertex] - width / 2, middle - height / 2, width, height)


def route_edges(
    graph: Layered, bands: Bands, xs: Sequence[float], boxes: Sequence[Box]
) -> list[tuple[Point, ...]]:
    """Return the cubic Bézier points of every edge, from its upper to its lower node.

    Args:
        graph: what was placed.
        bands: where its layers are.
        xs: middle of each vertex.
        boxes: of the nodes; edges start and end at their borders.
    """
    tails: list[list[int]] = [[] for _ in boxes]
    heads: list[list[int]] = [[] for _ in boxes]
    for number, chain in enumerate(graph.chains):
        tails[chain[0]].append(number)
        heads[chain[-1]].append(number)
    starts, ends = [0.0] * len(graph.chains), [0.0] * len(graph.chains)
    for node, box in enumerate(boxes):
        for numbers, result, side in ((tails[node], starts, 1), (heads[node], ends, -2)):
            wanted = sorted((xs[graph.chains[number][side]], number) for number in numbers)
            spread = _spread([x for x, _ in wanted], box)
            for (_, number), x in zip(wanted, spread, strict=True):
                result[number] = x
    return [
        _curve(graph.chains[number], starts[number], ends[number], bands, xs, boxes)
        for number in range(len(graph.chains))
    ]


def _spread(wanted: Sequence[float], box: Box) -> list[float]:
    """Return the sorted ``wanted`` x, brought inside the box and apart from each other."""
    if not wanted:
        return []
    inset = min(_END_INSET_PX, box.width / 2)
    low, high = box.left + inset, box.right - inset
    gap = min(_END_GAP_PX, (high - low) / max(1, len(wanted) - 1))
    places: list[float] = []
    for x in wanted:
        least = places[-1] + gap if places else low
        places.append(max(least, min(high, x)))
    most = high
    for position in range(len(places) - 1, -1, -1):
        places[position] = min(places[position], most)
        most = places[position] - gap
    return places


def _curve(
    chain: Sequence[int],
    start: float,
    end: float,
    bands: Bands,
    xs: Sequence[float],
    boxes: Sequence[Box],
) -> tuple[Point, ...]:
    """Return one edge: straight through layers, bent between them."""
    stops = [Point(start, boxes[chain[0]].bottom)]
    columns = [start, *(xs[vertex] for vertex in chain[1:-1]), end]
    for upper, lower, here, there in zip(chain, chain[1:], columns, columns[1:], strict=False):
        if abs(here - there) > _STRAIGHT_PX:
            stops.append(Point(here, bands.bottoms[bands.layer_of[upper]]))
            stops.append(Point(there, bands.tops[bands.layer_of[lower]]))
    stops.append(Point(end, boxes[chain[-1]].top))
    return tuple(_smooth(stops))


def _smooth(stops: Sequence[Point]) -> Iterable[Point]:
    """Yield a curve through ``stops`` that runs vertically at each of them."""
    yield stops[0]
    for here, there in itertools.pairwise(stops):
        if here == there:
            continue
        reach = (there.y - here.y) * (0.5 if here.x != there.x else 1 / 3)
        yield Point(here.x, here.y + reach)
        yield Point(there.x, there.y - reach)
        yield there
