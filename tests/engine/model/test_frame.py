"""Frames: objects in another scale than their image, brought back exactly."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from dtl_engine.model.affine import Affine
from dtl_engine.model.annotation import Annotation, Instance, Tag
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Mask, Point, Polygon, Rectangle
from dtl_engine.testing import conformance_samples

SIZE = Size(10, 8)
HALF = Affine.scaling(SIZE, Size(5, 4))
BOX = Instance("box", Rectangle(1.0, 2.0, 5.0, 4.0), (Tag("sure"),), "a box", {"id": 7})
DOT = Instance("dot", Point(9.0, 1.0))
BOTH = Annotation(SIZE, (BOX, DOT), (Tag("t"),), "d", {"k": 1})


def shapes(annotation: Annotation) -> list[object]:
    return [instance.shape for instance in annotation.instances]


def test_layers_see_the_size_of_the_frame() -> None:
    scaled = BOTH.scaled(HALF)
    assert (scaled.size, scaled.image_size) == (Size(5, 4), SIZE)
    assert shapes(scaled) == [Rectangle(0.5, 1, 2.5, 2), Point(4.5, 0.5)]
    assert scaled.instances[0].with_shape(BOX.shape) == BOX
    assert (scaled.tags, scaled.description, scaled.extra) == ((Tag("t"),), "d", {"k": 1})
    assert scaled.with_tags(()).size == Size(5, 4)
    assert scaled != BOTH


def test_some_labels_leave_the_others_where_they_are() -> None:
    scaled = BOTH.scaled(HALF, {"box"})
    assert shapes(scaled) == [Rectangle(0.5, 1, 2.5, 2), DOT.shape]
    assert scaled.size == SIZE, "there must be room for all objects"
    assert BOTH.scaled(HALF.inverse.inverse, {"box"}) == scaled
    assert shapes(scaled.restored()) == [BOX.shape, DOT.shape]


def test_what_nothing_changed_is_restored_to_the_bit() -> None:
    thin = Mask.tight(np.eye(7, dtype=bool), 1, 0)
    ring = Polygon([(1 / 3, 0), (7, 0.1), (3, 6.7)])
    assert thin is not None
    annotation = Annotation(SIZE, (Instance("thin", thin), Instance("ring", ring)))
    scaled = annotation.scaled(Affine.scaling(SIZE, Size(3, 7)))
    assert scaled.restored() == annotation
    assert pickle.loads(pickle.dumps(scaled)).restored() == annotation


def test_what_was_made_in_the_frame_comes_back_by_the_inverse() -> None:
    scaled = BOTH.scaled(HALF)
    new = Instance("new", Rectangle(1, 1, 2, 2))
    back = scaled.with_instances([new, *scaled.instances[1:]]).restored()
    assert shapes(back) == [Rectangle(2, 2, 4, 4), DOT.shape]
    assert (back.size, back.frame) == (SIZE, None)


def test_objects_of_labels_return_one_after_another() -> None:
    scaled = BOTH.scaled(HALF)
    one = scaled.restored(frozenset({"box"}))
    assert shapes(one) == [BOX.shape, Point(4.5, 0.5)]
    assert one.restored(frozenset({"box"})) == one
    assert one.restored(frozenset({"dot"})) == BOTH
    assert scaled.restored(frozenset()).frame is not None


def test_scaling_again_starts_from_the_image() -> None:
    again = BOTH.scaled(HALF).scaled(Affine.scaling(SIZE, Size(20, 16)))
    assert shapes(again)[1] == Point(18, 2)
    assert again.restored() == BOTH


def test_nothing_to_restore() -> None:
    assert BOTH.restored() is BOTH
    assert BOTH.to_save() is BOTH


@pytest.mark.parametrize("labels", [None, {"box"}, {"dot", "box"}, set()])
def test_moving_pixels_restores_first(labels: set[str] | None) -> None:
    scaled = BOTH.scaled(HALF, labels)
    turn = Affine.rotation(SIZE, 90)
    assert scaled.mirror("vertical") == BOTH.mirror("vertical")
    assert scaled.crop(Window(2, 0, 9, 8)) == BOTH.crop(Window(2, 0, 9, 8))
    assert scaled.transform(turn) == BOTH.transform(turn)


def test_clipping_works_in_the_frame() -> None:
    clipped = BOTH.scaled(HALF).clip((0, 0, 2, 4))
    assert shapes(clipped) == [Rectangle(0.5, 1, 2, 2)]
    assert shapes(clipped.restored()) == [Rectangle(1, 2, 4, 4)]


def test_saving_restores_the_whole_and_keeps_picked_labels_scaled() -> None:
    assert BOTH.scaled(HALF).to_save() == BOTH
    saved = BOTH.scaled(HALF, {"box"}).to_save()
    assert (saved.size, saved.frame) == (SIZE, None)
    assert shapes(saved) == [Rectangle(0.5, 1, 2.5, 2), DOT.shape]


def framed(sample: Sample) -> Sample:
    width, height = sample.size
    affine = Affine.scaling(sample.size, Size(width * 2 + 1, height + 3))
    return sample.replace(annotation=sample.annotation.scaled(affine))


def test_samples_keep_the_size_of_their_image() -> None:
    for sample in conformance_samples():
        scaled = framed(sample)
        assert scaled.size == scaled.image.size == sample.size
        assert scaled.to_save().annotation == sample.annotation
        assert sample.to_save() is sample
        assert scaled.mirror("vertical").annotation == sample.mirror("vertical").annotation
