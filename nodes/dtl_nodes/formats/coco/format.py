"""COCO among the formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.coco.find_files import detect
from dtl_nodes.formats.coco.reader import open_coco
from dtl_nodes.formats.coco.records import BOXED, DROPPED
from dtl_nodes.formats.coco.writer import finish, write_sample
from dtl_nodes.formats.losses import class_losses


class CocoFormat(WritableFormat):
    """COCO: instances, keypoints, results and, read alone, panoptic pictures."""

    name = "coco"
    title = "COCO"

    @staticmethod
    def detect(place: Path) -> str:
        """JSON files that begin like those of COCO, in ``annotations`` or near images."""
        return detect(place)

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Index the JSON file of every split."""
        return open_coco(place, project, subsets, settings)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterator[Loss]:
        """Points and lines."""
        return class_losses(schema, DROPPED if settings.points_and_lines == "drop" else BOXED)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write the image, and a part of the JSON file of its split."""
        write_sample(sample, schema, place, settings)

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the JSON file of every split."""
        finish(schema, folder, settings)
