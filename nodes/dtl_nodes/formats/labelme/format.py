"""LabelMe among the formats."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.labelme.layout import SUFFIX
from dtl_nodes.formats.labelme.reader import open_folder
from dtl_nodes.formats.labelme.writer import write_sample
from dtl_nodes.formats.losses import edge_losses

_LOOK_BYTES = 4096
_MOST_FILES = 8
_MOST_FOLDERS = 16


class LabelMeFormat(WritableFormat):
    """A JSON file beside each image, as LabelMe writes it.

    Each folder is a dataset. Shapes of one class and one group are one object; flags that are set
    are tags. Polygons with holes are written as masks, tags as flags; the values of tags only
    stand in the description, and of graphs the points are left.

    Source: LabelMe 5, https://github.com/wkentaro/labelme.
    """

    name = "labelme"
    title = "LabelMe"

    @staticmethod
    def detect(place: Path) -> str:
        """A JSON file that names its image and holds shapes, here or one folder down."""
        for path in _some_files(place):
            if _looks_right(path):
                return f"{path.name} is a file of LabelMe"
        return ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the folder."""
        return open_folder(place, project, subsets, settings.groups)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Which points of a graph are joined."""
        return edge_losses(schema)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image and annotation."""
        write_sample(sample, schema, place, embeds=settings.embed_images)


def _some_files(place: Path) -> Iterator[Path]:
    """Yield a few JSON files of a folder, and of the folders in it."""
    if not place.is_dir():
        return
    files, folders = _listed(place)
    yield from files
    for folder in folders:
        yield from _listed(folder)[0]


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    files: list[Path] = []
    folders: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir() and len(folders) < _MOST_FOLDERS:
                folders.append(Path(entry.path))
            elif entry.name.lower().endswith(SUFFIX) and len(files) < _MOST_FILES:
                files.append(Path(entry.path))
            if len(files) == _MOST_FILES:
                break
    return sorted(files), sorted(folders)


def _looks_right(path: Path) -> bool:
    """Whether the start and the end of a file hold what LabelMe writes there."""
    try:
        with path.open("rb") as file:
            head = file.read(_LOOK_BYTES)
            file.seek(max(0, path.stat().st_size - _LOOK_BYTES))
            text = head + file.read(_LOOK_BYTES)
    except OSError:
        return False
    is_object = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return is_object and b'"imagePath"' in text and (b'"shapes"' in text or b'"imageData"' in text)
