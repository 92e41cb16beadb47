from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.model.shapes import Point, Polygon, Polyline, Shape
from dtl_engine.testing import sample_schema
from dtl_nodes.approx_vector import ApproxVector
from tests.fixtures.nodes import infer, make, refuses, run, shapes_of, with_shapes


def simplified(shape: Shape, epsilon: float) -> Shape:
    settings = {"classes": ["thing"], "epsilon": epsilon}
    (result,) = run(ApproxVector, settings, with_shapes((30, 30), shape))
    (only,) = shapes_of(result)
    return only


@pytest.mark.parametrize(("epsilon", "gone"), [(1, True), (0.99, False)])
def test_lines(epsilon: float, gone: bool) -> None:
    line = Polyline([(0, 0), (5, 1), (10, 0)])
    assert simplified(line, epsilon) == (Polyline([(0, 0), (10, 0)]) if gone else line)


def test_fractions_stay() -> None:
    line = Polyline([(0.25, 0.5), (5.5, 9.75), (10.125, 0.5)])
    assert simplified(line, 1) == line


def test_rings_by_themselves() -> None:
    square = [(0, 0), (10, 0.5), (20, 0), (20, 20), (0, 20)]
    tiny, bumpy = [(5, 5), (6, 5), (5, 6)], [(9, 9), (12, 9.5), (15, 9), (15, 15), (9, 15)]
    shape = simplified(Polygon(square, [tiny, bumpy]), 1)
    assert isinstance(shape, Polygon)
    assert sorted(shape.exterior.tolist()) == [[0, 0], [0, 20], [20, 0], [20, 20]]
    assert shape.holes[0].tolist() == [list(vertex) for vertex in tiny]
    assert sorted(shape.holes[1].tolist()) == [[9, 9], [9, 15], [15, 9], [15, 15]]


def test_unchanged_is_the_same_sample() -> None:
    sample = with_shapes((30, 30), Polygon([(0, 0), (9, 1), (5, 7)]))
    assert run(ApproxVector, {"classes": ["thing"], "epsilon": 0.5}, sample) == [sample]


def test_other_classes_pass() -> None:
    sample = with_shapes((30, 30), Point(3, 3))
    assert run(ApproxVector, {"classes": ["other"], "epsilon": 1}, sample) == [sample]


def test_other_shapes() -> None:
    settings = {"classes": ["path", "blob"], "epsilon": 1}
    with pytest.raises(SchemaError, match="'blob' has shape bitmap") as refused:
        infer(ApproxVector, settings, sample_schema())
    assert (refused.value.code, refused.value.at) == ("E306", ("classes", 1))
    anything = Schema((LabelSpec("thing", "any", "#FFFFFF"),))
    chosen = {"classes": ["thing"], "epsilon": 1}
    assert infer(ApproxVector, chosen, anything) == anything
    with pytest.raises(AnnotationError, match=r"polygon or line objects.* 'thing' is a point") as f:
        simplified(Point(1, 1), 1)
    assert f.value.code == "F604"


def test_classes_stay_and_unknown_ones_are_only_mentioned() -> None:
    settings = {"classes": ["path", "nothing"], "epsilon": 1}
    assert infer(ApproxVector, settings, sample_schema()) == sample_schema()
    node = make(ApproxVector, settings)
    assert node.mentioned_labels(node.settings) == {
        ("classes", 0): "path",
        ("classes", 1): "nothing",
    }


@pytest.mark.parametrize(
    "settings",
    [{"classes": ["path"]}, {"epsilon": 1}, {"classes": ["path"], "epsilon": 0},
     {"classes": ["path"], "epsilon": -1}, {"classes": "path", "epsilon": 1},
     {"classes": [""], "epsilon": 1}, {"classes": [], "epsilon": 1, "eps": 1}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(ApproxVector, settings)
