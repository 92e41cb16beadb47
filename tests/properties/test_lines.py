"""Nodes for lines and special figures: what holds whatever the lines and polygons are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec
from dtl_engine.model.shapes import Polygon, Polyline, ShapeKind
from dtl_engine.testing import assert_same_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.contour_sliding_box import ContourSlidingBox
from dtl_nodes.drop_lines_by_length import DropLinesByLength
from dtl_nodes.drop_lines_under_polygon import DropLinesUnderPolygon
from dtl_nodes.find_cracknets import FindCracknets
from dtl_nodes.generate_hints import GenerateHints
from dtl_nodes.merge_lines import MergeLines
from dtl_nodes.road_lines import RoadLines
from tests.fixtures.nodes import NodeClass, infer, run
from tests.properties.line_samples import SAMPLES, crack_settings, shapes

SCHEMA = Schema(
    (
        LabelSpec("line", ShapeKind.LINE, "#FF0000"),
        LabelSpec("area", ShapeKind.POLYGON, "#00FF00"),
    ),
    (TagSpec("a"), TagSpec("b")),
)


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
