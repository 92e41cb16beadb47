"""The ``merge_bitmap_masks`` node: all masks of a class become one object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import Instance, MapNode, Mask, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import At, Label, require_kinds
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.instances import merged, require_shape
from dtl_nodes.objects.masks import united


class MergeBitmapMasksSettings(Settings):
    """Settings of ``merge_bitmap_masks``."""

    label: Annotated[Label, Field(alias="class")]
    """The class whose masks are united."""


class MergeBitmapMasks(MapNode[MergeBitmapMasksSettings]):
    """Unite all masks of a class in one object, which comes to lie on top.

    It has the tags of all of them, and their description where they agree. A single mask is
    moved to the top as it is.

    Example:
        {"class": "blob"}

    Source: DTL ``merge_bitmap_masks``; tags are kept.
    """

    action = "merge_bitmap_masks"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: MergeBitmapMasksSettings) -> Mapping[At, str]:
        """The class to merge."""
        return {("class",): settings.label}

    @staticmethod
    def infer_schema(settings: MergeBitmapMasksSettings, schema: Schema) -> Schema:
        """The united mask is of the same class."""
        labels: dict[At, str] = {("class",): settings.label}
        require_kinds(schema, labels, (ShapeKind.BITMAP,), "'merge_bitmap_masks' unites")
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with one mask of the class, at the end."""
        label = self.settings.label
        parts = [instance for instance in sample.instances if instance.label == label]
        others = [instance for instance in sample.instances if instance.label != label]
        return with_instances(sample, [*others, *self._merged(parts)])

    def _merged(self, parts: Sequence[Instance]) -> Sequence[Instance]:
        masks = [require_shape(part, Mask, self.action) for part in parts]
        if len(parts) == 1:
            return parts
        mask = united(masks)
        return () if mask is None else (merged(parts, mask),)
