"""The ``split_masks`` node: one object for each connected piece of a mask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dtl_engine.sdk import MapNode, Mask, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import At, Labels, places, require_kinds
from dtl_nodes.kernels.components import split_components
from dtl_nodes.objects.masks import change_masks


class SplitMasksSettings(Settings):
    """Settings of ``split_masks``."""

    classes: Labels
    """Classes of the masks to split; others pass."""


class SplitMasks(MapNode[SplitMasksSettings]):
    """Split masks into their connected pieces, one object for each.

    Pixels that share a side or a corner are connected. The pieces take the place of the mask in
    reading order of their first pixels, each with the tags of the object.

    Example:
        {"classes": ["blob"]}

    Source: DTL ``split_masks``; pieces keep tags and description.
    """

    action = "split_masks"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: SplitMasksSettings) -> Mapping[At, str]:
        """The classes to split."""
        return places("classes", settings.classes)

    @staticmethod
    def infer_schema(settings: SplitMasksSettings, schema: Schema) -> Schema:
        """Pieces are masks of the same classes."""
        labels = places("classes", settings.classes)
        require_kinds(schema, labels, (ShapeKind.BITMAP,), "'split_masks' splits")
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the pieces in place of the masks."""
        return change_masks(sample, self.settings.classes, self.action, _pieces)


def _pieces(mask: Mask) -> Iterable[Mask]:
    parts = split_components(mask.pixels, 8)
    if len(parts) == 1:
        return (mask,)
    made = (Mask.tight(part, mask.x + left, mask.y + top) for part, left, top in parts)
    return [piece for piece in made if piece is not None]
