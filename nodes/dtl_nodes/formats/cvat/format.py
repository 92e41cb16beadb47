"""CVAT for images among the formats."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from dtl_engine.sdk import AnnotationError, Place, Sample, Schema, SchemaError, Source
from dtl_nodes.formats.base import Subsets, WritableFormat
from dtl_nodes.formats.cvat.layout import ANNOTATIONS
from dtl_nodes.formats.cvat.reader import Reading, open_files
from dtl_nodes.formats.cvat.writer import finish_file, write_sample
from dtl_nodes.formats.data_paths import path_inside

_LOOK_BYTES = 4096
_MOST_FILES = 16
_MOST_ENTRIES = 10_000
_ROOT = re.compile(rb"<annotations[\s>]")


class CvatFormat(WritableFormat):
    """One XML file for all images, as CVAT exports tasks and projects.

    Subsets are datasets; where there is but one, tasks; else the folders in the names of images.
    Attributes are tags of objects, tags are tags of images. Polygons with holes are written as
    masks, all else as it is. There is one file for all datasets, which says the subset of each
    image, as CVAT's own of a project does.

    Source: CVAT, "CVAT for images 1.1".
    """

    name = "cvat"
    title = "CVAT for images 1.1"

    @staticmethod
    def detect(place: Path) -> str:
        """An XML file with the root ``annotations``, there or in one of the folders there."""
        found = next(iter(_files(place) or _files_in_folders(place)), None)
        if found is None:
            return ""
        name = found.name if found == place else found.relative_to(place).as_posix()
        return f"{name} is a file of CVAT"

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the file, or those of tasks in folders beside each other."""
        root = place if place.is_dir() else place.parent
        try:
            files = _chosen(place, settings.annotations, project)
            if settings.images is not None:
                path_inside(root, (), settings.images)
        except AnnotationError as error:
            raise SchemaError("E403", f"'{project}': {error.message}", at=(0,)) from error
        readings = tuple(Reading(file, root, settings.images, settings.groups) for file in files)
        found = open_files(readings, project, subsets)
        # Outputs are kept out of the whole of what is read.
        found.location = place
        return found

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write the image and its element."""
        write_sample(sample, schema, place)

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the file."""
        finish_file(schema, folder)


def _chosen(place: Path, named: str | None, project: str) -> list[Path]:
    """Return the file to read; several only where each lies in a folder of its own.

    Raises:
        SchemaError: E403, there is none, or several.
        AnnotationError: F609, the named one is not in the folder.
    """
    if place.is_dir() and named is not None:
        path = path_inside(place, (), named)
        if path.is_file():
            return [path]
        raise SchemaError("E403", f"'{project}' has no file {named}", at=(0,), value=project)
    if place.is_file():
        return [place]
    found = _files(place)
    if len(found) == 1 or (found and found[0].name == ANNOTATIONS):
        return found[:1]
    if not found and (below := list(_files_in_folders(place))):
        return below
    told = ", ".join(path.name for path in found)
    reason = (
        f"several files of CVAT ({told}): 'annotations' chooses one"
        if found
        else f"no {ANNOTATIONS}, no folder with one and no other XML file with that root"
    )
    raise SchemaError("E403", f"'{project}' has {reason}", at=(0,), value=project)


def _files(place: Path) -> list[Path]:
    """Return the files of CVAT, ``annotations.xml`` first; looks at few."""
    if place.is_file():
        return [place] if place.suffix.lower() == ".xml" and _looks_right(place) else []
    named = place / ANNOTATIONS
    if named.is_file() and not named.is_symlink() and _looks_right(named):
        return [named]
    if not place.is_dir():
        return []
    names = sorted(place.glob("*.[xX][mM][lL]"))[:_MOST_FILES]
    return [path for path in names if not path.is_symlink() and _looks_right(path)]


def _files_in_folders(place: Path) -> Iterator[Path]:
    """Yield the ``annotations.xml`` of CVAT in the folders of ``place``, as tasks are unpacked."""
    if not place.is_dir():
        return
    with os.scandir(place) as entries:
        names = sorted(
            entry.name
            for entry in islice(entries, _MOST_ENTRIES)
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
        )
    for name in names:
        path = place / name / ANNOTATIONS
        if path.is_file() and not path.is_symlink() and _looks_right(path):
            yield path


def _looks_right(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _ROOT.search(file.read(_LOOK_BYTES)) is not None
    except OSError:
        return False
