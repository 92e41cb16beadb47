"""Models without a network: they find what is bright."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from dtl_engine.errors import DataError
from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.imagefile.channels import Pixels
from dtl_engine.model.model_spec import ModelFamily, ModelSpec
from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, TagSpec, TagValueType
from dtl_engine.model.shapes import Mask, Rectangle, ShapeKind
from dtl_engine.testing import make_sample
from dtl_engine.testing.settings import parse_settings
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.inference.run import apply_mode
from dtl_nodes.models.inference.settings import InferSettings

CONFIDENCE = TagSpec("confidence", TagValueType.NUMBER)

BOXES = ModelSpec(
    ModelFamily.BOXES,
    (LabelSpec("blob", ShapeKind.RECTANGLE, "#FF0000"),
     LabelSpec("dust", ShapeKind.RECTANGLE, "#00FF00")),
    (CONFIDENCE,), "_blobs",
)  # fmt: skip
MASKS = ModelSpec(
    ModelFamily.INSTANCES,
    (LabelSpec("blob", ShapeKind.BITMAP, "#FF0000"),
     LabelSpec("dust", ShapeKind.BITMAP, "#00FF00")),
    (CONFIDENCE,), "_masks",
)  # fmt: skip
SEMANTIC = ModelSpec(
    ModelFamily.SEMANTIC,
    (LabelSpec("bg", ShapeKind.BITMAP, "#222222"), LabelSpec("blob", ShapeKind.BITMAP, "#FF0000")),
    (), "_unet", has_scores=True,
)  # fmt: skip
TAGS = ModelSpec(
    ModelFamily.TAGS, (),
    (TagSpec("bright", TagValueType.NUMBER), TagSpec("dark", TagValueType.NUMBER)), "_resnet",
)  # fmt: skip


def settings(**value: object) -> InferSettings:
    """Return settings as a document has them."""
    found = parse_settings(InferSettings, value)
    assert isinstance(found, InferSettings)
    return found


@dataclass
class Fake:
    """Finds connected bright regions; the brightest red value tells the confidence.

    A region of one pixel is ``dust``, others are ``blob``. ``seen`` are the sizes of each batch.
    """

    spec: ModelSpec
    confidence: str = "confidence"
    seen: list[list[tuple[int, int]]] = field(default_factory=list)
    device = "cpu"
    notes = ()

    def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
        self.seen.append([(pixels.shape[1], pixels.shape[0]) for pixels in images])
        return [self.one(pixels) for pixels in images]

    def one(self, pixels: Pixels) -> Prediction:
        red = pixels[:, :, 0]
        if self.spec.family is ModelFamily.TAGS:
            share = float(round((red > 127).mean(), 4))
            return Prediction(tags=(Tag("bright" if share >= 0.5 else "dark", share),))
        if self.spec.family is ModelFamily.SEMANTIC:
            likely = red.astype(np.float32) / 255
            scores = np.stack((1 - likely, likely))
            masks = [Mask.tight(scores.argmax(0) == number, 0, 0) for number in (0, 1)]
            found = [
                Instance(name, mask)
                for name, mask in zip(self.spec.label_names, masks, strict=True)
                if mask is not None
            ]
            return Prediction(tuple(found), scores=scores)
        count, regions = cv2.connectedComponents((red > 0).astype(np.uint8), connectivity=4)
        found = [self.region(regions == number, red) for number in range(1, count)]
        return Prediction(tuple(found))

    def region(self, pixels: np.ndarray, red: np.ndarray) -> Instance:
        mask = Mask.tight(pixels, 0, 0)
        assert mask is not None
        label = "dust" if mask.area == 1 else "blob"
        tag = Tag(self.confidence, round(float(red[pixels].max()) / 255, 4))
        shape = mask if self.spec.family is ModelFamily.INSTANCES else Rectangle(*mask.bbox)
        return Instance(label, shape, (tag,))


def picture(size: tuple[int, int], *spots: tuple[int, int, int, int, int]) -> Pixels:
    """Return a black picture with bright rectangles: left, top, right, bottom, red value."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    for left, top, right, bottom, red in spots:
        pixels[top:bottom, left:right, 0] = red
    return pixels


def sample_of(
    pixels: Pixels, *instances: Instance, tags: tuple[Tag, ...] = (), file: str = "one.png"
) -> Sample:
    """Return a sample that shows ``pixels``."""
    height, width = pixels.shape[:2]
    sample = make_sample(*Size(width, height), instances, tags, file=file)
    return sample.replace(image=Image.from_pixels(pixels))


def brief(sample: Sample) -> list[tuple[str, tuple[float, ...]]]:
    """Return labels and boxes of all instances, in order."""
    return [(each.label, tuple(each.shape.bbox)) for each in sample.instances]


def run(spec: ModelSpec, sample: Sample, **value: Any) -> Sample:
    chosen = settings(**value)
    (found,) = apply_mode(chosen, [sample], Fake(spec, chosen.model.confidence_tag_name))
    assert isinstance(found, Sample), found
    return found


def why(spec: ModelSpec, sample: Sample, **value: Any) -> DataError:
    (found,) = apply_mode(settings(**value), [sample], Fake(spec))
    assert isinstance(found, DataError)
    return found
