from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.shapes import Mask, Point
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.skeletonize import Skeletonize
from tests.fixtures.masks import accepts_masks_only, mask, read_mask, thing
from tests.fixtures.nodes import infer, make, refuses, run

METHODS = ("skeletonization", "medial_axis", "thinning")
BLOCK = "/".join(["1" * 9] * 5)


def settings(method: str = "thinning", *classes: str) -> dict[str, Any]:
    return {"classes": list(classes or ("blob",)), "method": method}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("thinning", mask("11111", 5, 5)),
        ("skeletonization", mask("1111", 5, 5)),
        ("medial_axis", mask("100000001/010000010/001111100/010000010/100000001", 3, 3)),
    ],
)
def test_block(method: str, expected: Mask) -> None:
    sample = make_sample(30, 20, [thing(mask(BLOCK, 3, 3))])
    (result,) = run(Skeletonize, settings(method), sample)
    assert result.instances == (thing(expected),)


@pytest.mark.parametrize("method", METHODS)
def test_margins_of_a_file_make_no_difference(method: str) -> None:
    wide = "/".join(["000000000000", *["0" + "1" * 9 + "00"] * 5, "000000000000"])
    sample = make_sample(30, 20, [thing(read_mask(wide, 2, 2))])
    tight = make_sample(30, 20, [thing(mask(BLOCK, 3, 3))])
    (result,), (expected,) = (run(Skeletonize, settings(method), each) for each in (sample, tight))
    assert result.instances == expected.instances


@pytest.mark.parametrize("method", METHODS)
def test_thin_masks_and_other_classes_stay_untouched(method: str) -> None:
    objects = [thing(read_mask("111")), thing(mask(BLOCK), "other"), thing(Point(1, 1), "dot")]
    sample = make_sample(30, 20, objects)
    assert run(Skeletonize, settings(method), sample) == [sample]


@pytest.mark.parametrize("method", METHODS)
def test_a_mask_without_a_pixel_is_dropped(method: str) -> None:
    (result,) = run(Skeletonize, settings(method), make_sample(9, 9, [thing(read_mask("00/00"))]))
    assert result.instances == ()


def test_classes_stay() -> None:
    schema = sample_schema()
    assert infer(Skeletonize, settings(), schema) == schema
    node = make(Skeletonize, settings("thinning", "blob", "ghost"))
    assert node.mentioned_labels(node.settings) == {
        ("classes", 0): "blob",
        ("classes", 1): "ghost",
    }


def test_shapes() -> None:
    accepts_masks_only(Skeletonize, settings("thinning", "blob", "box"), ("classes", 1))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"classes": ["blob"]}, {"method": "thinning"}, settings("thin"),
     {"classes": "blob", "method": "thinning"}, {"classes": [""], "method": "thinning"}],
)  # fmt: skip
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(Skeletonize, wrong)
