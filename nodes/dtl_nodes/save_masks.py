"""The ``save_masks`` node: write a project with pictures of its masks, and pack it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Pixels, Sample, Schema, Shape
from dtl_nodes.classes.labels import At
from dtl_nodes.families.archive import ArchiveNode, ArchiveSettings
from dtl_nodes.formats.supervisely.writer import saved_instances
from dtl_nodes.kernels.color import Rgb
from dtl_nodes.kernels.overlay import paint_filled, paint_visibly, three_parts

Channel = Annotated[int, Field(ge=0, le=255)]
Colors = dict[str, tuple[Channel, Channel, Channel]]


class SaveMasksSettings(ArchiveSettings):
    """Settings of ``save_masks``: at least one of the two kinds of masks."""

    masks_machine: bool
    """Write ``<dataset>/masks_machine/<name>.png``: objects filled with the colours of
    ``gt_machine_color`` on black, later ones on top."""

    masks_human: bool
    """Write ``<dataset>/masks_human/<name>.png``: the image, a green line, and the image with its
    objects half over it, in the colours of ``gt_human_color``."""

    gt_machine_color: Colors | None = None
    """Class -> ``[red, green, blue]``, 0 to 255; other classes are not drawn."""

    gt_human_color: Colors | None = None
    """Class -> ``[red, green, blue]``, 0 to 255; other classes are not drawn, black ones nearly
    black."""

    images: bool | None = Field(default=None, deprecated="images are always saved")
    """Ignored: images are always saved."""

    annotations: bool | None = Field(default=None, deprecated="annotations are always saved")
    """Ignored: annotations are always saved."""

    archive_name: str | None = Field(
        default=None, deprecated="the archive is named by 'dst', beside the folder of that name"
    )
    """Ignored: the archive is named by ``dst``."""

    @model_validator(mode="after")
    def _has_masks_and_colors(self) -> Self:
        if not (self.masks_machine or self.masks_human):
            raise PydanticCustomError(
                "value_error",
                "nothing to draw: at least one of 'masks_machine' and 'masks_human' is true",
                {"help": "without masks, use the action 'save'"},
            )
        for wanted, colors, masks, key in (
            (self.masks_machine, self.gt_machine_color, "masks_machine", "gt_machine_color"),
            (self.masks_human, self.gt_human_color, "masks_human", "gt_human_color"),
        ):
            if wanted and colors is None:
                raise PydanticCustomError(
                    "value_error",
                    "'{masks}' needs '{key}', the colours of the classes",
                    {
                        "masks": masks,
                        "key": key,
                        "help": f'write "{key}": {{"class": [255, 0, 0], ...}}',
                    },
                )
        return self


class SaveMasks(ArchiveNode[SaveMasksSettings]):
    """Write a project as ``save`` does, with masks for training or for looking at.

    Example:
        {"masks_machine": true, "masks_human": true,
         "gt_machine_color": {"patch": [1, 1, 1], "blob": [2, 2, 2]},
         "gt_human_color": {"patch": [255, 0, 0], "blob": [0, 0, 255]}}

    Source: DTL ``save_masks``, which kept the archive alone.
    """

    action = "save_masks"

    @staticmethod
    def mentioned_labels(settings: SaveMasksSettings) -> Mapping[At, str]:
        """The classes that have a colour."""
        chosen = {
            "gt_machine_color": settings.gt_machine_color,
            "gt_human_color": settings.gt_human_color,
        }
        return {(key, name): name for key, colors in chosen.items() for name in colors or ()}

    def pictures(self, sample: Sample, schema: Schema) -> Iterator[tuple[str, Pixels]]:
        """Yield the masks that are asked for."""
        if self.settings.masks_machine:
            objects = self._objects(sample, self.settings.gt_machine_color)
            yield "masks_machine", paint_filled(objects, sample.size)
        if self.settings.masks_human:
            objects = self._objects(sample, self.settings.gt_human_color)
            painted = paint_visibly(objects, sample.size)
            yield "masks_human", three_parts(sample.image.pixels(), painted)

    def _objects(self, sample: Sample, colors: Colors | None) -> Iterator[tuple[Shape, Rgb]]:
        """Yield the shapes that have a colour, back to front."""
        assert colors is not None, "the settings were checked"
        clip = self.settings.clip_polygons
        for instance in saved_instances(sample.annotation, clip_polygons=clip):
            if (color := colors.get(instance.label)) is not None:
                yield instance.shape, color
