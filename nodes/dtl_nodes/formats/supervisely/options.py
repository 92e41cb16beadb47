"""Options of Supervisely projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from dtl_engine.sdk import Settings
from dtl_nodes.formats.options import FormatOptions

Coordinates = Literal["position", "pixel"]
"""What numbers in a project mean: places on the continuous axes, as the original engine takes
them, or pixels, as today's Supervisely does: rectangles hold their last row and column."""


class SuperviselyReading(FormatOptions):
    """How ``data`` reads a project."""

    formats: ClassVar[tuple[str, ...]] = ("supervisely",)

    coordinates: Coordinates = "position"
    """``position``: numbers are places, as the original engine takes them. ``pixel``: they name
    pixels, as in today's Supervisely: rectangles hold their last row and column."""

    missing_annotations: Literal["error", "empty"] = "error"
    """What an image without an annotation is. ``error``: it is set aside; ``empty``: an image
    without objects, as in data that is still to be annotated."""


class SuperviselyWriting(FormatOptions):
    """How ``export`` writes a project."""

    formats: ClassVar[tuple[str, ...]] = ("supervisely",)

    coordinates: Coordinates = "position"
    """``position``: write numbers as places, fractions kept. ``pixel``: as whole numbers that name
    pixels, as in today's Supervisely."""


class SavedProject(Settings):
    """How nodes that save a project write it."""

    clip_polygons: bool = False
    """Cut polygons that leave the image at its border; the original let them be."""

    coordinates: Coordinates = "position"
    """``position``: write numbers as places, fractions kept, as the original engine does.
    ``pixel``: as whole numbers that name pixels, as in today's Supervisely."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a project is read."""

    is_pixel: bool = False
    """Whether numbers name pixels."""

    allows_missing: bool = False
    """Whether an image may lack its annotation."""

    @classmethod
    def of(cls, settings: Any) -> Rules:
        """Return the rules that the settings of ``data`` state."""
        return cls(
            settings.coordinates == "pixel",
            settings.missing_annotations == "empty",
        )
