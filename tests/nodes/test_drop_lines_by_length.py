from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.shapes import Point, Polyline
from dtl_engine.testing import conformance_samples, make_sample
from dtl_nodes.drop_lines_by_length import DropLinesByLength
from tests.fixtures.nodes import make, refuses, run, shapes_of, with_shapes

TEN = Polyline([(0, 0), (6, 0), (6, 4)])
FIVE = Polyline([(0, 0), (3, 4)])
SEVEN = Polyline([(1, 1), (8, 1)])


def kept(width: int = 20, **settings: Any) -> list[Any]:
    sample = with_shapes((width, 10), TEN, FIVE, SEVEN)
    (result,) = run(DropLinesByLength, {"lines_class": "thing", **settings}, sample)
    return shapes_of(result)


@pytest.mark.parametrize(
    ("bounds", "lines"),
    [({"min_length": 5, "max_length": 7}, [FIVE, SEVEN]),
     ({"min_length": 5, "max_length": 7, "invert": True}, [TEN]),
     ({"min_length": 7.5}, [TEN]), ({"max_length": 5}, [FIVE]), ({"max_length": 0}, []),
     ({"min_length": 0}, [TEN, FIVE, SEVEN]), ({"min_length": 0, "invert": True}, [])],
)  # fmt: skip
def test_bounds(bounds: dict[str, Any], lines: list[Polyline]) -> None:
    assert kept(**bounds) == lines


def test_bounds_grow_with_the_width() -> None:
    bounds = {"min_length": 5, "max_length": 7, "resolution_compensation": True}
    assert kept(1000, **bounds) == [FIVE, SEVEN]
    assert kept(1400, **bounds) == [SEVEN]
    assert kept(500, **bounds) == []


def test_several_classes() -> None:
    instances = [Instance(label, FIVE) for label in ("a", "b", "c")]
    sample = make_sample(10, 10, instances)
    (result,) = run(DropLinesByLength, {"lines_classes": ["a", "c"], "max_length": 1}, sample)
    assert result.instances == (instances[1],)


def test_other_shapes_of_the_class_stay() -> None:
    sample = with_shapes((10, 10), Point(1, 1), FIVE)
    (result,) = run(DropLinesByLength, {"lines_class": "thing", "min_length": 99}, sample)
    assert shapes_of(result) == [Point(1, 1)]


def test_what_is_kept_is_the_same_object() -> None:
    for sample in conformance_samples():
        (result,) = run(DropLinesByLength, {"lines_class": "path", "min_length": 0}, sample)
        assert all(map(lambda a, b: a is b, result.instances, sample.instances))
        assert result.image is sample.image


def test_names_its_classes() -> None:
    one = make(DropLinesByLength, {"lines_class": "a", "min_length": 1})
    assert one.mentioned_labels(one.settings) == {("lines_class",): "a"}
    two = make(DropLinesByLength, {"lines_classes": ["a", "b"], "min_length": 1})
    assert two.mentioned_labels(two.settings) == {
        ("lines_classes", 0): "a",
        ("lines_classes", 1): "b",
    }


@pytest.mark.parametrize(
    ("settings", "word"),
    [({"lines_class": "a"}, "'min_length' or 'max_length'"), ({"min_length": 1}, "exactly one"),
     ({"lines_class": "a", "lines_classes": ["b"], "min_length": 1}, "exactly one"),
     ({"lines_class": "a", "min_length": 8, "max_length": 7.5}, "8 is above max_length 7.5"),
     ({"lines_class": "a", "min_length": -1}, "greater than or equal to 0"),
     ({"lines_class": "", "min_length": 1}, "at least 1 character"),
     ({"lines_class": ["a"], "min_length": 1}, "string"),
     ({"lines_class": "a", "min_length": "5px"}, "number"),
     ({"lines_class": "a", "min_length": 1, "invert": 1}, "boolean")],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], word: str) -> None:
    refuses(DropLinesByLength, settings, word)
