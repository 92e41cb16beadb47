"""Nodes that make boxes, points, nets and edges: what holds whatever the lines and polygons are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Point, Polygon, Polyline, Rectangle, Shape
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_nodes.contour_sliding_box import ContourSlidingBox
from dtl_nodes.find_cracknets import FindCracknets
from dtl_nodes.generate_hints import GenerateHints
from dtl_nodes.kernels.draw import draw_filled
from dtl_nodes.road_lines import RoadLines
from tests.fixtures.nodes import run
from tests.properties.line_samples import HEIGHT, SAMPLES, WIDTH, crack_settings, shapes


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
