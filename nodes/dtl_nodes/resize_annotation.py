"""The ``resize_annotation`` node: scale objects for a while; the image stays."""

from collections.abc import Mapping
from typing import Any

from dtl_engine.sdk import MapNode, Sample
from dtl_nodes.classes.labels import Labels, places
from dtl_nodes.settings.scaling import ScalingSettings


class ResizeAnnotationSettings(ScalingSettings):
    """Settings of ``resize_annotation``."""

    classes: Labels | None = None
    """The classes whose objects are scaled; all by default."""


class ResizeAnnotation(MapNode[ResizeAnnotationSettings]):
    """Scale the objects as ``resize`` would, without the image, until they are restored.

    A bracket around layers that need not work on all pixels: what they draw is as large as the
    scaled picture. ``restore_annotation_scale`` closes it; so does any layer that moves pixels,
    and saving. Only objects of picked ``classes`` that nothing restored are saved as scaled.
    Objects that nothing changed in between return exactly as they were.

    Example:
        {"width": 160, "height": -1, "aspect_ratio": {"keep": true}}

    Source: DTL ``resize_annotation``; the original one told no layer of the scaled picture and
    wrote its size into the output.
    """

    action = "resize_annotation"
    family = "geometry"

    @staticmethod
    def mentioned_labels(settings: Any) -> Mapping[tuple[str | int, ...], str]:
        """The classes only pick objects."""
        return places("classes", settings.classes or ())

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with scaled objects."""
        affine = self.settings.affine(sample.size)
        return sample.replace(annotation=sample.annotation.scaled(affine, self.settings.classes))
