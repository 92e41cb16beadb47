"""Signs that images are annotated after all, in a format that is broken or not known."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from dtl_nodes.formats.image_tree import is_image_name

SUFFIXES = (".json", ".xml", ".txt", ".csv", ".tsv", ".parquet")
FOLDERS = ("ann", "annotation", "annotations", "label", "labels", "gtfine", "gtcoarse")
_MOST_ENTRIES = 2000
_LEVELS = 2


def looks_annotated(folder: Path) -> bool:
    """Whether a file in ``folder`` is named as what annotates images: after one, or by its folder.

    Looks at the names of the first two levels, and not at all of a large folder.
    """
    return any(_is_annotated(files, path.name) for path, files in _walk(folder, _LEVELS))


def _is_annotated(files: list[str], folder: str) -> bool:
    texts = [name for name in files if name.lower().endswith(SUFFIXES)]
    if folder.lower() in FOLDERS:
        return bool(texts)
    images = [name for name in files if is_image_name(name)]
    stems = {*images, *(name.rpartition(".")[0] for name in images)}
    return any(name.rpartition(".")[0] in stems for name in texts)


def _walk(folder: Path, levels: int) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders down to a level, each with the names of some of its files."""
    files: list[str] = []
    folders: list[Path] = []
    with os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_ENTRIES):
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                folders.append(Path(entry.path))
            else:
                files.append(entry.name)
    yield folder, files
    for inner in sorted(folders) if levels else ():
        yield from _walk(inner, levels - 1)
