"""Transforms of albumentations and imgaug: pixels and objects move alike.

A mask is painted into the picture, and the sample is transformed: what is bright then is where the
mask is, but for pixels along its border. A polygon of the same outline agrees with the mask.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.shapes import Mask, Polygon
from dtl_nodes.augment import Augment
from dtl_nodes.elastic_transformation import ElasticTransformation
from dtl_nodes.imgaug_studio import ImgaugStudio
from dtl_nodes.perspective_transform import PerspectiveTransform
from tests.fixtures.nodes import NodeClass, run

SIZE = Size(72, 60)


def augmenting(name: str, **arguments: Any) -> dict[str, Any]:
    return {"transform": {"name": name, "p": 1, **arguments}}


def studio(category: str, name: str, **params: Any) -> dict[str, Any]:
    step = {"category": category, "name": name, "params": params, "sometimes": None, "python": ""}
    return {"shuffle": False, "classes_to_convert": {}, "pipeline": [step]}


EXACT: list[tuple[NodeClass, dict[str, Any]]] = [
    (Augment, augmenting("HorizontalFlip")),
    (Augment, augmenting("VerticalFlip")),
    (Augment, augmenting("Transpose")),
    (Augment, augmenting("D4")),
    (Augment, augmenting("RandomCrop", height=31, width=40)),
    (Augment, augmenting("PadIfNeeded", min_height=80, min_width=99)),
    (ImgaugStudio, studio("flip", "Fliplr", p=1)),
    (ImgaugStudio, studio("geometric", "Rot90", k=[1, 3], keep_size=False)),
]
BOUNDED: list[tuple[NodeClass, dict[str, Any]]] = [
    (Augment, augmenting("Affine", rotate=[-40, 40], scale=[0.8, 1.3], shear=[-8, 8])),
    (Augment, augmenting("RandomResizedCrop", size=[50, 45], scale=[0.5, 1])),
    (Augment, augmenting("GridDistortion")),
    (ElasticTransformation, {
        "alpha": {"min": 10, "max": 40}, "sigma": {"min": 5, "max": 7}, "classes_mapping": {},
    }),
    (PerspectiveTransform, {
        "scale": {"min": 0.02, "max": 0.1}, "size_box": {"keep": True, "fit": False},
        "cval": {"value": 0}, "classes_mapping": {},
    }),
    (ImgaugStudio, studio("geometric", "Rotate", rotate=[-30, 30])),
]  # fmt: skip


@st.composite
def painted_samples(draw: st.DrawFn) -> Sample:
    """A dark picture with one bright rounded area, which a mask and a polygon mark."""
    cx, cy = draw(st.integers(22, 50)), draw(st.integers(20, 40))
    rx, ry = draw(st.integers(8, 16)), draw(st.integers(8, 14))
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack((cx + rx * np.cos(angles), cy + ry * np.sin(angles)), axis=1)
    polygon = Polygon(np.round(ring * 8) / 8)
    area = polygon.paint(SIZE)
    mask = Mask.tight(area, 0, 0)
    assert mask is not None
    pixels = np.repeat((area * np.uint8(255))[:, :, None], 3, axis=2)
    instances = (Instance("mask", mask), Instance("outline", polygon))
    file = draw(st.sampled_from(("a.png", "b.png", "c.png")))
    return Sample(Origin("p", "d", file), Image.from_pixels(pixels), Annotation(SIZE, instances))


def areas(sample: Sample) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what is bright, and what the masks and the polygons cover."""
    covered = {label: np.zeros(sample.size[::-1], bool) for label in ("mask", "outline")}
    for instance in sample.instances:
        covered[instance.label] |= instance.shape.paint(sample.size)
    return sample.image.pixels()[:, :, 0] > 127, covered["mask"], covered["outline"]


@pytest.mark.parametrize(("node", "chosen"), EXACT)
@given(sample=painted_samples(), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_whole_pixels_move_exactly(
    node: NodeClass, chosen: dict[str, Any], sample: Sample, seed: int
) -> None:
    for result in run(node, chosen, sample, seed=seed):
        bright, mask, outline = areas(result)
        assert (bright == mask).all()
        assert (bright == outline).all()


@pytest.mark.parametrize(("node", "chosen"), BOUNDED)
@given(sample=painted_samples(), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_other_movements_differ_along_the_border_only(
    node: NodeClass, chosen: dict[str, Any], sample: Sample, seed: int
) -> None:
    for result in run(node, chosen, sample, seed=seed):
        bright, mask, outline = areas(result)
        kernel = np.ones((3, 3), np.uint8)
        grown = cv2.dilate(bright.view(np.uint8), kernel, iterations=2).astype(bool)
        shrunk = cv2.erode(bright.view(np.uint8), kernel, iterations=2).astype(bool)
        for area in (mask, outline):
            assert not (area & ~grown).any(), "an object covers what is dark"
            assert not (shrunk & ~area).any(), "an object leaves out what is bright"
