"""The ``crop_annotation`` node: cut objects at a window; the image stays."""

from __future__ import annotations

from collections.abc import Iterable

from dtl_engine.sdk import Draws, Sample, Window
from dtl_nodes.families.windows import WindowNode
from dtl_nodes.settings.windows import WindowSettings


class CropAnnotationSettings(WindowSettings):
    """Settings of ``crop_annotation``: exactly one of the two."""


class CropAnnotation(WindowNode[CropAnnotationSettings]):
    """Clip the objects to a window of the image; pixels, size and coordinates stay.

    Cut objects may fall into pieces. A window without a pixel drops the sample, as in ``crop``.

    Example:
        {"sides": {"left": "10%", "top": "2px"}}

    Source: DTL ``crop_annotation``, first generation; the second one shifted the objects, which
    then no longer fitted the image.
    """

    action = "crop_annotation"
    family = "geometry"

    def draw(self, sample: Sample, draws: Draws) -> Window:
        """Choose the window in the picture that the objects are in."""
        return self.settings.window(sample.annotation.size, draws)

    def apply(self, sample: Sample, values: Window) -> Iterable[Sample]:
        """Return the sample with what is left of the objects, or nothing for an empty window."""
        return (
            () if values.is_empty else (sample.replace(annotation=sample.annotation.clip(values)),)
        )
