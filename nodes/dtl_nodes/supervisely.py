"""The ``supervisely`` node: write a Supervisely project."""

from pathlib import Path
from typing import ClassVar

from dtl_engine.sdk import Place, Sample, Schema, SinkNode
from dtl_nodes.formats.supervisely.options import SavedProject
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample


class SuperviselySettings(SavedProject):
    """Settings of ``supervisely``; usually none."""

    let_unknown_pass: ClassVar[bool] = True


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
        write_sample(sample, place, self.settings)
