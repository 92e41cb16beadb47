"""The ``save`` node: write a project and pack it into an archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from dtl_engine.sdk import Pixels, Sample, Schema
from dtl_nodes.families.archive import ArchiveNode, ArchiveSettings
from dtl_nodes.formats.supervisely.writer import saved_instances
from dtl_nodes.kernels.color import rgb_of
from dtl_nodes.kernels.overlay import paint_visibly, three_parts


class SaveSettings(ArchiveSettings):
    """Settings of ``save``; usually none."""

    let_unknown_pass: ClassVar[bool] = True

    visualize: bool = False
    """Also write ``<dataset>/visualize/<name>.png``: the image, a green line, and the image with
    its objects half over it, in the colours of their classes."""

    images: bool | None = Field(default=None, deprecated="images are always saved")
    """Ignored: images are always saved."""

    annotations: bool | None = Field(default=None, deprecated="annotations are always saved")
    """Ignored: annotations are always saved."""


class Save(ArchiveNode[SaveSettings]):
    """Write each sample into the project named by ``dst``, and pack it into ``<dst>.tar``.

    The project is that of ``supervisely``. The archive holds the same files in a folder of the
    same name; it is made when the last sample is written, and only if the run was not cut short.

    Example:
        {"visualize": true}

    Source: DTL ``save``, which kept the archive alone.
    """

    action = "save"

    def pictures(self, sample: Sample, schema: Schema) -> Iterator[tuple[str, Pixels]]:
        """Yield what people look at, if asked for."""
        if self.settings.visualize:
            colors = {label.name: rgb_of(label.color) for label in schema.labels}
            clip = self.settings.clip_polygons
            instances = saved_instances(sample.annotation, clip_polygons=clip)
            objects = ((each.shape, colors[each.label]) for each in instances)
            painted = paint_visibly(objects, sample.size)
            yield "visualize", three_parts(sample.image.pixels(), painted)
