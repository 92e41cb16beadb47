from __future__ import annotations

import json
from typing import Any

import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Point, Polyline
from dtl_engine.node.read_log import ReadLog
from dtl_engine.testing import sample_schema
from dtl_nodes.formats.supervisely.objects import BY_DEFAULT
from dtl_nodes.formats.supervisely.untouched import UntouchedObjects, read_objects

SCHEMA, SIZE = sample_schema(), Size(10, 8)
DOT = {"classTitle": "dot", "points": {"exterior": [[1, 2]]}}
ZIGZAG = {
    "classTitle": "path",
    "points": {"exterior": [[1, 1], [12, 1], [12, 5], [1, 5]], "interior": []},
}


def untouched(values: list[Any]) -> UntouchedObjects:
    return UntouchedObjects(json.dumps(values).encode(), SCHEMA, SIZE)


def test_loads_what_its_text_says() -> None:
    assert untouched([DOT]).load() == (Instance("dot", Point(1, 2)),)


def test_objects_are_read_when_first_asked_for() -> None:
    annotation = Annotation(SIZE, untouched([{"classTitle": "unknown"}]))
    with pytest.raises(AnnotationError, match="unknown"):
        _ = annotation.instances


def test_tags_leave_objects_unread() -> None:
    annotation = Annotation(SIZE, untouched([DOT])).with_tags(())
    assert annotation.pending is not None
    assert annotation.instances == (Instance("dot", Point(1, 2)),)


def test_pieces_take_the_place_of_their_object() -> None:
    read = read_objects([DOT, ZIGZAG, DOT], SCHEMA, SIZE, BY_DEFAULT, ReadLog())
    assert [instance.shape for instance in read] == [
        Point(1, 2),
        Polyline([(1, 1), (10, 1)]),
        Polyline([(10, 5), (1, 5)]),
        Point(1, 2),
    ]
