from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.drop_noise import DropNoise
from tests.fixtures.masks import accepts_masks_only, mask, read_mask, thing
from tests.fixtures.nodes import infer, refuses, run

NOISY = "11000/11011/00000/10101"
"""Pieces of 4, 2, 1, 1 and 1 pixels."""


def settings(min_area: str, src_type: str = "image", *classes: str) -> dict[str, Any]:
    return {"classes": list(classes or ("blob",)), "min_area": min_area, "src_type": src_type}


@pytest.mark.parametrize(
    ("min_area", "left"),
    [
        ("0px", NOISY),
        ("1px", NOISY),
        ("2px", "11000/11011"),
        ("3px", "11/11"),
        ("4px", "11/11"),
        ("5px", None),
        ("2%", "11000/11011"),
        ("2.99%", "11000/11011"),
        ("3%", "11/11"),
        ("0%", NOISY),
    ],
)
def test_threshold_in_an_image_of_100_pixels(min_area: str, left: str | None) -> None:
    sample = make_sample(10, 10, [thing(mask(NOISY, 2, 3))])
    (result,) = run(DropNoise, settings(min_area), sample)
    assert result.instances == (() if left is None else (thing(mask(left, 2, 3)),))
    assert (result is sample) == (left == NOISY)


@pytest.mark.parametrize(
    ("percent", "left"), [("10%", "11000/11011"), ("15%", "11/11"), ("9.99%", NOISY)]
)
def test_percent_of_the_box(percent: str, left: str) -> None:
    # 5 x 4 pixels; the margins that the file has do not count.
    margins = "/".join(["0" * 9, *(f"00{row}00" for row in NOISY.split("/")), "0" * 9])
    sample = make_sample(50, 50, [thing(read_mask(margins, 1, 1))])
    (result,) = run(DropNoise, settings(percent, "bbox"), sample)
    (instance,) = result.instances
    assert instance.shape == (read_mask(margins, 1, 1) if left == NOISY else mask(left, 3, 2))
    assert instance == thing(instance.shape)


def test_pixels_do_not_depend_on_the_source() -> None:
    sample = make_sample(10, 10, [thing(mask(NOISY))])
    (by_image,), (by_box,) = (run(DropNoise, settings("3px", s), sample) for s in ("image", "bbox"))
    assert by_image.instances == by_box.instances


def test_corners_do_not_connect() -> None:
    (result,) = run(DropNoise, settings("3px"), make_sample(9, 9, [thing(mask("110/001/011"))]))
    assert result.instances == (thing(mask("01/11", 1, 1)),)


def test_a_clean_mask_is_passed_on_as_it_was_read() -> None:
    sample = make_sample(9, 9, [thing(read_mask("000/011/000"))])
    assert run(DropNoise, settings("2px"), sample) == [sample]


@pytest.mark.parametrize("src_type", ["image", "bbox"])
def test_a_mask_without_a_pixel(src_type: str) -> None:
    sample = make_sample(9, 9, [thing(read_mask("00/00"))])
    (result,) = run(DropNoise, settings("50%", src_type), sample)
    assert result.instances in ((), sample.instances)


def test_other_classes_stay() -> None:
    sample = make_sample(9, 9, [thing(mask("1"), "other")])
    assert run(DropNoise, settings("5px"), sample) == [sample]
    assert infer(DropNoise, settings("5px"), sample_schema()) == sample_schema()


def test_shapes() -> None:
    accepts_masks_only(DropNoise, settings("2px", "image", "box"), ("classes", 0))


@pytest.mark.parametrize(
    "wrong",
    [{}, settings("3"), settings("3 px"), settings("-1px"), settings("1px", "img"),
     {"classes": ["blob"], "min_area": 3, "src_type": "image"},
     {"classes": ["blob"], "min_area": "3px"}],
)  # fmt: skip
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(DropNoise, wrong)
