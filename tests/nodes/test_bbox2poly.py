from __future__ import annotations

from dtl_engine.model.shapes import Polygon, Rectangle
from dtl_nodes.bbox2poly import BoxToPolygon
from tests.fixtures.nodes import run, shapes_of, with_shapes


def test_four_vertices_down_the_left_side_first() -> None:
    sample = with_shapes((10, 10), Rectangle(1, 2, 5.5, 12), Rectangle(3, 3, 3, 3))
    (result,) = run(BoxToPolygon, {"classes_mapping": {"thing": "thing"}}, sample)
    assert shapes_of(result) == [
        Polygon([(1, 2), (1, 12), (5.5, 12), (5.5, 2)]),
        Polygon([(3, 3)] * 4),
    ]
