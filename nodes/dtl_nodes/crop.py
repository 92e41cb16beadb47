"""The ``crop`` node: cut images, by fixed sides or a random part."""

from __future__ import annotations

from collections.abc import Iterable

from dtl_engine.sdk import Draws, Sample, Window
from dtl_nodes.families.windows import WindowNode
from dtl_nodes.settings.windows import WindowSettings


class CropSettings(WindowSettings):
    """Settings of ``crop``: exactly one of the two."""


class Crop(WindowNode[CropSettings]):
    """Cut images; objects are clipped to the window, cut objects may fall into pieces.

    A window without a pixel drops the sample. The new image starts at the window's corner.

    Example:
        {"random_part": {"width": {"min_percent": 70, "max_percent": 90},
                         "height": {"min_percent": 70, "max_percent": 90}}}

    Source: DTL ``crop``.
    """

    action = "crop"
    family = "geometry"

    def draw(self, sample: Sample, draws: Draws) -> Window:
        """Choose the window in the sample's own coordinates."""
        return self.settings.window(sample.size, draws)

    def apply(self, sample: Sample, values: Window) -> Iterable[Sample]:
        """Return the part inside the window, or nothing if it is empty."""
        return () if values.is_empty else (sample.crop(values),)
