from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.model.shapes import Mask, Point, Rectangle
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample, sample_schema
from dtl_nodes.background import Background
from dtl_nodes.crop import Crop
from dtl_nodes.crop_annotation import CropAnnotation
from dtl_nodes.flip import Flip
from dtl_nodes.resize import Resize
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.restore_annotation_scale import RestoreAnnotationScale
from dtl_nodes.rotate import Rotate
from tests.fixtures.nodes import NodeClass, infer, make, refuses, run, shapes_of, with_shapes


def to(width: int, height: int, *, keep: bool = True, **more: Any) -> dict[str, Any]:
    return {"width": width, "height": height, "aspect_ratio": {"keep": keep}, **more}


def one(node: NodeClass, settings: Any, sample: Sample) -> Sample:
    (result,) = run(node, settings, sample)
    return result


def test_objects_are_scaled_and_the_image_stays() -> None:
    mask = Mask.tight(np.array([[1, 0], [0, 1]], bool), 2, 2)
    pixel = Mask.tight(np.array([[1]], bool), 0, 0)
    assert mask is not None and pixel is not None
    sample = with_shapes((10, 8), Point(3, 2), Rectangle(1, 1, 4, 3), pixel, mask)
    result = one(ResizeAnnotation, to(5, -1), sample)
    assert result.image is sample.image
    assert result.size == Size(10, 8)
    assert result.annotation.size == Size(5, 4)
    half = Mask.tight(np.array([[1]], bool), 1, 1)
    assert shapes_of(result) == [Point(1.5, 1), Rectangle(0.5, 0.5, 2, 1.5), half]


@pytest.mark.parametrize(
    "settings",
    [to(20, -1), to(20, 20), to(5, 3, keep=False), to(1, 1), to(7, 9, classes=["box", "blob"])],
)
def test_restoring_brings_all_coordinates_back(settings: dict[str, Any]) -> None:
    for sample in conformance_samples():
        scaled = one(ResizeAnnotation, settings, sample)
        back = one(RestoreAnnotationScale, {}, scaled)
        gone = len(sample.instances) - len(scaled.instances)
        assert len(back.instances) == len(sample.instances) - gone
        if gone == 0:
            assert_same_sample(back, sample)


def test_a_letterbox_is_undone_for_objects_made_inside() -> None:
    sample = make_sample(10, 8)
    scaled = one(ResizeAnnotation, to(20, 20), sample)
    drawn = one(Background, {"class": "bg"}, scaled)
    assert shapes_of(drawn) == [Rectangle(0, 0, 20, 20)]
    restored = one(RestoreAnnotationScale, {}, drawn)
    assert shapes_of(restored) == [Rectangle(0, -1, 10, 9)]


@pytest.mark.parametrize(
    ("node", "settings"),
    [(Flip, {"axis": "vertical"}), (Crop, {"sides": {"left": "20%"}}), (Resize, to(9, -1)),
     (Rotate, {"rotate_angles": {"min_degrees": 20, "max_degrees": 20},
               "black_regions": {"mode": "preserve_size"}})],
)  # fmt: skip
def test_layers_that_move_pixels_restore_first(node: NodeClass, settings: dict[str, Any]) -> None:
    sample = conformance_samples()[0]
    for chosen in (to(48, 40), to(48, -1, classes=["box"])):
        scaled = one(ResizeAnnotation, chosen, sample)
        assert_same_sample(one(node, settings, scaled), one(node, settings, sample))


def test_clipping_in_between_works_on_the_scaled_picture() -> None:
    sample = with_shapes((10, 8), Rectangle(0, 0, 10, 8))
    scaled = one(ResizeAnnotation, to(20, -1), sample)
    cut = one(CropAnnotation, {"sides": {"left": "6px", "top": "50%"}}, scaled)
    assert shapes_of(cut) == [Rectangle(6, 8, 20, 16)]
    assert shapes_of(one(RestoreAnnotationScale, {}, cut)) == [Rectangle(3, 4, 10, 8)]


def test_saving_restores() -> None:
    sample = conformance_samples()[0]
    assert_same_sample(one(ResizeAnnotation, to(48, -1), sample).to_save(), sample)


def test_objects_of_picked_classes_are_saved_as_scaled() -> None:
    sample = conformance_samples()[0]
    saved = one(ResizeAnnotation, to(48, -1, classes=["box"]), sample).to_save()
    assert saved.annotation.size == sample.size
    for before, after in zip(sample.instances, saved.instances, strict=True):
        assert (after == before) == (before.label != "box")


def test_classes_of_the_restoring_layer() -> None:
    sample = conformance_samples()[0]
    scaled = one(ResizeAnnotation, to(48, -1), sample)
    some = one(RestoreAnnotationScale, {"classes": ["box"]}, scaled)
    changed = [
        before.label
        for before, after in zip(sample.instances, some.instances, strict=True)
        if before != after
    ]
    assert changed == [instance.label for instance in sample.instances if instance.label != "box"]
    assert_same_sample(one(RestoreAnnotationScale, {}, some), sample)


def test_restoring_what_is_not_scaled_changes_nothing() -> None:
    for sample in conformance_samples():
        assert_same_sample(one(RestoreAnnotationScale, {}, sample), sample)


def test_schema_stays() -> None:
    assert infer(ResizeAnnotation, to(5, 5, classes=["nothing"]), sample_schema()) == (
        sample_schema()
    )
    assert infer(RestoreAnnotationScale, {}, Schema()) == Schema()


def test_classes_are_mentioned() -> None:
    for node, settings in (
        (ResizeAnnotation, to(5, 5, classes=["a", "b"])),
        (RestoreAnnotationScale, {"classes": ["a", "b"]}),
    ):
        made = make(node, settings)  # type: ignore[arg-type]
        assert made.mentioned_labels(made.settings) == {("classes", 0): "a", ("classes", 1): "b"}


@pytest.mark.parametrize(
    "settings",
    [to(0, 5), to(-1, -1), to(-1, 5, keep=False), to(5, 5, classes="box"),
     to(5, 5, classes=[""]), to(5, 5, clases=[])],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(ResizeAnnotation, settings)


def test_restoring_refuses() -> None:
    refuses(RestoreAnnotationScale, {"clases": []})
    refuses(RestoreAnnotationScale, {"classes": "box"})
