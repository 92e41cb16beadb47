"""Shapes turned into other shapes: what must hold whatever the shapes are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.model.shapes import Mask, Painted, Polyline, Shape
from dtl_engine.testing import make_sample
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_nodes.bbox import BoundingBox
from dtl_nodes.bbox2poly import BoxToPolygon
from dtl_nodes.bitmap2lines import MaskToLines
from dtl_nodes.find_contours import FindContours
from dtl_nodes.kernels.contours import trace_components
from dtl_nodes.kernels.draw import draw_filled
from dtl_nodes.line2bitmap import LineToMask
from dtl_nodes.poly2bitmap import PolygonToMask
from dtl_nodes.rasterize import Rasterize
from tests.fixtures.nodes import NodeClass, infer, run, shapes_of, with_shapes
from tests.properties.test_shapes import FREE, keypoints, rectangles, star_polygons

WIDTH, HEIGHT = 30, 26


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Masks inside the image: noise of any density, or blots with holes."""
    width, height = draw(st.integers(1, 18)), draw(st.integers(1, 18))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    pixels = random.random((height, width)) < draw(st.sampled_from((0.2, 0.45, 0.6, 0.9)))
    if draw(st.booleans()):
        pixels = np.kron(pixels, np.ones((2, 3), bool))[:18, :18]
    x, y = draw(st.integers(0, WIDTH - 18)), draw(st.integers(0, HEIGHT - 18))
    mask = Mask.tight(pixels, x, y)
    assume(mask is not None)
    assert mask is not None
    return mask


def lines() -> st.SearchStrategy[Polyline]:
    return st.lists(st.tuples(FREE, FREE), min_size=2, max_size=6).map(Polyline)


SHAPES: st.SearchStrategy[Shape] = st.one_of(
    masks(), lines(), star_polygons(), rectangles(FREE), keypoints(FREE)
)


def painted(shapes: list[Shape]) -> Painted:
    size = make_sample(WIDTH, HEIGHT).size
    picture = np.zeros((HEIGHT, WIDTH), bool)
    for shape in shapes:
        picture |= shape.paint(size)
    return picture


def converted(node: NodeClass, sample: Sample, **more: Any) -> list[Shape]:
    return shapes_of(run(node, {"classes_mapping": {"thing": "thing"}, **more}, sample)[0])


@given(masks())
def test_contours_drawn_again_give_the_mask(mask: Mask) -> None:
    outlines = converted(FindContours, with_shapes((WIDTH, HEIGHT), mask))
    again = converted(PolygonToMask, with_shapes((WIDTH, HEIGHT), *outlines))
    lost = painted([mask]) & ~painted(again)
    assert not (painted(again) & ~painted([mask])).any()
    for component in trace_components(lost):
        assert len(component.outer) < 3, "only pixels and straight lines vanish"
        assert not component.holes


@given(st.lists(SHAPES, max_size=6))
def test_rasterized_objects_are_disjoint_and_later_ones_win(shapes: list[Shape]) -> None:
    sample = with_shapes((WIDTH, HEIGHT), *shapes)
    drawn = [mask for shape in shapes if (mask := draw_filled(shape, sample.size)) is not None]
    owner = np.zeros((HEIGHT, WIDTH), int)
    for number, mask in enumerate(drawn, start=1):
        owner[mask.paint(sample.size)] = number
    expected = [owner == number for number in range(1, len(drawn) + 1) if (owner == number).any()]
    found = [shape.paint(sample.size) for shape in converted(Rasterize, sample)]
    assert len(found) == len(expected)
    assert all(map(np.array_equal, found, expected))


@given(masks(), st.integers(2, 5))
def test_lines_run_through_the_mask_and_take_no_step_twice(mask: Mask, least: int) -> None:
    sample = with_shapes((WIDTH, HEIGHT), mask)
    picture = painted([mask])
    steps = set()
    for line in converted(MaskToLines, sample, min_points_cnt=least):
        assert isinstance(line, Polyline)
        vertices = [(int(x), int(y)) for x, y in line.points.tolist()]
        assert len(set(vertices)) == len(vertices) >= least
        assert all(picture[y, x] for x, y in vertices)
        for (xa, ya), (xb, yb) in pairwise(vertices):
            assert max(abs(xa - xb), abs(ya - yb)) == 1
            step = frozenset(((xa, ya), (xb, yb)))
            assert step not in steps
            steps.add(step)


@given(masks())
def test_lines_of_two_points_up_reach_every_pixel_with_a_neighbour(mask: Mask) -> None:
    sample = with_shapes((WIDTH, HEIGHT), mask)
    reached = np.zeros((HEIGHT, WIDTH), bool)
    for line in converted(MaskToLines, sample, min_points_cnt=2):
        assert isinstance(line, Polyline)
        columns, rows = line.points.astype(int).T
        reached[rows, columns] = True
    missed = painted([mask]) & ~reached
    padded = np.pad(painted([mask]), 1)
    for row, column in np.argwhere(missed).tolist():
        assert padded[row : row + 3, column : column + 3].sum() == 1


ANYTHING = Schema((LabelSpec("thing", "any", "#FF0000"), LabelSpec("still", "any", "#00FF00")))


@pytest.mark.parametrize(
    ("node", "more"),
    [(BoundingBox, {}), (PolygonToMask, {}), (Rasterize, {}), (LineToMask, {"width": 3}),
     (LineToMask, {"width": 2})],
)  # fmt: skip
@given(st.lists(SHAPES, max_size=4), st.sampled_from(("thing", "__default__", "fresh")))
def test_the_schema_covers_what_any_shape_becomes(
    node: NodeClass, more: dict[str, Any], shapes: list[Shape], title: str
) -> None:
    settings = {"classes_mapping": {"thing": title}, **more}
    instances = [Instance("thing", shape) for shape in shapes]
    instances += [Instance("still", shape) for shape in shapes[:1]]
    (result,) = run(node, settings, make_sample(WIDTH, HEIGHT, instances))
    assert_schema_covers(infer(node, settings, ANYTHING), result)


@pytest.mark.parametrize(
    ("node", "more"),
    [(FindContours, {}), (FindContours, {"approx_epsilon": 1}),
     (MaskToLines, {"min_points_cnt": 2}),
     (MaskToLines, {"min_points_cnt": 4, "approx_epsilon": 0.5})],
)  # fmt: skip
@given(masks(), st.sampled_from(("thing", "__default__", "fresh")))
def test_the_schema_covers_what_masks_become(
    node: NodeClass, more: dict[str, Any], mask: Mask, title: str
) -> None:
    settings = {"classes_mapping": {"thing": title}, **more}
    (result,) = run(node, settings, with_shapes((WIDTH, HEIGHT), mask))
    assert_schema_covers(infer(node, settings, ANYTHING), result)


@given(rectangles(FREE))
def test_boxes_and_their_polygons_cover_the_same(box: Shape) -> None:
    sample = with_shapes((WIDTH, HEIGHT), box)
    (polygon,) = converted(BoxToPolygon, sample)
    assert polygon.bbox == box.bbox
    assert polygon.area == pytest.approx(box.area)
    drawn = converted(PolygonToMask, with_shapes((WIDTH, HEIGHT), box, polygon))
    assert len(set(drawn)) <= 1, "both are drawn alike"
