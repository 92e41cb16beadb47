"""The ``bitwise_masks`` node: combine masks with those of another class, pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Literal

from dtl_engine.sdk import MapNode, Mask, Sample, Schema, Settings, ShapeKind
from dtl_nodes.classes.labels import At, Label, Labels, places, require_kinds
from dtl_nodes.objects.instances import require_shape
from dtl_nodes.objects.masks import change_masks, pixels_in, united, window_around


class BitwiseMasksSettings(Settings):
    """Settings of ``bitwise_masks``."""

    type: Literal["or", "and", "xor", "nor"]
    """``or``: the pixels of either mask; ``and``: those of both; ``xor``: those of exactly one.
    ``nor`` is an older name of ``xor``."""

    class_mask: Label
    """The class whose masks, all together, are the one operand; they stay as they are."""

    classes_to_correct: Labels
    """Classes of the masks that are the other operand, one by one, and that the results replace."""

    @property
    def labels(self) -> dict[At, str]:
        """The classes by where they stand."""
        return {
            ("class_mask",): self.class_mask,
            **places("classes_to_correct", self.classes_to_correct),
        }


class BitwiseMasks(MapNode[BitwiseMasksSettings]):
    """Combine masks with those of another class, pixel by pixel.

    Results take the place of the masks that they correct; one without a pixel is dropped. Images
    without a mask of ``class_mask`` stay as they are, with ``and`` too.

    Example:
        {"type": "and", "class_mask": "field", "classes_to_correct": ["blob"]}

    Source: DTL ``bitwise_masks``, which took the first mask of ``class_mask`` alone; objects keep
        tags and description. ``nor`` has always been an exclusive or.
    """

    action = "bitwise_masks"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: BitwiseMasksSettings) -> Mapping[At, str]:
        """The classes of both operands."""
        return settings.labels

    @staticmethod
    def infer_schema(settings: BitwiseMasksSettings, schema: Schema) -> Schema:
        """Results are masks of the same classes."""
        require_kinds(schema, settings.labels, (ShapeKind.BITMAP,), "'bitwise_masks' combines")
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with corrected masks."""
        operand = self.settings.class_mask
        chosen = [instance for instance in sample.instances if instance.label == operand]
        mask = united([require_shape(instance, Mask, self.action) for instance in chosen])
        if mask is None:
            return sample
        labels = set(self.settings.classes_to_correct) - {operand}
        return change_masks(sample, labels, self.action, partial(self._combined, mask))

    def _combined(self, operand: Mask, mask: Mask) -> Iterable[Mask]:
        is_cut = self.settings.type == "and"
        window = window_around((mask,) if is_cut else (operand, mask))
        first, second = pixels_in(window, operand), pixels_in(window, mask)
        match self.settings.type:
            case "or":
                pixels = first | second
            case "and":
                pixels = first & second
            case "xor" | "nor":
                pixels = first ^ second
        result = Mask.tight(pixels, window.left, window.top)
        if result is None:
            return ()
        return (mask if result == mask else result,)
