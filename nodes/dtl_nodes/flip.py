"""The ``flip`` node: mirror images together with their annotations."""

from dtl_engine.sdk import Axis, MapNode, Sample, Settings


class FlipSettings(Settings):
    """Settings of ``flip``."""

    axis: Axis
    """The mirror line. ``horizontal``: the first row becomes the last; ``vertical``: the first
    column."""


class Flip(MapNode[FlipSettings]):
    """Mirror each sample: pixels, boxes, masks, polygons, lines and points.

    Shapes, dtypes, labels, tags and the order of instances stay as they were.

    Example:
        {"axis": "vertical"}

    Source: DTL ``flip``, first generation; the second one swapped the two words.
    """

    action = "flip"
    family = "geometry"

    def apply(self, sample: Sample) -> Sample:
        """Return a mirrored copy."""
        return sample.mirror(self.settings.axis)
