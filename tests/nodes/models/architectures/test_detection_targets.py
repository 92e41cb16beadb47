"""Samples become arrays: which objects, which pixels, which boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import DataError
from dtl_engine.model.annotation import Annotation
from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Point, Polygon, Polyline, Rectangle
from dtl_nodes.models.architectures.detection_shape import InputSize
from dtl_nodes.models.architectures.detection_targets import training_example
from tests.nodes.models.architectures.drawn_discs import sample_of

INDICES = {"bg": 0, "disc": 1, "square": 2}


def example(sample: Sample, size: InputSize | None = None, **more: Any) -> Any:
    return training_example(
        sample,
        size or InputSize((64,), 64),
        np.random.default_rng(0),
        indices=INDICES,
        background="bg",
        neutral="neutral",
        **more,
    )


def test_each_object_becomes_a_mask_with_a_tight_box() -> None:
    hole = Polygon([(2, 2), (12, 2), (12, 10), (2, 10)], [[(4, 4), (8, 4), (8, 8), (4, 8)]])
    found = example(
        sample_of(
            (20, 16),
            ("square", hole),
            ("disc", Rectangle(10, 8, 14.4, 12)),
            ("disc", Polyline([(1.5, 14.5), (5.5, 14.5)])),
            ("disc", Point(0.5, 0.5)),
        )
    )
    assert found["image"].shape == (3, 16, 20)
    assert found["image"].dtype == np.uint8
    assert found["labels"].tolist() == [2, 1, 1, 1]
    assert found["masks"].sum((1, 2)).tolist() == [80 - 16, 16, 5, 1]
    boxes = [[2, 2, 12, 10], [10, 8, 14, 12], [1, 14, 6, 15], [0, 0, 1, 1]]
    assert found["boxes"].tolist() == boxes
    assert "neutral" not in found


def test_masks_shrink_like_the_image_and_vanish() -> None:
    whole = ("square", Rectangle(8, 8, 24, 16))
    found = example(sample_of((64, 32), whole, ("disc", Point(0.5, 0.5))), InputSize((8,), 64))
    assert found["image"].shape == (3, 8, 16)
    assert found["labels"].tolist() == [2]
    assert found["boxes"].tolist() == [[2, 2, 6, 4]]
    assert found["masks"].sum() == 8


def test_background_objects_are_ignored() -> None:
    background, disc = ("bg", Rectangle(0, 0, 20, 16)), ("disc", Rectangle(0, 0, 4, 4))
    assert example(sample_of((20, 16), background, disc))["labels"].tolist() == [1]
    assert example(sample_of((20, 16), background)) is None


def test_negative_samples_have_an_image_and_nothing_else() -> None:
    found = example(sample_of((20, 16)), with_negatives=True)
    assert found["boxes"].shape == (0, 4)
    assert found["masks"].shape == (0, 16, 20)
    assert example(sample_of((20, 16))) is None


def test_neutral_pixels_are_kept_apart_and_objects_above_take_theirs_back() -> None:
    neutral = ("neutral", Rectangle(0, 0, 10, 10))
    disc = ("disc", Rectangle(5, 5, 15, 15))
    below = example(sample_of((20, 16), disc, neutral))
    above = example(sample_of((20, 16), neutral, disc))
    assert below["neutral"].sum() == 100
    assert above["neutral"].sum() == 75
    assert below["labels"].tolist() == above["labels"].tolist() == [1]


def test_of_many_objects_a_random_hundred_is_learnt() -> None:
    spots = [("disc", Rectangle(x, y, x + 1, y + 1)) for y in range(12) for x in range(12)]
    sample = sample_of((12, 12), *spots)
    first, again = example(sample), example(sample)
    assert len(first["labels"]) == 100
    assert np.array_equal(first["boxes"], again["boxes"])
    other = training_example(
        sample,
        InputSize((64,), 64),
        np.random.default_rng(1),
        indices=INDICES,
        background="bg",
        neutral=None,
    )
    assert other is not None
    assert not np.array_equal(first["boxes"], other["boxes"])


def test_an_unknown_class_is_the_fault_of_the_sample() -> None:
    with pytest.raises(DataError, match="class 'star' is not one of the model"):
        example(sample_of((20, 16), ("star", Rectangle(0, 0, 4, 4))))


def test_an_annotation_of_another_size_is_the_fault_of_the_sample() -> None:
    sample = sample_of((20, 16))
    other = Sample(sample.origin, sample.image, Annotation(Size(10, 16)))
    with pytest.raises(DataError, match="20 x 16 pixels, its annotation is of 10 x 16"):
        example(other)
