from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema, SchemaError
from dtl_engine.model.shapes import Mask, Point, Rectangle, Shape, ShapeKind
from dtl_engine.testing import conformance_samples, make_sample, sample_schema
from dtl_nodes.generate_hints import GenerateHints
from tests.fixtures.nodes import infer, refuses, run, with_shapes

SETTINGS = {
    "class": "thing",
    "positive_class": "on",
    "negative_class": "off",
    "min_points_number": 3,
}
Places = list[tuple[float, float]]


def hints(sample: Sample, seed: int = 0, **changed: Any) -> tuple[Places, Places]:
    (result,) = run(GenerateHints, {**SETTINGS, **changed}, sample, seed=seed)
    count = len(sample.instances)
    assert result.instances[:count] == sample.instances
    found: dict[str, Places] = {"on": [], "off": []}
    for instance in result.instances[count:]:
        assert isinstance(instance.shape, Point)
        found[instance.label].append((instance.shape.x, instance.shape.y))
    labels = [instance.label for instance in result.instances[count:]]
    assert labels == sorted(labels, reverse=True), "those on the objects come first"
    return found["on"], found["off"]


def painted(size: tuple[int, int], *boxes: tuple[int, int, int, int]) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(size[0])
        for y in range(size[1])
        if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in boxes)
    }


def test_points_lie_on_and_off() -> None:
    boxes = [(2, 1, 6, 5), (5, 4, 9, 4)]
    sample = with_shapes((14, 9), *(Rectangle(*box) for box in boxes))
    covered = painted((14, 9), *boxes)
    seen: set[tuple[float, float]] = set()
    for seed in range(400):
        on, off = hints(sample, seed)
        assert len(set(on)) == len(on) >= 3
        assert len(set(off)) == len(off) >= 3
        assert set(on) <= covered
        assert not set(off) & covered
        seen |= {*on, *off}
    assert seen == painted((14, 9), (0, 0, 13, 8)), "every pixel is reached"


def test_numbers_are_exponential() -> None:
    sample = with_shapes((40, 40), Rectangle(0, 0, 39, 18))
    pairs = [hints(sample, seed, min_points_number=0) for seed in range(3000)]
    for numbers in zip(*((len(on), len(off)) for on, off in pairs), strict=True):
        chances = Counter(numbers)
        for number in range(5):
            expected = np.exp(-number / 2) - np.exp(-(number + 1) / 2)
            assert chances[number] / 3000 == pytest.approx(expected, abs=0.04)


def test_pixels_are_chosen_uniformly() -> None:
    sample = with_shapes((6, 5), Rectangle(1, 1, 3, 3))
    counts: Counter[tuple[float, float]] = Counter()
    for seed in range(2000):
        on, off = hints(sample, seed)
        counts.update(on + off)
    inside = [counts[place] for place in painted((6, 5), (1, 1, 3, 3))]
    outside = [counts[place] for place in painted((6, 5), (0, 0, 5, 4))]
    outside = [count for count in outside if count not in inside]
    assert max(inside) < 1.25 * min(inside)
    assert max(outside) < 1.35 * min(outside)


def test_no_more_points_than_pixels() -> None:
    pixel = Mask.tight(np.ones((1, 1), bool), 1, 1)
    assert pixel is not None
    on, off = hints(with_shapes((3, 3), pixel), min_points_number=100)
    assert on == [(1, 1)]
    assert set(off) == painted((3, 3), (0, 0, 2, 2)) - {(1, 1)}


def test_no_object_gives_negatives_only() -> None:
    on, off = hints(make_sample(10, 10, [Instance("other", Rectangle(0, 0, 5, 5))]))
    assert (on, len(off) >= 3) == ([], True)


def test_everything_covered_gives_positives_only() -> None:
    on, off = hints(with_shapes((4, 4), Rectangle(0, 0, 4, 4)))
    assert (len(on) >= 3, off) == (True, [])


@pytest.mark.parametrize("label", [spec.name for spec in sample_schema().labels])
def test_every_shape_is_drawn(label: str) -> None:
    sample = conformance_samples()[0]
    on, _ = hints(sample, **{"class": label})
    shape: Shape = next(x.shape for x in sample.instances if x.label == label)
    x0, y0, x1, y1 = shape.bbox
    assert on
    assert all(x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1 for x, y in on)


def test_other_samples_get_other_points() -> None:
    sample = with_shapes((50, 50), Rectangle(0, 0, 20, 20))
    copies = [sample.derived(f"copies.{number}") for number in range(4)]
    assert len({str(hints(copy)) for copy in copies}) == 4
    assert hints(copies[0]) == hints(copies[0])


def test_declares_two_classes_of_points() -> None:
    schema = infer(GenerateHints, SETTINGS, sample_schema())
    assert [(label.name, label.kind) for label in schema.labels[-2:]] == [
        ("on", ShapeKind.POINT),
        ("off", ShapeKind.POINT),
    ]
    assert len({label.color for label in schema.labels}) == len(schema.labels)
    used = {**SETTINGS, "positive_class": "dot", "negative_class": "dot"}
    assert infer(GenerateHints, used, sample_schema()) == sample_schema()


def test_class_of_any_shape_holds_points() -> None:
    schema = Schema((LabelSpec("on", "any", "#FFFFFF"),))
    assert infer(GenerateHints, SETTINGS, schema).label_names == ("on", "off")


@pytest.mark.parametrize(
    ("key", "label", "code"),
    [("positive_class", "box", "E303"), ("negative_class", "patch", "E303"),
     ("positive_class", "__ignore__", "E305"), ("negative_class", "__default__", "E305")],
)  # fmt: skip
def test_classes_that_do_not_fit(key: str, label: str, code: str) -> None:
    with pytest.raises(SchemaError) as refused:
        infer(GenerateHints, {**SETTINGS, key: label}, sample_schema())
    assert (refused.value.code, refused.value.at) == (code, (key,))


@pytest.mark.parametrize(
    ("key", "value"),
    [("class", ""), ("class", ["thing"]), ("positive_class", ""), ("negative_class", None),
     ("min_points_number", -1), ("min_points_number", 1.5), ("min_points_number", "3")],
)  # fmt: skip
def test_refuses(key: str, value: Any) -> None:
    refuses(GenerateHints, {**SETTINGS, key: value})


@pytest.mark.parametrize("left_out", SETTINGS)
def test_every_setting_is_needed(left_out: str) -> None:
    refuses(GenerateHints, {key: SETTINGS[key] for key in SETTINGS if key != left_out})
