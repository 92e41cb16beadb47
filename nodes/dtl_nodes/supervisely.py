"""The ``supervisely`` node: write a Supervisely project."""

from pathlib import Path
from typing import ClassVar

from dtl_engine.sdk import Place, Sample, Schema, Settings, SinkNode
from dtl_nodes.formats.supervisely.options import Coordinates
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample


class SuperviselySettings(Settings):
    """Settings of ``supervisely``; usually none."""

    let_unknown_pass: ClassVar[bool] = True

    clip_polygons: bool = False
    """Cut polygons that leave the image at its border; the original let them be."""

    coordinates: Coordinates = "position"
    """``position``: write numbers as places, fractions kept, as the original engine does.
    ``pixel``: as whole numbers that name pixels, as in today's Supervisely."""


class Supervisely(SinkNode[SuperviselySettings]):
    """Write each sample, its image and its annotation, into the project named by ``dst``.

    An image that no layer changed keeps its very bytes; a changed one is encoded in the format
    of its source (JPEG with quality 95).

    Example:
        {}

    Source: DTL ``supervisely``; the current Supervisely project format.
    """

    action = "supervisely"

    def start(self, schema: Schema, folder: Path) -> None:
        """Write ``meta.json``."""
        write_meta(schema, folder)

    def write(self, sample: Sample, schema: Schema, place: Place) -> None:
        """Write image and annotation."""
        chosen = self.settings
        write_sample(
            sample,
            place,
            clip_polygons=chosen.clip_polygons,
            coordinates=chosen.coordinates,
        )
