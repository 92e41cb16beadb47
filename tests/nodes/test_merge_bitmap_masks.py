from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.shapes import Point
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.merge_bitmap_masks import MergeBitmapMasks
from tests.fixtures.masks import RIPE, accepts_masks_only, mask, read_mask, thing
from tests.fixtures.nodes import infer, make, refuses, run

BLOB = {"class": "blob"}
DOT = thing(Point(1, 1), "dot")


def test_masks_are_united_on_top() -> None:
    weight, green = Tag("weight", 3), Tag("ripeness", "green")
    parts = [thing(mask("11", 2, 2), "blob", weight), thing(mask("1/1", 4, 1), "blob", green)]
    (result,) = run(MergeBitmapMasks, BLOB, make_sample(9, 9, [parts[0], DOT, parts[1]]))
    united = Instance("blob", mask("001/111", 2, 1), (RIPE, weight, green), "a blob")
    assert result.instances == (DOT, united)


def test_descriptions_that_differ_are_left_out() -> None:
    parts = [Instance("blob", mask("1", at, 0), description=str(at)) for at in (0, 1)]
    (result,) = run(MergeBitmapMasks, BLOB, make_sample(9, 9, parts))
    assert result.instances == (Instance("blob", mask("11")),)


def test_a_single_mask_is_moved_as_it_is() -> None:
    blob = thing(read_mask("010"))
    (result,) = run(MergeBitmapMasks, BLOB, make_sample(9, 9, [blob, DOT]))
    assert result.instances == (DOT, blob)
    assert result.instances[1] is blob


def test_nothing_to_do() -> None:
    for objects in ([], [DOT], [DOT, thing(read_mask("010"))]):
        sample = make_sample(9, 9, objects)
        assert run(MergeBitmapMasks, BLOB, sample) == [sample]


def test_masks_without_a_pixel_vanish() -> None:
    empty = thing(read_mask("00"))
    (result,) = run(MergeBitmapMasks, BLOB, make_sample(9, 9, [empty, empty]))
    assert result.instances == ()


def test_classes_stay() -> None:
    assert infer(MergeBitmapMasks, BLOB, sample_schema()) == sample_schema()
    node = make(MergeBitmapMasks, {"class": "ghost"})
    assert node.mentioned_labels(node.settings) == {("class",): "ghost"}


def test_shapes() -> None:
    accepts_masks_only(MergeBitmapMasks, {"class": "box"}, ("class",))


@pytest.mark.parametrize("wrong", [{}, {"class": ["blob"]}, {"class": ""}, {"classes": ["blob"]}])
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(MergeBitmapMasks, wrong)
