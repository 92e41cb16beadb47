from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.model.shapes import Rectangle, ShapeKind
from dtl_engine.testing import conformance_samples, make_sample, sample_schema
from dtl_nodes.background import Background
from dtl_nodes.crop import Crop
from tests.fixtures.nodes import infer, refuses, run, shapes_of

SKY = {"class": "sky"}


def test_rectangle_of_image_size_lies_below_all() -> None:
    for sample in conformance_samples():
        (result,) = run(Background, SKY, sample)
        width, height = sample.size
        assert result.instances[0] == Instance("sky", Rectangle(0, 0, width, height))
        assert result.instances[1:] == sample.instances
        assert result.image is sample.image


def test_covers_every_pixel_of_an_image_of_one() -> None:
    (result,) = run(Background, SKY, make_sample(1, 1))
    assert np.all(shapes_of(result)[0].paint(result.size))


def test_used_twice_adds_two() -> None:
    (once,) = run(Background, SKY, make_sample(4, 3))
    (twice,) = run(Background, SKY, once)
    assert [instance.label for instance in twice.instances] == ["sky", "sky"]


def test_stays_complete_when_cropped() -> None:
    (result,) = run(Background, SKY, make_sample(10, 8))
    (cropped,) = run(Crop, {"sides": {"left": "3px", "bottom": "1px"}}, result)
    assert shapes_of(cropped) == [Rectangle(0, 0, 7, 7)]


def test_declares_its_class() -> None:
    schema = infer(Background, SKY, sample_schema())
    added = schema.labels[-1]
    assert (added.name, added.kind) == ("sky", ShapeKind.RECTANGLE)
    assert added.color not in {label.color for label in sample_schema().labels}
    assert schema.tags == sample_schema().tags


def test_a_rectangle_class_of_that_name_is_used() -> None:
    assert infer(Background, {"class": "box"}, sample_schema()) == sample_schema()


def test_a_class_of_any_shape_is_used() -> None:
    schema = Schema((LabelSpec("thing", "any", "#FFFFFF"),))
    assert infer(Background, {"class": "thing"}, schema) == schema


def test_a_class_of_another_shape_is_an_error() -> None:
    with pytest.raises(SchemaError, match="bitmap") as refused:
        infer(Background, {"class": "blob"}, sample_schema())
    assert (refused.value.code, refused.value.at) == ("E303", ("class",))


@pytest.mark.parametrize("word", ["__other__", "__default__", "__ignore__", "__new__", "__clone__"])
def test_reserved_words_are_no_classes(word: str) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(Background, {"class": word}, sample_schema())
    assert (refused.value.code, refused.value.at) == ("E305", ("class",))


@pytest.mark.parametrize(
    "settings",
    [{}, {"class": ""}, {"class": None}, {"class": ["sky"]}, {"label": "sky"},
     {"class": "sky", "color": "#000000"}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Background, settings)
