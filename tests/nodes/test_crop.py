from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)
from dtl_engine.node.count import Count
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.crop import Crop
from tests.fixtures.nodes import make, refuses, run, shapes_of, size_of, with_shapes


def cut(*shapes: Shape, **sides: str) -> list[Shape]:
    (result,) = run(Crop, {"sides": sides}, with_shapes((10, 8), *shapes))
    return shapes_of(result)


def corners(polygon: Any) -> set[tuple[float, float]]:
    return {(x, y) for x, y in polygon.exterior.tolist()}


def test_new_size() -> None:
    (result,) = run(Crop, {"sides": {"left": "4px"}}, make_sample(10, 8))
    assert size_of(result) == (Size(6, 8), Size(6, 8))
    assert (result.image.pixels() == make_sample(10, 8).image.pixels()[:, 4:]).all()


@pytest.mark.parametrize(
    ("before", "after"),
    [((2, 1, 6, 5), [(0, 1, 2, 5)]), ((0, 0, 4, 4), []), ((0, 0, 5, 4), [(0, 0, 1, 4)]),
     ((1.5, 1.25, 6.5, 2.5), [(0, 1.25, 2.5, 2.5)])],
)  # fmt: skip
def test_rectangles(before: tuple[float, ...], after: list[tuple[float, ...]]) -> None:
    assert cut(Rectangle(*before), left="4px") == [Rectangle(*box) for box in after]


def test_polygon_with_a_hole_opens_into_a_notch() -> None:
    hole = [(2, 2), (6, 2), (6, 4), (2, 4)]
    (piece,) = cut(Polygon([(0, 0), (8, 0), (8, 6), (0, 6)], [hole]), left="4px")
    assert isinstance(piece, Polygon)
    assert not piece.holes
    assert corners(piece) == {(0, 0), (4, 0), (4, 6), (0, 6), (0, 4), (2, 4), (2, 2), (0, 2)}
    assert len(piece.exterior) == 8, "the first vertex is not repeated"


def test_polygon_falls_into_pieces() -> None:
    letter_c = [(0, 0), (10, 0), (10, 2), (2, 2), (2, 4), (10, 4), (10, 6), (0, 6)]
    upper, lower = cut(Polygon(letter_c), left="4px")
    assert corners(upper) == {(0, 0), (6, 0), (6, 2), (0, 2)}
    assert corners(lower) == {(0, 4), (6, 4), (6, 6), (0, 6)}


def test_pieces_keep_what_the_object_had() -> None:
    letter_c = [(0, 0), (10, 0), (10, 2), (2, 2), (2, 4), (10, 4), (10, 6), (0, 6)]
    source = conformance_samples()[0].instances[0].with_shape(Polygon(letter_c))
    (result,) = run(Crop, {"sides": {"left": "4px"}}, make_sample(10, 8, [source]))
    assert len(result.instances) == 2
    for piece in result.instances:
        assert piece.with_shape(source.shape) == source


def test_lines() -> None:
    assert cut(Polyline([(0, 3), (9, 3)]), left="4px") == [Polyline([(0, 3), (5, 3)])]
    bracket = Polyline([(0, 1), (9, 1), (9, 5), (0, 5)])
    assert cut(bracket, left="4px", right="4px") == [
        Polyline([(0, 1), (2, 1)]),
        Polyline([(2, 5), (0, 5)]),
    ]


def test_points() -> None:
    assert cut(Point(3, 2), Point(4, 2), Point(10, 8), left="4px") == [Point(0, 2), Point(6, 8)]


def test_bitmap() -> None:
    mask = Mask.tight(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], bool), 2, 2)
    assert mask is not None
    assert cut(mask, left="4px") == [Mask.tight(np.array([[1], [1]], bool), 0, 3)]


def test_graph_loses_the_nodes_outside() -> None:
    hand = Keypoints((Node("w", 1, 2), Node("t", 6, 4)))
    assert cut(hand, left="4px") == [Keypoints((Node("t", 2, 4),))]


@pytest.mark.parametrize(
    ("sides", "size"),
    [(dict.fromkeys(("left", "top", "right", "bottom"), "33%"), (4, 4)),
     ({"left": "12.5%"}, (9, 8)), ({"left": "3px", "bottom": "50%"}, (7, 4))],
)  # fmt: skip
def test_sizes(sides: dict[str, str], size: tuple[int, int]) -> None:
    (result,) = run(Crop, {"sides": sides}, make_sample(10, 8))
    assert size_of(result) == (Size(*size), Size(*size))


