"""The built-in layout: nothing overlaps, everything goes down, the same every time."""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_visualizer.geometry import Box, Extent, Layout, Point
from dtl_visualizer.layout import layered_layout
from tests.visualizer import pictures

Arcs = list[tuple[int, int]]
NODE = Extent(120.0, 40.0)
LABEL = Extent(60.0, 24.0)


@st.composite
def dags(draw: st.DrawFn) -> tuple[list[Extent], Arcs, list[Extent]]:
    """Random acyclic graphs with parallel edges, several parts and sizes of all kinds."""
    count = draw(st.integers(1, 14))
    arcs: Arcs = []
    if count > 1:
        pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
        chosen = draw(st.lists(pairs, max_size=24))
        names = draw(st.permutations(range(count)))
        arcs = [(names[min(a, b)], names[max(a, b)]) for a, b in chosen if a != b]
    sizes = st.builds(Extent, st.floats(40, 260), st.floats(20, 60))
    labels = st.one_of(
        st.just(Extent(0.0, 0.0)), st.builds(Extent, st.floats(20, 200), st.floats(16, 60))
    )
    nodes = draw(st.lists(sizes, min_size=count, max_size=count))
    return nodes, arcs, draw(st.lists(labels, min_size=len(arcs), max_size=len(arcs)))


def overlap(one: Box, other: Box) -> bool:
    slack = 1e-6
    return (
        one.left < other.right - slack
        and other.left < one.right - slack
        and one.top < other.bottom - slack
        and other.top < one.bottom - slack
    )


def along(points: tuple[Point, ...], steps: int = 8) -> Iterator[Point]:
    for first in range(0, len(points) - 1, 3):
        a, b, c, d = points[first : first + 4]
        for step in range(steps + 1):
            t = step / steps
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
            xs, ys = zip(*(a, b, c, d), strict=True)
            yield Point(
                sum(w * x for w, x in zip(weights, xs, strict=True)),
                sum(w * y for w, y in zip(weights, ys, strict=True)),
            )


def inside(point: Point, box: Box) -> bool:
    slack = 0.01
    return (
        box.left + slack < point.x < box.right - slack
        and box.top + slack < point.y < box.bottom - slack
    )


def check(layout: Layout, arcs: Arcs) -> None:
    labels = [route.label for route in layout.routes if route.label.width]
    things = [*layout.boxes, *labels]
    for number, one in enumerate(things):
        assert one.left >= -1e-6
        assert one.top >= -1e-6
        assert one.right <= layout.width + 1e-6
        assert one.bottom <= layout.height + 1e-6
        for other in things[number + 1 :]:
            assert not overlap(one, other)
    for (tail, head), route in zip(arcs, layout.routes, strict=True):
        upper, lower = layout.boxes[tail], layout.boxes[head]
        assert upper.bottom < lower.top
        start, end = route.points[0], route.points[-1]
        assert math.isclose(start.y, upper.bottom)
        assert upper.left <= start.x <= upper.right
        assert math.isclose(end.y, lower.top)
        assert lower.left <= end.x <= lower.right
        places = list(along(route.points))
        assert all(a.y <= b.y + 1e-6 for a, b in itertools.pairwise(places))
        assert not any(inside(place, box) for place in places for box in layout.boxes)
        foreign = [label for label in labels if label != route.label]
        assert not any(inside(place, box) for place in places for box in foreign)


@settings(max_examples=80, deadline=None)
@given(dags())
def test_random_graphs(graph: tuple[list[Extent], Arcs, list[Extent]]) -> None:
    nodes, arcs, labels = graph
    layout = layered_layout(nodes, arcs, labels)
    check(layout, arcs)
    assert layered_layout(tuple(nodes), tuple(arcs), tuple(labels)) == layout


def test_a_chain_is_a_straight_line() -> None:
    arcs = [(number, number + 1) for number in range(59)]
    layout = layered_layout([NODE] * 60, arcs, [LABEL] * 59)
    assert {box.centre.x for box in layout.boxes} == {60.0}
    assert all({point.x for point in route.points} == {60.0} for route in layout.routes)


def test_an_edge_past_other_nodes_is_straight_between_its_ends() -> None:
    arcs = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
    layout = layered_layout([NODE] * 5, arcs, [LABEL] * 5)
    check(layout, arcs)
    heights = (layout.boxes[1].top, layout.boxes[3].bottom)
    inner = [p.x for p in along(layout.routes[4].points) if heights[0] <= p.y <= heights[1]]
    assert max(inner) - min(inner) < 1e-6


def test_a_source_stands_over_the_middle_of_its_children() -> None:
    arcs = [(0, number) for number in range(1, 31)]
    layout = layered_layout([NODE] * 31, arcs, [LABEL] * 30)
    check(layout, arcs)
    lefts = [box.left for box in layout.boxes[1:]]
    assert lefts == sorted(lefts)
    assert abs(layout.boxes[0].centre.x - layout.width / 2) < 1.0


def test_true_stands_left_of_false_and_no_edge_crosses() -> None:
    picture = pictures.lemon()
    labels = [LABEL] * len(picture.edges)
    layout = layered_layout([NODE] * len(picture.nodes), picture.arcs(), labels)
    check(layout, list(picture.arcs()))
    assert layout.boxes[7].right < layout.boxes[8].left
    assert layout.boxes[7].top == layout.boxes[8].top


def test_a_source_stands_just_above_the_node_that_it_feeds() -> None:
    layout = layered_layout([NODE] * 5, [(0, 1), (1, 2), (2, 3), (4, 3)], [LABEL] * 4)
    assert layout.boxes[4].top == layout.boxes[2].top


def test_cycles_and_loops_are_laid_out() -> None:
    arcs = [(0, 1), (1, 2), (2, 0), (1, 1), (1, 1)]
    layout = layered_layout([NODE] * 3, arcs, [LABEL] * 5)
    tops = [box.top for box in layout.boxes]
    assert tops == sorted(tops)
    back = layout.routes[2].points
    assert back[0].y == layout.boxes[2].top
    assert back[-1].y == layout.boxes[0].bottom
    things = [*layout.boxes, *(route.label for route in layout.routes)]
    assert not any(overlap(a, b) for n, a in enumerate(things) for b in things[n + 1 :])


def test_nothing_and_parts() -> None:
    assert layered_layout([], [], []) == Layout(0.0, 0.0, (), ())
    layout = layered_layout([NODE] * 40, [], [])
    assert len({(box.left, box.top) for box in layout.boxes}) == 40
    assert 0.4 < layout.width / layout.height < 4


def test_a_large_graph_takes_seconds() -> None:
    rng = random.Random(1)
    arcs = []
    for head in rng.choices(range(1, 500), k=700):
        arcs.append((max(0, head - 1 - int(rng.expovariate(1 / 8))), head))
    start = time.process_time()
    layout = layered_layout([NODE] * 500, arcs, [LABEL] * 700)
    assert time.process_time() - start < 20
    assert len(layout.routes) == 700
