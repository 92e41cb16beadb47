from __future__ import annotations

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.shapes import Point, Polygon
from dtl_nodes.objects.instances import merged, require_shape

HERE, THERE = Point(1, 1), Point(2, 2)


def test_the_wanted_shape_is_returned() -> None:
    assert require_shape(Instance("dot", HERE), Point, "do") is HERE


def test_another_shape_is_an_error_of_the_data() -> None:
    with pytest.raises(AnnotationError) as refused:
        require_shape(Instance("dot", HERE), Polygon, "walk")
    assert str(refused.value) == (
        "walk works on polygon objects; an object of class 'dot' is a point"
    )
    assert refused.value.code == "F604"


def test_one_part_keeps_all() -> None:
    part = Instance("dot", HERE, (Tag("a"),), "text", {"id": 3})
    assert merged([part], THERE) == part.with_shape(THERE)


def test_parts_unite_their_tags() -> None:
    parts = [
        Instance("dot", HERE, (Tag("a", extra={"id": 1}), Tag("b", 1)), "text", {"id": 3}),
        Instance("dot", HERE, (Tag("b", 2), Tag("a", extra={"id": 2})), "text"),
    ]
    one = merged(parts, THERE)
    assert one == Instance(
        "dot", THERE, (Tag("a", extra={"id": 1}), Tag("b", 1), Tag("b", 2)), "text"
    )
    assert merged([*parts, Instance("dot", HERE)], THERE).description == ""
