from __future__ import annotations

import numpy as np
import pytest

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.model.shapes import ShapeKind
from dtl_engine.testing import assert_same_sample, sample_schema
from dtl_engine.testing.coverage import assert_schema_covers
from dtl_engine.testing.demo import SIZE, demo_sample, demo_samples, demo_schema


@pytest.fixture(params=demo_samples(), ids=str)
def sample(request: pytest.FixtureRequest) -> Sample:
    found: Sample = request.param
    return found


def test_samples_fit_the_schema(sample: Sample) -> None:
    assert sample.size == sample.image.size == SIZE
    assert_schema_covers(demo_schema(), sample)


def test_the_schema_is_that_of_the_kit() -> None:
    def declared(schema: Schema) -> list[tuple[str, str, str]]:
        return [(label.name, label.kind, label.color) for label in schema.labels]

    assert declared(demo_schema()) == declared(sample_schema())
    assert demo_schema().tags == sample_schema().tags


def test_every_shape_is_there() -> None:
    assert {instance.shape.kind for instance in demo_sample().instances} == set(ShapeKind)


def test_the_hand_fits_its_template() -> None:
    (label,) = (label for label in demo_schema().labels if label.name == "hand")
    (hand,) = (each.shape for each in demo_sample().instances if each.label == "hand")
    nodes = {node.id for node in hand.nodes}  # type: ignore[attr-defined]
    template = label.extra["geometry_config"]
    assert nodes == set(template["nodes"])
    assert all({edge["src"], edge["dst"]} <= nodes for edge in template["edges"])


def test_nothing_leaves_the_image(sample: Sample) -> None:
    for instance in sample.instances:
        assert instance.shape.normalize(SIZE) == (instance.shape,)


def test_pixels_show_the_objects() -> None:
    shown, bare = (demo_samples()[at].image.pixels().astype(int) for at in (0, 2))
    differ = (shown != bare).any(axis=2)
    for instance in demo_sample().instances:
        covered = instance.shape.paint(SIZE)
        assert np.count_nonzero(differ & covered) >= 0.98 * np.count_nonzero(covered), instance


def test_it_is_drawn_alike_every_time() -> None:
    for one, other in zip(demo_samples(), demo_samples.__wrapped__(), strict=True):
        assert_same_sample(one, other)
