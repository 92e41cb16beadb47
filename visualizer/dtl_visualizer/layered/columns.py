"""The x of every vertex: four extreme placements and the middle of them.

Source: U. Brandes and B. Köpf, "Fast and simple horizontal coordinate assignment", 2001. Its
compaction is replaced by longest paths between blocks, which cannot let vertices overlap.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dtl_visualizer.layered.layers import Layered

_Layers = Sequence[Sequence[int]]


def assign_columns(graph: Layered, layers: _Layers) -> list[float]:
    """Return the x of the middle of every vertex, in pixels.

    Neighbours in a layer keep at least half their widths and half their gaps apart. Long edges
    come out straight, and a chain of nodes in one column.

    Args:
        graph: what is placed.
        layers: its layers, in their final order.
    """
    place = [0] * len(graph.extents)
    for layer in layers:
        for position, vertex in enumerate(layer):
            place[vertex] = position
    conflicts = _conflicts(graph, layers, place)
    results: list[list[float]] = []
    for upwards in (False, True):
        rows = [list(row) for row in (reversed(layers) if upwards else layers)]
        neighbours = graph.below if upwards else graph.above
        for mirrored in (False, True):
            turned = [row[::-1] for row in rows] if mirrored else rows
            spot = [-position for position in place] if mirrored else place
            roots = _align(turned, neighbours, spot, conflicts)
            xs = _compact(graph, turned, roots)
            results.append([-x for x in xs] if mirrored else xs)
    return _middle(graph, results)


def _conflicts(graph: Layered, layers: _Layers, place: Sequence[int]) -> set[tuple[int, int]]:
    """Return the (upper, lower) pairs that cross a piece of a long edge and so give way."""
    conflicts: set[tuple[int, int]] = set()
    for upper, lower in itertools.pairwise(layers):
        start, scanned = 0, 0
        for position, vertex in enumerate(lower):
            parents = graph.above[vertex]
            inner = graph.is_bend[vertex] and graph.is_bend[parents[0]]
            if not inner and position < len(lower) - 1:
                continue
            end = place[parents[0]] if inner else len(upper)
            for other in lower[scanned : position + 1]:
                for parent in graph.above[other]:
                    outside = place[parent] < start or place[parent] > end
                    if outside and not (graph.is_bend[parent] and graph.is_bend[other]):
                        conflicts.add((parent, other))
            scanned, start = position + 1, end
    return conflicts


def _align(
    rows: _Layers,
    neighbours: Sequence[Sequence[int]],
    spot: Sequence[int],
    conflicts: set[tuple[int, int]],
) -> list[int]:
    """Return the root of the block of every vertex; the vertices of a block share one x."""
    roots = list(range(len(spot)))
    for row in rows:
        limit: float = float("-inf")
        for vertex in row:
            others = sorted(neighbours[vertex], key=lambda other: spot[other])
            if not others:
                continue
            middle = len(others) - 1
            for other in others[middle // 2 : (middle + 1) // 2 + 1]:
                crossed = (other, vertex) in conflicts or (vertex, other) in conflicts
                if spot[other] > limit and not crossed:
                    roots[vertex] = roots[other]
                    limit = spot[other]
                    break
    return roots


def _compact(graph: Layered, rows: _Layers, roots: Sequence[int]) -> list[float]:
    """Return the x of every vertex: blocks as far left as they go, then back to the right."""
    count = len(roots)
    room: list[dict[int, float]] = [{} for _ in range(count)]
    waiting = [0] * count
    for row in rows:
        for left, right in itertools.pairwise(row):
            here, there = roots[left], roots[right]
            distance = (graph.extents[left].width + graph.extents[right].width) / 2
            distance += (graph.gaps[left] + graph.gaps[right]) / 2
            if there not in room[here]:
                waiting[there] += 1
            room[here][there] = max(room[here].get(there, 0.0), distance)
    order = [vertex for vertex in range(count) if roots[vertex] == vertex and not waiting[vertex]]
    xs = [0.0] * count
    for block in order:
        for other, distance in room[block].items():
            xs[other] = max(xs[other], xs[block] + distance)
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    for block in reversed(order):
        if room[block]:
            xs[block] = min(xs[other] - distance for other, distance in room[block].items())
    return [xs[roots[vertex]] for vertex in range(count)]


def _middle(graph: Layered, results: Sequence[list[float]]) -> list[float]:
    """Return for each vertex the mean of the two middle results, aligned at the narrowest one.

    Order statistics keep the distances that all four results keep.
    """
    halves = [extent.width / 2 for extent in graph.extents]
    lows = [min(x - half for x, half in zip(xs, halves, strict=True)) for xs in results]
    highs = [max(x + half for x, half in zip(xs, halves, strict=True)) for xs in results]
    narrowest = min(range(len(results)), key=lambda number: highs[number] - lows[number])
    shifts = [
        highs[narrowest] - highs[number] if number % 2 else lows[narrowest] - lows[number]
        for number in range(len(results))
    ]
    columns = []
    for values in zip(*results, strict=True):
        ordered = sorted(value + shift for value, shift in zip(values, shifts, strict=True))
        columns.append((ordered[1] + ordered[2]) / 2)
    return columns