@pytest.mark.parametrize(
    "sides", [{"left": "50%", "right": "50%"}, {"top": "8px"}, {"top": "99px"}]
)
def test_nothing_left_is_no_output(sides: dict[str, str]) -> None:
    assert run(Crop, {"sides": sides}, make_sample(10, 8)) == []


def test_no_sides_is_identity() -> None:
    for sample in conformance_samples():
        (result,) = run(Crop, {"sides": {}}, sample)
        assert_same_sample(result, sample)


def part(width: Any, height: Any = None, **more: Any) -> dict[str, Any]:
    def percent(pair: tuple[float, float]) -> dict[str, float]:
        return {"min_percent": pair[0], "max_percent": pair[1]}

    return {"random_part": {"width": percent(width), "height": percent(height or width), **more}}


def left_top(sample: Sample) -> tuple[int, int]:
    """Return where a crop of ``picture`` lay: its pixels tell."""
    column, row, _ = sample.image.pixels()[0, 0]
    return int(column), int(row)


def test_the_whole_at_random_is_identity() -> None:
    for sample in conformance_samples():
        (result,) = run(Crop, part((100, 100)), sample)
        assert_same_sample(result, sample)


def test_no_part_is_no_output() -> None:
    assert run(Crop, part((0, 0), (50, 50)), make_sample(10, 8)) == []


def test_fixed_percent_fixes_the_size() -> None:
    for seed in range(20):
        (result,) = run(Crop, part((37, 37), (55, 55)), make_sample(10, 9), seed=seed)
        assert result.size == (3, 4)


def test_windows_lie_inside_and_reach_every_place() -> None:
    places = set()
    for seed in range(300):
        (result,) = run(Crop, part((50, 50)), make_sample(6, 4), seed=seed)
        assert result.size == (3, 2)
        places.add(left_top(result))
    assert places == {(x, y) for x in range(4) for y in range(3)}


def test_sizes_span_the_range() -> None:
    sizes = [
        result.size
        for seed in range(300)
        for result in run(Crop, part((30, 60), (50, 90)), make_sample(100, 10), seed=seed)
    ]
    assert {size.width for size in sizes} == set(range(30, 60))
    assert {size.height for size in sizes} == {5, 6, 7, 8}


def test_kept_ratio_draws_one_percentage() -> None:
    for seed in range(50):
        settings = part((20, 90), keep_aspect_ratio=True)
        (result,) = run(Crop, settings, make_sample(100, 100), seed=seed)
        assert result.size.width == result.size.height


def test_each_copy_gets_its_own_draw() -> None:
    sample = make_sample(40, 40)
    copies = [sample.derived(f"copies.{number}") for number in range(5)]
    places = {left_top(run(Crop, part((50, 50)), copy)[0]) for copy in copies}
    assert len(places) > 1


@pytest.mark.parametrize(
    ("settings", "counts"),
    [({"sides": {}}, (3, 3)), ({"sides": {"left": "0px"}}, (3, 3)),
     ({"sides": {"left": "1px"}}, (0, 3)), (part((100, 100)), (3, 3)),
     (part((0, 100)), (0, 3))],
)  # fmt: skip
def test_counts(settings: dict[str, Any], counts: tuple[int, int]) -> None:
    node = make(Crop, settings)
    (count,) = node.infer_counts(node.settings, Count(3))
    assert (count.low, count.high) == counts


@pytest.mark.parametrize(
    "settings",
    [{}, {"sides": {}, **part((1, 2))}, {"sides": {"left": "1.5px"}}, {"sides": {"lfet": "1px"}},
     {"sides": []}, part((60, 50)), part((-1, 50)), part((1, 101)), part(("1", 2)),
     {"random_part": {"width": {"min_percent": 1, "max_percent": 2}}},
     {"random_part": {"width": {"min_percent": 1}, "height": {"max_percent": 2}}},
     part((1, 2), (1, 3), keep_aspect_ratio=True), part((1, 2), keep_aspect_ratio=1),
     part((1, 2), keep=True)],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Crop, settings)
