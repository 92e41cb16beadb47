from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.model.shapes import Point, Polygon, Polyline, Shape
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.drop_lines_under_polygon import DropLinesUnderPolygon
from tests.fixtures.nodes import infer, refuses, run

SETTINGS = {"lines_class": "line", "polygons_class": "area"}
HOLED = Polygon([(5, 0), (10, 0), (10, 10), (5, 10)], [[(6, 4), (9, 4), (9, 6), (6, 6)]])
CROSSING = Polyline([(0, 5), (20, 5)])


def cut(line: Polyline, *areas: Polygon) -> list[Shape]:
    instances = [Instance("line", line), *(Instance("area", area) for area in areas)]
    (result,) = run(DropLinesUnderPolygon, SETTINGS, make_sample(20, 20, instances))
    assert [x.label for x in result.instances[: len(areas)]] == ["area"] * len(areas)
    return [instance.shape for instance in result.instances[len(areas) :]]


def test_holes_do_not_cut() -> None:
    pieces = [[(0, 5), (5, 5)], [(6, 5), (9, 5)], [(10, 5), (20, 5)]]
    assert cut(CROSSING, HOLED) == [Polyline(piece) for piece in pieces]


def test_pieces_come_in_the_order_of_travel() -> None:
    line = Polyline([(20, 5), (7, 5), (7, 12), (0, 12)])
    assert cut(line, HOLED) == [
        Polyline([(20, 5), (10, 5)]),
        Polyline([(9, 5), (7, 5), (7, 6)]),
        Polyline([(7, 10), (7, 12), (0, 12)]),
    ]


def test_covered_line_vanishes() -> None:
    assert cut(Polyline([(6, 1), (9, 1), (9, 3)]), HOLED) == []
    assert cut(Polyline([(5, 2), (5, 8)]), HOLED) == [], "borders cover"


def test_polygons_cut_together() -> None:
    halves = [Polygon([(x, 0), (x + 5, 0), (x + 5, 10), (x, 10)]) for x in (5, 10)]
    assert cut(CROSSING, *halves) == [Polyline([(0, 5), (5, 5)]), Polyline([(15, 5), (20, 5)])]


def test_touch_in_a_point_does_not_cut() -> None:
    diamond = Polygon([(10, 5), (15, 10), (10, 15), (5, 10)])
    assert cut(CROSSING, diamond) == [CROSSING]


def test_line_that_crosses_itself_stays_whole() -> None:
    knot = Polyline([(0, 0), (4, 4), (4, 0), (0, 4), (0, 19)])
    assert cut(knot, HOLED) == [knot]
    long = Polyline([(0, 0), (4, 4), (4, 0), (0, 4), (20, 4)])
    assert cut(long, Polygon([(10, 0), (20, 0), (20, 10), (10, 10)])) == [
        Polyline([(0, 0), (4, 4), (4, 0), (0, 4), (10, 4)])
    ]


def test_polygon_that_crosses_itself_cuts_with_all_its_lobes() -> None:
    bow_tie = Polygon([(2, 0), (2, 10), (18, 0), (18, 10)])
    level = Polyline([(0, 9), (20, 9)])
    pieces = [shape for shape in cut(level, bow_tie) if isinstance(shape, Polyline)]
    ends = [point for piece in pieces for point in piece.points[:, 0].tolist()]
    assert ends == pytest.approx([0, 2, 3.6, 16.4, 18, 20])


def test_borders_cover_where_a_polygon_crosses_itself() -> None:
    # It does so at a place that no number names exactly, on the edge that the line runs along.
    crossed = Polygon([(0, 12), (-4, 7), (32, 34), (1, 0)])
    assert cut(Polyline([(0, 10), (26, 29.5)]), crossed) == []
    beyond = Polyline([(0, 10), (32, 34), (36, 37)])
    assert cut(beyond, crossed) == [Polyline([(32, 34), (36, 37)])]


def test_repeated_vertices_and_lines_without_length() -> None:
    repeated = Polyline([(0, 5), (0, 5), (7, 1), (7, 1), (20, 1)])
    inside, outside = Polyline([(6, 1), (6, 1)]), Polyline([(1, 1), (1, 1)])
    assert [len(piece.points) for piece in cut(repeated, HOLED) if isinstance(piece, Polyline)] == [
        2,
        2,
    ]
    assert cut(inside, HOLED) == []
    assert cut(outside, HOLED) == [outside]


def test_nothing_covers() -> None:
    assert cut(CROSSING) == [CROSSING]


def test_lines_move_to_the_end_and_keep_what_they_had() -> None:
    line = Instance("line", CROSSING, (Tag("old"),), "a crack", {"id": 7})
    point = Instance("line", Point(7, 5))
    area, other = Instance("area", HOLED), Instance("other", CROSSING)
    (result,) = run(
        DropLinesUnderPolygon, SETTINGS, make_sample(20, 10, [line, point, area, other])
    )
    assert result.instances[:3] == (point, area, other)
    assert len(result.instances) == 6
    for piece in result.instances[3:]:
        assert piece.with_shape(CROSSING) == line


def test_line_that_is_not_cut_is_the_same_object() -> None:
    line = Instance("line", Polyline([(0, 15), (20, 15)]))
    (result,) = run(
        DropLinesUnderPolygon, SETTINGS, make_sample(20, 20, [line, Instance("area", HOLED)])
    )
    assert result.instances[-1] is line


@pytest.mark.parametrize(
    ("lines", "polygons", "at"),
    [("patch", "patch", "lines_class"), ("path", "box", "polygons_class")],
)
def test_classes_must_be_lines_and_polygons(lines: str, polygons: str, at: str) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(
            DropLinesUnderPolygon,
            {"lines_class": lines, "polygons_class": polygons},
            sample_schema(),
        )
    assert (refused.value.code, refused.value.at) == ("E306", (at,))


def test_classes_of_any_shape_pass() -> None:
    schema = Schema((LabelSpec("line", "any", "#FFFFFF"), LabelSpec("area", "any", "#FFFFFF")))
    assert infer(DropLinesUnderPolygon, SETTINGS, schema) == schema


@pytest.mark.parametrize(
    "settings",
    [{}, {"lines_class": "line"}, {"lines_class": "", "polygons_class": "area"},
     {"lines_class": "line", "polygons_class": ["area"]}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(DropLinesUnderPolygon, settings)
