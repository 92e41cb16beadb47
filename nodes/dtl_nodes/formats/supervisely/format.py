"""Supervisely projects among the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, SchemaError, Source
from dtl_nodes.formats.base import Subsets, WritableFormat
from dtl_nodes.formats.packed import SUFFIXES
from dtl_nodes.formats.supervisely.layout import (
    ANNOTATIONS,
    IMAGES,
    META,
    META_OF_FIRST_VERSION,
)
from dtl_nodes.formats.supervisely.options import Rules, SavedProject
from dtl_nodes.formats.supervisely.reader import inner_project, open_project, project_tree
from dtl_nodes.formats.supervisely.tree import FolderTree
from dtl_nodes.formats.supervisely.writer import tell_losses, write_meta, write_sample


class SuperviselyFormat(WritableFormat):
    """Projects of Supervisely, current and old, in folders and archives."""

    name = "supervisely"
    title = "Supervisely"
    archives = SUFFIXES

    @staticmethod
    def detect(place: Path) -> str:
        """A folder with ``meta.json`` or the list of classes of old, or an archive of one."""
        if place.is_dir():
            home = inner_project(place) or place
            found = sorted({META, META_OF_FIRST_VERSION}.intersection(FolderTree(home).files("")))
            where = "" if home is place else f"{home.name}/"
            if found:
                return f"it has {where}{found[-1]}"
            # One without meta.json is broken, and nothing else.
            datasets = (each for each in place.iterdir() if (each / IMAGES).is_dir())
            broken = next((each for each in datasets if (each / ANNOTATIONS).is_dir()), None)
            return f"{broken.name} has {IMAGES} and {ANNOTATIONS}" if broken else ""
        if place.suffix.lower() in SUFFIXES and place.is_file():
            try:
                project_tree(place)
            except SchemaError:
                return ""
            return "it is an archive of a project"
        return ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the project."""
        return open_project(place, project, subsets, Rules.of(settings))

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write ``meta.json``."""
        write_meta(schema, folder)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image and annotation."""
        chosen = SavedProject(coordinates=settings.coordinates)
        write_sample(sample, place, chosen)
        tell_losses(sample.annotation, chosen, place.lose)
