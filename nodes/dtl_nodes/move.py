"""The ``move`` node: take images out of the project that they were read from."""

from typing import Literal

from dtl_engine.sdk import MapNode, Sample, Settings


class MoveSettings(Settings):
    """Settings of ``move``."""

    move_confirmation: Literal[True]
    """``true``: yes, delete the source images."""


class Move(MapNode[MoveSettings]):
    """Pass every sample on, and delete its source image when the run has ended well.

    Image and annotation are removed from the project that was read, for good, once everything
    is saved: no image was set aside, every expectation holds, and something of the image was
    saved. Otherwise all of them stay. Only folders of Supervisely projects can lose images: what
    is read from archives and other formats is refused before the run.

    Example:
        {"move_confirmation": true}

    Source: DTL ``move``, second generation.
    """

    action = "move"
    family = "flow"
    removes_sources = True

    def apply(self, sample: Sample) -> Sample:
        """Return the sample itself."""
        return sample
