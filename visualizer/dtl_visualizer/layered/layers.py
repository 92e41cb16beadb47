"""The graph that is laid out: nodes, labels and bends of long edges, all in layers.

Nodes take the even layers and labels the odd ones, so that a label cannot meet a node; every
further layer that an edge crosses gets a bend, which keeps a column free for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dtl_visualizer.geometry import Extent
from dtl_visualizer.layered.ranks import Arc

NODE_GAP_PX = 38.0
LABEL_GAP_PX = 22.0
BEND_GAP_PX = 16.0
BEND_WIDTH_PX = 8.0


@dataclass(frozen=True, slots=True)
class Layered:
    """Vertices in layers; vertices below the number of nodes are the nodes themselves.

    ``chains[i]`` are the vertices of edge ``i`` from its upper to its lower node, and
    ``label_of[i]`` the one among them that carries its label. ``gaps`` is the free space in
    pixels that a vertex wants on each side, halved with its neighbour.
    """

    layers: tuple[tuple[int, ...], ...]
    extents: tuple[Extent, ...]
    gaps: tuple[float, ...]
    is_bend: tuple[bool, ...]
    above: tuple[tuple[int, ...], ...]
    below: tuple[tuple[int, ...], ...]
    chains: tuple[tuple[int, ...], ...]
    label_of: tuple[int, ...]


def build_layers(
    nodes: Sequence[Extent], arcs: Sequence[Arc], labels: Sequence[Extent], ranks: Sequence[int]
) -> Layered:
    """Build the layered graph.

    Args:
        nodes: sizes of the nodes.
        arcs: edges, each from a lower to a higher rank.
        labels: size of the label of each edge; of no width where there is none.
        ranks: layer of each node, counted without the layers of the labels.
    """
    depth = 2 * max(ranks, default=0) + 1
    extents, gaps = list(nodes), [NODE_GAP_PX] * len(nodes)
    rank_of = [2 * rank for rank in ranks]
    chains: list[tuple[int, ...]] = []
    label_of: list[int] = []
    label_ranks = _label_ranks(arcs, labels, rank_of, depth)
    for (tail, head), label, label_rank in zip(arcs, labels, label_ranks, strict=True):
        first = len(extents)
        inner = range(rank_of[tail] + 1, rank_of[head])
        for rank in inner:
            carries = rank == label_rank and label.width > 0
            extents.append(label if carries else Extent(BEND_WIDTH_PX, 0.0))
            gaps.append(LABEL_GAP_PX if carries else BEND_GAP_PX)
        rank_of.extend(inner)
        chains.append((tail, *range(first, len(extents)), head))
        label_of.append(first + label_rank - inner.start)
    above: list[list[int]] = [[] for _ in extents]
    below: list[list[int]] = [[] for _ in extents]
    for chain in chains:
        for upper, lower in itertools.pairwise(chain):
            below[upper].append(lower)
            above[lower].append(upper)
    layers: list[list[int]] = [[] for _ in range(depth)]
    for vertex in depth_first(above, below):
        layers[rank_of[vertex]].append(vertex)
    return Layered(
        layers=tuple(map(tuple, layers)),
        extents=tuple(extents),
        gaps=tuple(gaps),
        is_bend=tuple(vertex >= len(nodes) for vertex in range(len(extents))),
        above=tuple(map(tuple, above)),
        below=tuple(map(tuple, below)),
        chains=tuple(chains),
        label_of=tuple(label_of),
    )


def _label_ranks(
    arcs: Sequence[Arc], labels: Sequence[Extent], rank_of: Sequence[int], depth: int
) -> list[int]:
    """Return the odd layer of each label: of those that its edge crosses the emptiest one."""
    load = [0.0] * depth
    chosen = [0] * len(arcs)

    def span(number: int) -> int:
        tail, head = arcs[number]
        return rank_of[head] - rank_of[tail]

    for number in sorted(range(len(arcs)), key=span):
        tail, head = arcs[number]
        candidates = range(rank_of[tail] + 1, rank_of[head], 2)
        chosen[number] = min(candidates, key=lambda rank: load[rank])
        load[chosen[number]] += labels[number].width + LABEL_GAP_PX
    return chosen


def depth_first(above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> list[int]:
    """Return all vertices in the order of a depth-first search from those with none above."""
    seen = [False] * len(above)
    order: list[int] = []
    for root in range(len(above)):
        if above[root]:
            continue
        stack = [root]
        while stack:
            vertex = stack.pop()
            if seen[vertex]:
                continue
            seen[vertex] = True
            order.append(vertex)
            stack.extend(reversed(below[vertex]))
    return order
