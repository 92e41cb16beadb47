from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.shapes import Point
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.split_masks import SplitMasks
from tests.fixtures.masks import accepts_masks_only, mask, read_mask, thing
from tests.fixtures.nodes import infer, refuses, run

BLOB = {"classes": ["blob"]}


def test_pieces_take_the_place_of_the_mask() -> None:
    others = thing(Point(1, 1), "dot"), thing(mask("101"), "other")
    sample = make_sample(10, 8, [others[0], thing(mask("101/010/000/101", 1, 1)), others[1]])
    (result,) = run(SplitMasks, BLOB, sample)
    assert result.instances == (
        others[0],
        thing(mask("101/010", 1, 1)),
        thing(mask("1", 1, 4)),
        thing(mask("1", 3, 4)),
        others[1],
    )
    assert result.image is sample.image


def test_one_piece_stays_as_it_was_read() -> None:
    sample = make_sample(10, 8, [thing(read_mask("000/011/000"))])
    (result,) = run(SplitMasks, BLOB, sample)
    assert result is sample


def test_a_mask_without_a_pixel_is_dropped() -> None:
    (result,) = run(SplitMasks, BLOB, make_sample(9, 9, [thing(read_mask("00/00"))]))
    assert result.instances == ()


def test_one_pixel() -> None:
    sample = make_sample(1, 1, [thing(mask("1"))])
    assert run(SplitMasks, BLOB, sample) == [sample]


def test_classes_stay() -> None:
    assert infer(SplitMasks, BLOB, sample_schema()) == sample_schema()
    assert infer(SplitMasks, {"classes": ["ghost"]}, sample_schema()) == sample_schema()


def test_shapes() -> None:
    accepts_masks_only(SplitMasks, {"classes": ["box"]}, ("classes", 0))


@pytest.mark.parametrize("wrong", [{}, {"classes": "blob"}, {"classes": [3]}, {"classes": [""]}])
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(SplitMasks, wrong)
