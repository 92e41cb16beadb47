"""The ``resize`` node: scale images together with their annotations."""

from functools import partial

from dtl_engine.sdk import MapNode, Sample
from dtl_nodes.kernels.warp import stretch
from dtl_nodes.settings.scaling import ScalingSettings


class ResizeSettings(ScalingSettings):
    """Settings of ``resize``."""


class Resize(MapNode[ResizeSettings]):
    """Scale each image to a size: stretched, or in its own ratio, on black where that is needed.

    Pixels are interpolated bilinearly, masks take the nearest pixel, and a mask of which no pixel
    is left is gone. Objects follow the content to the fraction of a pixel.

    Example:
        {"width": 200, "height": 200, "aspect_ratio": {"keep": true}}

    Source: DTL ``resize``; the original one lost the whole image with a mask that vanished.
    """

    action = "resize"
    family = "geometry"

    def apply(self, sample: Sample) -> Sample:
        """Return the scaled sample."""
        affine = self.settings.affine(sample.size)
        return sample.transform(affine, partial(stretch, affine=affine))
