"""The order within each layer, chosen so that few edges cross.

Source: E. R. Gansner, E. Koutsofios, S. C. North, K.-P. Vo, "A technique for drawing directed
graphs", 1993 (weighted medians and transpositions); crossings are counted as W. Barth,
M. Jünger and P. Mutzel do, "Simple and efficient bilayer cross counting", 2002.
"""

from __future__ import annotations

import itertools
import random
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

from dtl_visualizer.layered.layers import Layered, depth_first

Layers = list[list[int]]
_Neighbours = Sequence[Sequence[int]]

_SWEEPS = 24
_STARTS = 32
_EFFORT = 200_000
"""Vertices visited over all sweeps; a large graph gets fewer starts and sweeps."""
_LARGEST_TO_TRANSPOSE = 2_500


def reduce_crossings(graph: Layered) -> Layers:
    """Return the layers of ``graph``, each in an order with few crossings.

    The search starts from the order of the document and then from partly shuffled ones, the
    same on every call. Of equally good orders the one nearest to the document wins: ``true``
    stands left of ``false`` wherever that costs no crossing.
    """
    count = max(1, len(graph.extents))
    sweeps = max(4, min(_SWEEPS, _EFFORT // count))
    starts = max(1, min(_STARTS, _EFFORT // (count * sweeps)))
    rank = [0] * len(graph.extents)
    for layer in graph.layers:
        _number(layer, rank)
    best, crossings = _sweep(graph, graph.layers, sweeps)
    least = crossings, _inversions(best, rank)
    for seed in range(1, starts):
        if least == (0, 0):
            break
        layers, crossings = _sweep(graph, _shuffled(graph, seed), sweeps)
        cost = crossings, _inversions(layers, rank)
        if cost < least:
            best, least = layers, cost
    return best


def _inversions(layers: Sequence[Sequence[int]], rank: Sequence[int]) -> int:
    """Count the pairs in one layer that stand the other way round than their ``rank``."""
    total = 0
    for layer in layers:
        seen: list[int] = []
        for vertex in layer:
            total += len(seen) - bisect_right(seen, rank[vertex])
            insort(seen, rank[vertex])
    return total


def _shuffled(graph: Layered, seed: int) -> Layers:
    """Return layers in the order of a search that shuffles what is below half the vertices."""
    rng = random.Random(seed)
    layer_of = {vertex: number for number, layer in enumerate(graph.layers) for vertex in layer}
    below = [
        rng.sample(children, len(children)) if rng.random() < 0.5 else children
        for children in graph.below
    ]
    layers: Layers = [[] for _ in graph.layers]
    for vertex in depth_first(graph.above, below):
        layers[layer_of[vertex]].append(vertex)
    return layers


def _sweep(graph: Layered, start: Sequence[Sequence[int]], sweeps: int) -> tuple[Layers, int]:
    """Sweep down and up; return the best order that was seen and its number of crossings."""
    layers = [list(layer) for layer in start]
    place = [0] * len(graph.extents)
    for layer in layers:
        _number(layer, place)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, graph.below, place)
    for sweep in range(sweeps):
        if not fewest:
            break
        downwards = sweep % 2 == 0
        neighbours = graph.above if downwards else graph.below
        for layer in layers if downwards else reversed(layers):
            _sort_by_median(layer, neighbours, place, turn_ties=sweep % 4 >= 2)
        if len(place) <= _LARGEST_TO_TRANSPOSE:
            _transpose(layers, graph, place)
        crossings = _crossings(layers, graph.below, place)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best, fewest


def _number(layer: Sequence[int], place: list[int]) -> None:
    """Write the position of each vertex of ``layer`` to ``place``."""
    for position, vertex in enumerate(layer):
        place[vertex] = position


def _sort_by_median(
    layer: list[int], neighbours: _Neighbours, place: list[int], *, turn_ties: bool
) -> None:
    """Sort ``layer`` by the medians of its neighbours; vertices without any keep their place.

    ``turn_ties`` turns round the order of equal medians, which leads out of many dead ends.
    """
    medians = [_median(sorted(place[other] for other in neighbours[vertex])) for vertex in layer]
    movable = sorted(
        (median, -position if turn_ties else position)
        for position, median in enumerate(medians)
        if median is not None
    )
    following = iter([layer[abs(position)] for _, position in movable])
    layer[:] = [
        vertex if median is None else next(following)
        for vertex, median in zip(layer, medians, strict=True)
    ]
    _number(layer, place)


def _median(places: Sequence[int]) -> float | None:
    """Return the weighted median of sorted ``places``, or ``None`` for none."""
    if not places:
        return None
    middle = len(places) // 2
    if len(places) % 2:
        return float(places[middle])
    if len(places) == 2:
        return (places[0] + places[1]) / 2
    left = places[middle - 1] - places[0]
    right = places[-1] - places[middle]
    if left + right == 0:
        return float(places[middle])
    return (places[middle - 1] * right + places[middle] * left) / (left + right)


def _transpose(layers: Layers, graph: Layered, place: list[int]) -> None:
    """Swap neighbours in a layer for as long as that removes crossings."""
    improved, rounds = True, 0
    while improved and rounds < 4:
        improved, rounds = False, rounds + 1
        for layer in layers:
            for position in range(len(layer) - 1):
                left, right = layer[position], layer[position + 1]
                gain = 0
                for neighbours in (graph.above, graph.below):
                    ours = sorted(place[other] for other in neighbours[left])
                    theirs = sorted(place[other] for other in neighbours[right])
                    gain += sum(len(ours) - bisect_right(ours, other) for other in theirs)
                    gain -= sum(bisect_left(ours, other) for other in theirs)
                if gain > 0:
                    layer[position], layer[position + 1] = right, left
                    place[left], place[right] = position + 1, position
                    improved = True


def _crossings(layers: Layers, below: _Neighbours, place: Sequence[int]) -> int:
    """Count the crossings of all edges between neighbouring layers."""
    total = 0
    for upper, lower in itertools.pairwise(layers):
        ends = [end for vertex in upper for end in sorted(place[child] for child in below[vertex])]
        tree = [0] * (len(lower) + 1)
        for seen, end in enumerate(ends):
            node, not_right = end + 1, 0
            while node:
                not_right += tree[node]
                node &= node - 1
            total += seen - not_right
            node = end + 1
            while node <= len(lower):
                tree[node] += 1
                node += node & -node
    return total
