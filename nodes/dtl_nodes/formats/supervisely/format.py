"""Supervisely projects among the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, Source
from dtl_nodes.formats.base import Subsets, WritableFormat
from dtl_nodes.formats.supervisely.layout import META
from dtl_nodes.formats.supervisely.reader import open_project
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample


class SuperviselyFormat(WritableFormat):
    """Projects of Supervisely, current and old."""

    name = "supervisely"
    title = "Supervisely"

    @staticmethod
    def detect(place: Path) -> str:
        """A folder with ``meta.json``, or the list of classes of old."""
        for name in (META, "classes.json"):
            if (place / name).is_file():
                return f"it has {name}"
        return ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the project."""
        return open_project(place, project, subsets)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write ``meta.json``."""
        write_meta(schema, folder)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image and annotation."""
        write_sample(sample, place, clip_polygons=False)
