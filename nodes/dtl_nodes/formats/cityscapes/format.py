"""Cityscapes among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.cityscapes.labels import with_added, write_table
from dtl_nodes.formats.cityscapes.layout import IMAGES, KINDS
from dtl_nodes.formats.cityscapes.reader import open_folder
from dtl_nodes.formats.cityscapes.writer import LOST_SHAPES, write_sample
from dtl_nodes.formats.losses import class_losses


class CityscapesFormat(WritableFormat):
    """Polygons of street scenes, and pictures of labels and instances painted of them.

    A city is a dataset, its split a tag of the images. Masks are written as their outlines, exact
    but for holes, and painted exactly; labels that Cityscapes has not get ids from 34 on, told in
    ``labels.json``. Images are written as PNG, as the names of Cityscapes demand.

    Source: https://github.com/mcordts/cityscapesScripts.
    """

    name = "cityscapes"
    title = "Cityscapes"

    @staticmethod
    def detect(place: Path) -> str:
        """Folders ``leftImg8bit`` and ``gtFine`` or ``gtCoarse``."""
        for kind in KINDS:
            if (place / IMAGES).is_dir() and (place / kind).is_dir():
                return f"it has {IMAGES} and {kind}"
        return ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the folder."""
        return open_folder(place, project, subsets, settings.datasets)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Classes of lines, points and graphs."""
        return class_losses(schema, LOST_SHAPES)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the labels that Cityscapes has not."""
        write_table(with_added(schema.labels), folder)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image, polygons and pictures."""
        write_sample(sample, schema, place, has_splits=settings.splits is not None)
