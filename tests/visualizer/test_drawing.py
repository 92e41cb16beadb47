"""Labels, nodes and the legend say what they should."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from dtl_visualizer.drawing import draw
from dtl_visualizer.edges import line_shapes, measure_label
from dtl_visualizer.geometry import Box, Point, Route
from dtl_visualizer.layout import layered_layout
from dtl_visualizer.legend import measure_legend
from dtl_visualizer.nodes import measure_node, outline_shapes
from dtl_visualizer.picture import EdgePicture, NodePicture
from dtl_visualizer.shapes import Curve, Group, Polygon, Rectangle, Shape, Text
from dtl_visualizer.style import EDGE_STYLES, FAMILIES
from tests.visualizer import pictures

ROUTE = Route((Point(0, 0), Point(0, 10), Point(0, 20), Point(0, 30)), Box(0, 15, 0, 0))


def words(edge: EdgePicture) -> list[list[str]]:
    return [[piece.text for piece in row] for row in measure_label(edge).rows]


def flat(shapes: Iterable[Shape]) -> Iterable[Shape]:
    for shape in shapes:
        if isinstance(shape, Group):
            yield from flat(shape.shapes)
        else:
            yield shape


def test_a_label_shows_port_name_count_classes_and_tags() -> None:
    edge = EdgePicture("a", "b", "$x", "samples", "true", pictures.FRUIT, ("val",), "24")
    assert words(edge) == [["true", "$x", "24"], ["kiwi", "lemon"], ["#val"]]


def test_many_classes_and_tags_are_counted() -> None:
    classes = tuple((f"c{number}", "#112233") for number in range(7))
    edge = EdgePicture("a", "b", "$x", labels=classes, tags=tuple("pqrst"))
    assert words(edge) == [["$x"], ["c0", "c1", "c2"], ["c3", "+3"], ["#p", "#q", "#r", "+2"]]


def test_an_edge_without_anything_to_say_has_no_label() -> None:
    face = measure_label(EdgePicture("a", "b", ""))
    assert face.rows == ()
    assert face.extent == (0.0, 0.0)


def test_a_class_colour_that_is_none_is_replaced() -> None:
    edge = EdgePicture("a", "b", "$x", labels=(("c", "url(http://x)"), ("d", "#AbCdEf")))
    assert [piece.swatch for piece in measure_label(edge).rows[1]] == ["line", "#AbCdEf"]


def test_kinds_of_edges_differ_without_colour() -> None:
    looks = set()
    for kind in EDGE_STYLES:
        curves = [
            shape
            for shape in line_shapes(EdgePicture("a", "b", "", kind), ROUTE)
            if isinstance(shape, Curve)
        ]
        looks.add((len(curves), bool(curves[0].dash)))
    assert looks == {(1, False), (2, False), (1, True)}


def test_the_arrow_ends_at_the_target() -> None:
    shapes = line_shapes(EdgePicture("a", "b", ""), ROUTE)
    heads = [shape for shape in shapes if isinstance(shape, Polygon)]
    assert heads[0].points[0] == Point(0, 30)


def test_families_differ_without_colour() -> None:
    assert len({family.icon for family in FAMILIES.values()}) == len(FAMILIES)
    box = Box(0, 0, 100, 40)
    rectangles = {
        name: [shape for shape in outline_shapes(family, box) if isinstance(shape, Rectangle)]
        for name, family in FAMILIES.items()
    }
    assert rectangles["source"][0].radius == 20
    assert len(rectangles["sink"]) == 2
    assert len(rectangles["flow"]) == 1


def test_a_node_is_as_wide_as_its_text_and_its_edges_need() -> None:
    narrow = measure_node(NodePicture("a", "if")).extent.width
    assert measure_node(NodePicture("a", "a longer title of a node")).extent.width > narrow
    assert measure_node(NodePicture("a", "if"), ends=20).extent.width > narrow


def test_the_legend_has_what_is_used() -> None:
    legend = measure_legend(pictures.training(), 500)
    assert [name for _, name, _ in legend.entries] == [
        *("source", "pixels", "flow", "model", "sink"),
        *("samples", "model", "report"),
    ]
    assert legend.extent.width <= 500
    marks = measure_legend(pictures.with_problems(), 500).entries
    assert [name for what, name, _ in marks if what == "mark"] == ["error", "warning"]
    assert measure_legend(pictures.EMPTY, 500).extent.height == 0


@pytest.mark.parametrize("name", pictures.ALL)
def test_everything_is_inside_the_drawing(name: str) -> None:
    drawing = draw(pictures.ALL[name], layered_layout)
    for shape in flat(drawing.shapes):
        if isinstance(shape, Rectangle):
            assert 0 <= shape.box.left <= shape.box.right <= drawing.width
            assert 0 <= shape.box.top <= shape.box.bottom <= drawing.height
        elif isinstance(shape, Text):
            assert 0 <= shape.place.x <= drawing.width
        elif not isinstance(shape, Group):
            for point in shape.points:
                assert 0 <= point.x <= drawing.width
                assert 0 <= point.y <= drawing.height
