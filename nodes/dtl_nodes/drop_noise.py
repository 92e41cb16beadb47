"""The ``drop_noise`` node: remove small pieces from masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Literal

from dtl_engine.sdk import MapNode, Mask, Sample, Schema, Settings, ShapeKind, Size
from dtl_nodes.classes.labels import At, Labels, places, require_kinds
from dtl_nodes.kernels.components import without_small
from dtl_nodes.objects.masks import change_masks
from dtl_nodes.settings.sides import Length, length_px


class DropNoiseSettings(Settings):
    """Settings of ``drop_noise``."""

    classes: Labels
    """Classes of the masks to clean; others pass."""

    min_area: Length
    """The pixels that a piece needs to stay: ``"12px"``, or percent of what ``src_type`` says."""

    src_type: Literal["image", "bbox"]
    """What percent are counted of: the area of the image, or of the box around the mask."""


class DropNoise(MapNode[DropNoiseSettings]):
    """Remove from masks all pieces that are smaller than a threshold.

    Pixels that share a side are connected. A mask of which nothing is left is dropped.

    Example:
        {"classes": ["blob"], "min_area": "1%", "src_type": "bbox"}

    Source: DTL ``drop_noise``; objects keep tags and description.
    """

    action = "drop_noise"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: DropNoiseSettings) -> Mapping[At, str]:
        """The classes to clean."""
        return places("classes", settings.classes)

    @staticmethod
    def infer_schema(settings: DropNoiseSettings, schema: Schema) -> Schema:
        """What is left are masks of the same classes."""
        labels = places("classes", settings.classes)
        require_kinds(schema, labels, (ShapeKind.BITMAP,), "'drop_noise' cleans")
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with clean masks."""
        clean = partial(self._clean, sample.annotation.size)
        return change_masks(sample, self.settings.classes, self.action, clean)

    def _clean(self, size: Size, mask: Mask) -> Iterable[Mask]:
        if self.settings.src_type == "image" or self.settings.min_area.endswith("px"):
            reference = size.width * size.height
        else:
            box = mask.tightened()
            reference = box.width * box.height if box else 0
        least_px = length_px(self.settings.min_area, reference)
        if least_px <= 1:
            return (mask,)
        left = without_small(mask.pixels, least_px, 4)
        if left is mask.pixels:
            return (mask,)
        clean = Mask.tight(left, mask.x, mask.y)
        return () if clean is None else (clean,)
