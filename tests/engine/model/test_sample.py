"""Samples: identity, lineage, and pixels that move together with the annotation."""

from __future__ import annotations

import numpy as np

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.sample import Origin
from dtl_engine.model.shapes import Rectangle
from tests.fixtures.samples import sample_of


def test_origin() -> None:
    origin = Origin("p", "d", "a.b.JPG")
    assert (origin.stem, origin.suffix, str(origin)) == ("a.b", ".JPG", "p/d/a.b.JPG")
    assert origin == Origin("p", "d", "a.b.JPG", ("a.b", "c"))
    assert hash(origin) == hash(Origin("p", "d", "a.b.JPG", ("c",)))


def test_lineage_grows_and_the_dataset_stays() -> None:
    sample = sample_of("a.png")
    derived = sample.derived("in").in_dataset("new").derived("m.3")
    assert derived.id == "p/ds/a.png#in#m.3"
    assert (derived.dataset, sample.dataset, sample.id) == ("new", None, "p/ds/a.png")
    assert derived.image is sample.image
    assert derived.annotation is sample.annotation
    assert repr(derived) == "Sample(p/ds/a.png#in#m.3)"


def test_replacing_shares_the_rest() -> None:
    sample = sample_of("a.png").in_dataset("new")
    box = Instance("box", Rectangle(0.0, 0.0, 2.0, 2.0))
    changed = sample.replace(instances=[box], tags=(Tag("t"),))
    assert (changed.instances, changed.tags) == ((box,), (Tag("t"),))
    assert (sample.instances, sample.tags) == ((), ())
    assert changed.image is sample.image
    assert (changed.id, changed.dataset, changed.origin) == (sample.id, "new", sample.origin)


def test_pixels_and_annotation_move_together() -> None:
    box = Instance("box", Rectangle(1.0, 0.0, 3.0, 2.0))
    sample = sample_of("a.png").replace(instances=[box])
    pixels = sample.image.pixels()
    moved = sample.mirror("vertical").crop(Window(2, 0, 6, 3))
    assert np.array_equal(moved.image.pixels(), pixels[:, ::-1][:3, 2:])
    assert moved.size == moved.image.size == Size(4, 3)
    assert moved.instances[0].shape == Rectangle(1.0, 0.0, 3.0, 2.0)
    assert sample.size == Size(6, 4)
