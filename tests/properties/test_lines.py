"""Nodes for lines and special figures: what holds whatever the lines and polygons are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec
from dtl_engine.model.shapes import Point, Polygon, Polyline, Rectangle, Shape, ShapeKind
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.contour_sliding_box import ContourSlidingBox
from dtl_nodes.drop_lines_by_length import DropLinesByLength
from dtl_nodes.drop_lines_under_polygon import DropLinesUnderPolygon
from dtl_nodes.find_cracknets import FindCracknets
from dtl_nodes.generate_hints import GenerateHints
from dtl_nodes.kernels.draw import draw_filled
from dtl_nodes.merge_lines import MergeLines
from dtl_nodes.road_lines import RoadLines
from tests.fixtures.nodes import NodeClass, infer, run

WIDTH, HEIGHT = 40, 30
SCHEMA = Schema(
    (
        LabelSpec("line", ShapeKind.LINE, "#FF0000"),
        LabelSpec("area", ShapeKind.POLYGON, "#00FF00"),
    ),
    (TagSpec("a"), TagSpec("b")),
)
# Lines on halves and polygons on whole numbers meet, touch and run along each other often.
HALVES = st.integers(-8, 2 * WIDTH + 8).map(lambda number: number / 2)
WHOLES = st.integers(-4, WIDTH + 4)
LINES = st.lists(st.tuples(HALVES, HALVES), min_size=2, max_size=6).map(Polyline)
RINGS = st.lists(st.tuples(WHOLES, WHOLES), min_size=3, max_size=7)
AREAS = st.builds(Polygon, RINGS, st.lists(RINGS, max_size=1))
TAGS = st.sets(st.sampled_from("ab")).map(lambda names: tuple(map(Tag, sorted(names))))


def instances(label: str, shapes: st.SearchStrategy[Any]) -> st.SearchStrategy[Instance]:
    return st.builds(Instance, st.just(label), shapes, TAGS)


SAMPLES: st.SearchStrategy[Sample] = st.lists(
    st.one_of(instances("line", LINES), instances("area", AREAS)), max_size=8
).map(lambda found: make_sample(WIDTH, HEIGHT, found))


def shapes(sample: Sample, label: str) -> list[Any]:
    return [instance.shape for instance in sample.instances if instance.label == label]


def vertices(sample: Sample) -> set[tuple[float, ...]]:
    return {tuple(point) for line in shapes(sample, "line") for point in line.points.tolist()}


@given(SAMPLES, st.floats(0, 60), st.floats(0, 60), st.booleans())
def test_lines_are_kept_or_dropped_by_length(
    sample: Sample, one: float, other: float, compensate: bool
) -> None:
    bounds = {
        "lines_class": "line",
        "min_length": min(one, other),
        "max_length": max(one, other),
        "resolution_compensation": compensate,
    }
    (kept,) = run(DropLinesByLength, bounds, sample)
    (dropped,) = run(DropLinesByLength, {**bounds, "invert": True}, sample)
    both = [*shapes(kept, "line"), *shapes(dropped, "line")]
    assert len(both) == len(shapes(sample, "line"))
    assert set(both) == set(shapes(sample, "line"))
    assert shapes(kept, "area") == shapes(dropped, "area") == shapes(sample, "area")


@given(SAMPLES)
@settings(max_examples=300)
def test_what_polygons_leave_of_lines_is_the_difference(sample: Sample) -> None:
    names = {"lines_class": "line", "polygons_class": "area"}
    (result,) = run(DropLinesUnderPolygon, names, sample)
    areas = [whole(area) for area in shapes(sample, "area")]
    cover = shapely.union_all(areas)
    given_lines = [shapely.LineString(line.points) for line in shapes(sample, "line")]
    # Stretches travelled twice count twice, as in no geometry library: segment by segment.
    segments = [
        shapely.LineString(line.points[at : at + 2])
        for line in shapes(sample, "line")
        for at in range(len(line.points) - 1)
    ]
    left = [off_borders(shapely.difference(each, cover), each, cover) for each in segments]
    expected = sum(part.length for part in left)
    pieces = [shapely.LineString(line.points) for line in shapes(result, "line")]
    assert sum(piece.length for piece in pieces) == pytest.approx(expected, abs=1e-6)
    for piece in pieces:
        assert any(line.buffer(1e-6).covers(piece) for line in given_lines)
    (again,) = run(DropLinesUnderPolygon, names, result)
    assert len(shapes(again, "line")) == len(pieces), "there is nothing left to cut"


def off_borders(left: Any, segment: Any, cover: Any) -> Any:
    """Return what is left of a segment without what runs along the cover's border, which covers.

    Where polygons were cut at each other, the border lies off its place by rounding.
    """
    start, end = np.array(segment.coords)
    right_angled = np.array((start[1] - end[1], end[0] - start[0]))
    for ring in shapely.get_rings(shapely.get_parts(cover)):
        places = shapely.get_coordinates(ring)
        beside = np.abs((places - start) @ right_angled) < 1e-9
        for at in np.flatnonzero(beside[:-1] & beside[1:]):
            edge = shapely.LineString(places[at : at + 2])
            left = left.difference(edge.buffer(1e-7, cap_style="flat"))
    return left


def whole(area: Polygon) -> Any:
    """Return what is inside a polygon, as two halves that do not cross themselves."""
    x0, y0, x1, y1 = area.bbox
    middle = (x0 + x1) / 2
    pieces = (
        []
        if x0 == x1 or y0 == y1
        else [*area.clip((x0, y0, middle, y1)), *area.clip((middle, y0, x1, y1))]
    )
    return shapely.union_all([shapely.Polygon(piece.exterior, piece.holes) for piece in pieces])


@given(SAMPLES, st.integers(0, 180), st.integers(0, 40), st.sampled_from((0, 0.5, 3)), st.randoms())
@settings(max_examples=300)
def test_merging_lines_keeps_vertices_and_length(
    sample: Sample, angle: int, distance: int, aside: float, random: Any
) -> None:
    limits = {
        "lines_class": "line",
        "maximal_angle": angle,
        "max_ends_distance": f"{distance}px",
        "max_ortho_distance_coefficient": aside,
    }
    (result,) = run(MergeLines, limits, sample)
    assert vertices(result) == vertices(sample)
    before, after = shapes(sample, "line"), shapes(result, "line")
    assert len(after) <= len(before)
    gaps = len(before) - len(after)
    grown = sum(map(length, after)) - sum(map(length, before))
    assert -1e-6 <= grown <= gaps * distance + 1e-6
    assert {tag for x in result.instances for tag in x.tags} == {
        tag for x in sample.instances for tag in x.tags
    }
    (again,) = run(MergeLines, {**limits, "max_ends_distance": "0px"}, result)
    assert vertices(again) == vertices(sample)


def length(line: Polyline) -> float:
    return float(shapely.LineString(line.points).length)


@given(SAMPLES, st.integers(1, 45), st.integers(1, 35), st.integers(1, 30), st.booleans())
def test_boxes_lie_inside_and_have_their_size(
    sample: Sample, width: int, height: int, distance: int, exact: bool
) -> None:
    chosen = {
        "classes": ["area"],
        "box": {"width": f"{width}px", "height": f"{height}px"},
        "distance": f"{distance}px",
        "exact_distance": exact,
        "box_class": "window",
    }
    (result,) = run(ContourSlidingBox, chosen, sample)
    around = sum(
        shapely.LinearRing(area.exterior).length // (distance + (0 if exact else 0.1))
        for area in shapes(sample, "area")
    )
    found: list[Rectangle] = shapes(result, "window")
    assert around - len(shapes(sample, "area")) <= len(found) <= around
    for box in found:
        assert 0 <= box.x0 < box.x1 <= WIDTH
        assert 0 <= box.y0 < box.y1 <= HEIGHT
        assert box.x1 - box.x0 == pytest.approx(min(width, WIDTH))
        assert box.y1 - box.y0 == pytest.approx(min(height, HEIGHT))


@given(SAMPLES, st.integers(0, 30), st.integers(0, 2**32))
def test_hints_lie_on_and_off(sample: Sample, least: int, seed: int) -> None:
    chosen = {
        "class": "area",
        "positive_class": "on",
        "negative_class": "off",
        "min_points_number": least,
    }
    (result,) = run(GenerateHints, chosen, sample, seed=seed)
    covered = np.zeros((HEIGHT, WIDTH), bool)
    for area in shapes(sample, "area"):
        mask = draw_filled(area, sample.size)
        if mask is not None:
            covered |= mask.paint(sample.size)
    for label, pixels in (("on", covered), ("off", ~covered)):
        points: list[Point] = shapes(result, label)
        assert len(set(points)) == len(points) >= min(least, np.count_nonzero(pixels))
        assert all(pixels[int(point.y), int(point.x)] for point in points)


@given(st.permutations(range(9)), st.integers(0, 3))
def test_nets_do_not_depend_on_the_order_of_cracks(order: list[int], kind: int) -> None:
    lines = [Polyline([(x, 3 * row + 1) for x in range(1, 38, 4)]) for row in range(9)]
    chosen = crack_settings(columns=(20, 40, 300, 40)[kind], dense=kind == 3)
    found = []
    for some in (lines, [lines[at] for at in order]):
        sample = make_sample(WIDTH, HEIGHT, [Instance("line", line) for line in some])
        (result,) = run(FindCracknets, chosen, sample)
        found.append(shapes(result, "net"))
    assert found[0] == found[1]


def crack_settings(columns: int, dense: bool, label: str = "net") -> dict[str, Any]:
    return {
        "crack_class": "line",
        "cracknet_class": label,
        "mask_resolution": columns,
        "loop_devide_eps": 1,
        "min_area_in_bbox_coef": 0.1,
        "min_poly_bbox_area_coef": 0.001,
        "enable_subclustering": dense,
        "min_points_in_cluster": 3,
    }


NODES: st.SearchStrategy[tuple[NodeClass, dict[str, Any]]] = st.sampled_from(
    (
        (DropLinesByLength, {"lines_class": "line", "min_length": 9}),
        (DropLinesUnderPolygon, {"lines_class": "line", "polygons_class": "area"}),
        (
            MergeLines,
            {
                "lines_class": "line",
                "maximal_angle": 90,
                "max_ends_distance": "20%",
                "max_ortho_distance_coefficient": 1,
            },
        ),
        (
            ContourSlidingBox,
            {
                "classes": ["area"],
                "box": {"width": "10%", "height": "3px"},
                "distance": "20%",
                "box_class": "window",
            },
        ),
        (RoadLines, {"road_class": "area", "road_lines_class": "edge"}),
        (FindCracknets, crack_settings(30, False)),
        (FindCracknets, crack_settings(300, True, "area")),
        (
            GenerateHints,
            {
                "class": "line",
                "positive_class": "on",
                "negative_class": "off",
                "min_points_number": 1,
            },
        ),
    )
)


@given(SAMPLES, NODES, st.integers(0, 2**32))
@settings(max_examples=300)
def test_inferred_schema_covers_and_results_repeat(
    sample: Sample, chosen: tuple[NodeClass, dict[str, Any]], seed: int
) -> None:
    node, values = chosen
    (result,) = run(node, values, sample, seed=seed)
    assert_schema_covers(infer(node, values, SCHEMA), result)
    (again,) = run(node, values, sample, seed=seed)
    assert_same_sample(result, again)


@given(st.lists(SAMPLES, min_size=2, max_size=4), st.integers(0, 2**32))
def test_hints_do_not_depend_on_the_order_of_samples(samples: list[Sample], seed: int) -> None:
    chosen = {
        "class": "area",
        "positive_class": "on",
        "negative_class": "off",
        "min_points_number": 2,
    }
    named = [sample.derived(f"copies.{number}") for number, sample in enumerate(samples)]
    ahead = [run(GenerateHints, chosen, sample, seed=seed)[0] for sample in named]
    back = [run(GenerateHints, chosen, sample, seed=seed)[0] for sample in reversed(named)]
    for one, other in zip(ahead, reversed(back), strict=True):
        assert_same_sample(one, other)


def _all_shapes(sample: Sample) -> list[Shape]:
    return [instance.shape for instance in sample.instances]


@given(SAMPLES)
def test_road_lines_run_between_whole_places_of_the_road(sample: Sample) -> None:
    (result,) = run(RoadLines, {"road_class": "area", "road_lines_class": "edge"}, sample)
    assert [s for s in _all_shapes(result) if isinstance(s, Polygon)] == shapes(sample, "area")
    for edge in shapes(result, "edge"):
        assert len(edge.points) == 2
        assert (edge.points == np.trunc(edge.points)).all()
    assert len(shapes(result, "edge")) % 2 == 0
