"""The ``flip`` node: mirror images together with their annotations."""

from typing import Any

from dtl_engine.sdk import Axis, MapNode, Sample, Settings


class FlipSettings(Settings):
    """Settings of ``flip``."""

    axis: Axis
    """The mirror line. ``horizontal``: the first row becomes the last; ``vertical``: the first
    column."""


class Flip(MapNode[FlipSettings]):
    """Mirror each sample: pixels, boxes, masks, polygons, lines and points.

    Classes, tags and the order of the objects stay as they were.

    Example:
        {"axis": "vertical"}

    Source: DTL ``flip``, first generation. The second one swapped the two words: a document with
    ``"version": 2`` is read that way.
    """

    action = "flip"
    family = "geometry"

    @staticmethod
    def from_successor(settings: Any) -> Any:
        """Exchange the two words: the successor names the direction in which pixels move."""
        exchanged = {"horizontal": "vertical", "vertical": "horizontal"}
        axis = settings.get("axis") if isinstance(settings, dict) else None
        if isinstance(axis, str) and axis in exchanged:
            return {**settings, "axis": exchanged[axis]}
        return settings

    def apply(self, sample: Sample) -> Sample:
        """Return a mirrored copy."""
        return sample.mirror(self.settings.axis)
