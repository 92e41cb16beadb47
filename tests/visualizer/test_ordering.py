"""Crossings are counted and taken out."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_visualizer.geometry import Extent
from dtl_visualizer.layered.layers import Layered, build_layers
from dtl_visualizer.layered.ordering import reduce_crossings
from dtl_visualizer.layered.ranks import acyclic, assign_ranks

NODE = Extent(100.0, 40.0)
LABEL = Extent(50.0, 20.0)


def layered(count: int, arcs: list[tuple[int, int]]) -> Layered:
    ranks = assign_ranks(count, arcs)
    return build_layers([NODE] * count, arcs, [LABEL] * len(arcs), ranks)


def crossings(graph: Layered, layers: list[list[int]] | tuple[tuple[int, ...], ...]) -> int:
    place = {vertex: number for layer in layers for number, vertex in enumerate(layer)}
    total = 0
    for layer in layers:
        ends = [(place[v], place[child]) for v in layer for child in graph.below[v]]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))
    return total


def test_crossed_pairs_are_uncrossed() -> None:
    graph = layered(6, [(0, 2), (1, 3), (0, 4), (2, 5), (3, 5), (4, 5)])
    assert crossings(graph, reduce_crossings(graph)) == 0


def test_the_order_of_the_document_stays_where_it_is_as_good() -> None:
    graph = layered(4, [(0, 1), (0, 2), (0, 3)])
    assert reduce_crossings(graph) == [[0], [4, 5, 6], [1, 2, 3]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=18))
def test_never_more_crossings_and_the_same_vertices(pairs: list[tuple[int, int]]) -> None:
    arcs = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    graph = layered(10, arcs)
    layers = reduce_crossings(graph)
    assert [sorted(layer) for layer in layers] == [sorted(layer) for layer in graph.layers]
    assert crossings(graph, layers) <= crossings(graph, graph.layers)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_cycles_are_opened_and_ranks_go_down(pairs: list[tuple[int, int]]) -> None:
    arcs = [pair for pair in pairs if pair[0] != pair[1]]
    opened = acyclic(8, arcs)
    assert all(new in (old, old[::-1]) for new, old in zip(opened, arcs, strict=True))
    ranks = assign_ranks(8, opened)
    assert min(ranks) == 0
    assert all(ranks[tail] < ranks[head] for tail, head in opened)


def test_an_acyclic_graph_stays_as_it_is() -> None:
    arcs = [(3, 1), (1, 2), (3, 2), (0, 3)]
    assert acyclic(4, arcs) == arcs
