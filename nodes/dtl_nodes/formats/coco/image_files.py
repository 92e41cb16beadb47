"""Find the image files of a split by the names that its JSON file tells."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from dtl_engine.sdk import AnnotationError
from dtl_nodes.formats.coco.layout import IMAGES
from dtl_nodes.formats.data_paths import file_name_of, path_inside, require_inside

_TRIED = 20
"""Images by which the folders are told apart."""


class ImageFiles:
    """The folders in which the images of one split lie, the likeliest first.

    An image that is in none of them under its whole name is the one file of the dataset that has
    its last part for a name; for that, the whole dataset is looked through once.
    """

    def __init__(self, root: Path, folders: tuple[tuple[str, ...], ...]) -> None:
        self._root = root
        self._folders = folders
        self._paths = tuple(f"{root.joinpath(*parts)}{os.sep}" for parts in folders)
        self._by_name: dict[str, tuple[str, ...] | None] | None = None
        self._lock = Lock()

    def path(self, told: str) -> Path:
        """Return the file of an image; if there is none, where it would be.

        Raises:
            AnnotationError: F609, the name leads out of the dataset; F606, several files have it.
        """
        is_plain = not any(mark in told for mark in "/\\:\0") and told not in ("", ".", "..")
        for parts, folder in zip(self._folders, self._paths, strict=True):
            if is_plain:
                # As text: pathlib's operators would cost more than all else here.
                path = Path(folder + told)
                if path.exists():
                    if path.is_symlink():
                        require_inside(self._root, path)
                    return path
            elif (path := path_inside(self._root, parts, told)).exists():
                return path
        name = file_name_of(told)
        found = self._names().get(name, ())
        if found is None:
            message = f"several files of the dataset are called {name!r}"
            raise AnnotationError("F606", message)
        if found:
            return self._root.joinpath(*found, name)
        return path_inside(self._root, self._folders[0], told)

    def _names(self) -> dict[str, tuple[str, ...] | None]:
        """Return the folder of each file of the dataset by its name; ``None`` for several."""
        with self._lock:
            if self._by_name is None:
                names: dict[str, tuple[str, ...] | None] = {}
                for folder, folders, files in os.walk(self._root):
                    folders[:] = sorted(name for name in folders if not name.startswith("."))
                    parts = Path(folder).relative_to(self._root).parts
                    for name in files:
                        if not Path(folder, name).is_symlink():
                            names[name] = None if name in names else parts
                self._by_name = names
            return self._by_name

    def __reduce__(self) -> tuple[Any, ...]:
        return ImageFiles, (self._root, self._folders)


def find_images(
    root: Path, file: Path, split: str, told: Sequence[str], named: str | None
) -> ImageFiles:
    """Find the folders in which the images of a split lie.

    Args:
        root: the folder of the dataset.
        file: the JSON file of the split.
        split: its name.
        told: the names of its images.
        named: the folder, relative to the dataset; ``None``: look.

    Raises:
        AnnotationError: F609, ``named`` leads out of the dataset.
    """
    if named is not None:
        path = path_inside(root, (), named)
        return ImageFiles(root, (path.relative_to(root).parts,))
    own = file.parent.relative_to(root).parts
    candidates = dict.fromkeys(
        (
            own,
            (IMAGES, split),
            (split,),
            (IMAGES,),
            (),
            (*own, IMAGES),
            ("data",),
            ("JPEGImages",),
            (split, IMAGES),
        )
    )
    folders = [parts for parts in candidates if _is_folder_inside(root, parts)]
    tried = list(islice(told, _TRIED))
    hits = {parts: sum(_exists(root, parts, name) for name in tried) for parts in folders}
    return ImageFiles(root, tuple(sorted(folders, key=lambda parts: -hits[parts])))


def _is_folder_inside(root: Path, parts: tuple[str, ...]) -> bool:
    path = root.joinpath(*parts)
    try:
        require_inside(root, path)
    except AnnotationError:
        return False
    return path.is_dir()


def _exists(root: Path, parts: tuple[str, ...], told: str) -> bool:
    try:
        return path_inside(root, parts, told).exists()
    except (AnnotationError, OSError):
        return False
