"""The ``skeletonize`` node: thin masks down to lines of one pixel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from dtl_engine.sdk import MapNode, Mask, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import At, Labels, places, require_kinds
from dtl_nodes.kernels.medial_axis import medial_axis
from dtl_nodes.kernels.thinning import thin_guo_hall, thin_zhang_suen
from dtl_nodes.objects.masks import change_masks

METHODS = {
    "skeletonization": thin_zhang_suen,
    "medial_axis": medial_axis,
    "thinning": thin_guo_hall,
}


class SkeletonizeSettings(Settings):
    """Settings of ``skeletonize``."""

    classes: Labels
    """Classes of the masks to thin; others pass."""

    method: Literal["skeletonization", "medial_axis", "thinning"]
    """``skeletonization``: few side branches (Zhang and Suen); ``thinning``: the same with more
    even corners (Guo and Hall); ``medial_axis``: the ridge of the distances to the border, with
    branches into all corners."""


class Skeletonize(MapNode[SkeletonizeSettings]):
    """Thin masks down to lines one pixel wide.

    A skeleton lies inside its mask and has as many pieces and holes.

    Example:
        {"classes": ["blob"], "method": "thinning"}

    Source: DTL ``skeletonize``; ``medial_axis`` counts what is outside the box of a mask as
        unset, equal pixels go in reading order, and no piece vanishes.
    """

    action = "skeletonize"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: SkeletonizeSettings) -> Mapping[At, str]:
        """The classes to thin."""
        return places("classes", settings.classes)

    @staticmethod
    def infer_schema(settings: SkeletonizeSettings, schema: Schema) -> Schema:
        """Skeletons are masks of the same classes."""
        labels = places("classes", settings.classes)
        require_kinds(schema, labels, (ShapeKind.BITMAP,), "'skeletonize' thins")
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with skeletons in place of the masks."""
        return change_masks(sample, self.settings.classes, self.action, self._skeleton)

    def _skeleton(self, mask: Mask) -> Iterable[Mask]:
        pixels = METHODS[self.settings.method](mask.pixels)
        thin = Mask.tight(pixels, mask.x, mask.y)
        if thin is None:
            return ()
        return (mask if thin == mask else thin,)
