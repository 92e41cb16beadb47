"""The ``imgaug_studio`` node: order, chance, classes converted first."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import ValidationError

from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Point, Polygon, Rectangle
from dtl_engine.testing import assert_same_sample, make_sample, sample_schema
from dtl_nodes.imgaug.table import CATEGORIES
from dtl_nodes.imgaug_studio import Entry, ImgaugStudio
from tests.fixtures.nodes import infer, make, run, shapes_of, size_of, with_shapes


def entry(name: str, category: str = "arithmetic", sometimes: Any = None, **params: Any) -> Any:
    python = "__import__('os').abort()"
    return {
        "category": category,
        "name": name,
        "params": params,
        "sometimes": sometimes,
        "python": python,
    }


def studio(*pipeline: Any, shuffle: bool = False, **mapping: str) -> dict[str, Any]:
    return {"pipeline": list(pipeline), "shuffle": shuffle, "classes_to_convert": mapping}


def value(settings: Any, seed: int = 0) -> int:
    sample = make_sample(1, 1)
    sample = sample.replace(image=sample.image.with_pixels(np.full((1, 1, 3), 10, np.uint8)))
    (result,) = run(ImgaugStudio, settings, sample, seed=seed)
    return int(result.image.pixels()[0, 0, 0])


def test_the_example_of_the_reference() -> None:
    written = {
        "shuffle": False,
        "classes_to_convert": {},
        "pipeline": [
            {
                "category": "arithmetic",
                "name": "Add",
                "params": {"value": [5, 25]},
                "sometimes": 0.5,
                "python": "iaa.Add(value=[5, 25])",
            }
        ],
    }
    found = [value(written, seed) for seed in range(200)]
    assert 60 < found.count(10) < 140
    assert all(number == 10 or 15 <= number <= 35 for number in found)


def test_categories_are_those_of_the_table() -> None:
    assert get_args(Entry.model_fields["category"].annotation) == tuple(CATEGORIES)


def test_empty_pipeline_passes() -> None:
    sample = with_shapes((8, 6), Rectangle(1, 1, 2, 2))
    (result,) = run(ImgaugStudio, studio(shuffle=True), sample)
    assert result is sample
    assert not ImgaugStudio.is_random(make(ImgaugStudio, studio()).settings)


def test_order() -> None:
    steps = (entry("Add", value=10), entry("Multiply", mul=2))
    assert value(studio(*steps)) == 40
    shuffled = Counter(value(studio(*steps, shuffle=True), seed) for seed in range(200))
    assert shuffled.keys() == {30, 40}
    assert min(shuffled.values()) > 60


@pytest.mark.parametrize(("chance", "result"), [(0, 10), (1, 20), (None, 20)])
def test_sometimes(chance: float | None, result: int) -> None:
    assert value(studio(entry("Add", sometimes=chance, value=10))) == result


def test_annotation_is_not_even_read_where_nothing_moves() -> None:
    class Unread:
        def load(self) -> tuple[Instance, ...]:
            raise AssertionError("the annotation was read")

    sample = make_sample(8, 6)
    sample = sample.replace(annotation=Annotation(sample.size, Unread()))
    (result,) = run(ImgaugStudio, studio(entry("Add")), sample)
    assert result.annotation is sample.annotation
    assert result.image.pixels().shape == (6, 8, 3)


def test_all_shapes_follow() -> None:
    settings = studio(entry("Fliplr", "flip"), entry("Flipud", "flip"))
    shapes = (Point(1, 2), Rectangle(0, 0, 3, 1))
    (result,) = run(ImgaugStudio, settings, with_shapes((8, 6), *shapes))
    assert shapes_of(result) == [Point(7, 4), Rectangle(5, 5, 8, 6)]


def test_size_may_change() -> None:
    settings = studio(entry("Rot90", "geometric", k=1, keep_size=False))
    (result,) = run(ImgaugStudio, settings, with_shapes((8, 6), Point(0, 0)))
    assert size_of(result) == (Size(6, 8), Size(6, 8))
    assert shapes_of(result) == [Point(6, 0)]


def test_classes_are_converted_first() -> None:
    settings = studio(entry("Fliplr", "flip"), thing="thing_mask")
    polygon = Polygon([(0, 0), (2, 0), (2, 2), (0, 2)])
    (result,) = run(ImgaugStudio, settings, with_shapes((8, 6), polygon))
    (instance,) = result.instances
    assert instance.label == "thing_mask"
    assert instance.shape == Mask.tight(np.ones((3, 3), bool), 5, 0)


def test_classes_are_converted_even_if_nothing_is_applied() -> None:
    settings = studio(entry("Fliplr", "flip", 0), thing="__default__")
    (result,) = run(ImgaugStudio, settings, with_shapes((8, 6), Rectangle(1, 1, 3, 3)))
    assert isinstance(result.instances[0].shape, Mask)


def test_schema() -> None:
    schema = infer(ImgaugStudio, studio(patch="patch_mask"), sample_schema())
    label = schema.label("patch_mask")
    assert label is not None
    assert label.kind == "bitmap"
    assert schema.label("patch") is None


def test_python_is_only_text() -> None:
    """The text in the fixture would end the process if anyone ran it."""
    assert value(studio(entry("Add", value=1))) == 11


def test_same_draws_give_the_same_bytes() -> None:
    steps = (entry("Affine", "geometric", rotate=[-30, 30]), entry("AdditiveGaussianNoise"))
    sample = with_shapes((40, 30), Rectangle(3, 3, 20, 20))
    (one,), (other,) = (run(ImgaugStudio, studio(*steps, shuffle=True), sample, seed=3)
                        for _ in range(2))  # fmt: skip
    assert_same_sample(one, other)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (entry("Add", "arithmetics"), "pipeline.0.category"),
        (entry("Adds"), "pipeline.0.name"),
        (entry("Add", vaule=3), "pipeline.0.params.vaule"),
        (entry("Add", value="3"), "pipeline.0.params.value"),
        (entry("Add", "arithmetic", 1.5), "pipeline.0.sometimes"),
        ({**entry("Add"), "more": 1}, "pipeline.0.more"),
    ],
)
def test_mistakes_are_told_at_their_place(written: Any, place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make(ImgaugStudio, studio(written))
    assert [".".join(map(str, e["loc"])) for e in caught.value.errors()] == [place]
