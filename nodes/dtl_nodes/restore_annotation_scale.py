"""The ``restore_annotation_scale`` node: bring scaled objects back to the image."""

from collections.abc import Mapping
from typing import Any, ClassVar

from dtl_engine.sdk import MapNode, Sample, Settings
from dtl_nodes.classes.labels import Labels, places


class RestoreAnnotationScaleSettings(Settings):
    """Settings of ``restore_annotation_scale``."""

    let_unknown_pass: ClassVar[bool] = True

    classes: Labels | None = None
    """The classes whose objects are brought back; all by default."""


class RestoreAnnotationScale(MapNode[RestoreAnnotationScaleSettings]):
    """Undo ``resize_annotation``: objects return to the scale of the image.

    Objects that nothing changed in between return exactly as they were, others by the exact
    inverse. Without scaled objects nothing happens.

    Example:
        {}

    Source: DTL ``restore_annotation_scale``; the original one did not undo the offset of a
    picture that was centred on black, and forgot the objects of other classes.
    """

    action = "restore_annotation_scale"
    family = "geometry"

    @staticmethod
    def mentioned_labels(settings: Any) -> Mapping[tuple[str | int, ...], str]:
        """The classes only pick objects."""
        return places("classes", settings.classes or ())

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with its objects back."""
        classes = self.settings.classes
        labels = None if classes is None else frozenset(classes)
        return sample.replace(annotation=sample.annotation.restored(labels))
