"""Folders of images, each of which is a dataset, and the masks that may lie beside them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.sdk import IMAGE_SUFFIXES, Dataset, SchemaError, did_you_mean

FLAT = "ds"
"""The dataset of images that lie in no sub-folder."""

MOST_LEVELS = 16
"""Folders inside each other that are looked into."""

_NOT_IN_A_NAME = re.compile(r'[/\\|:"?*<>\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """A folder that holds image files.

    ``parts`` lead there from the folder that was searched, and ``files`` are sorted.
    """

    parts: tuple[str, ...]
    files: tuple[str, ...]


def image_folders(
    root: Path, skips: Callable[[str], bool] = lambda name: False
) -> Iterator[ImageFolder]:
    """Yield the folders below ``root`` (itself included) that hold images, sorted by path.

    Hidden files and folders are left out and no link to a folder is followed.

    Args:
        root: where to look.
        skips: tells by its name whether a folder is left out with all that it holds.
    """
    pending: list[tuple[str, ...]] = [()]
    while pending:
        parts = pending.pop()
        files, folders = _listed(root.joinpath(*parts))
        if files:
            yield ImageFolder(parts, tuple(files))
        if len(parts) < MOST_LEVELS:
            # The last one is taken next: so folders come in the order of their paths.
            pending.extend((*parts, name) for name in reversed(folders) if not skips(name))


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of the images and of the sub-folders of a folder, sorted."""
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not _is_text(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif is_image_name(entry.name) and (entry.is_file() or entry.is_symlink()):
                files.append(entry.name)
    return sorted(files), sorted(folders)


def folder_names(folder: Path) -> list[str]:
    """Return the names of the folders in a folder, sorted: none where there is no folder.

    Hidden ones and links are left out.
    """
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(
            entry.name
            for entry in entries
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
        )


def is_image_name(name: str) -> bool:
    """Whether a file of that name is taken for an image."""
    return name[name.rfind(".") :].lower() in IMAGE_SUFFIXES


def _is_text(name: str) -> bool:
    """Whether a name can be written into a file; the system may hold any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def name_datasets(folders: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the parts of each folder by the name of its dataset, see ``dataset_names``."""
    parts = sorted(folders)
    return dict(zip(dataset_names(parts), parts, strict=True))


def dataset_names(folders: Iterable[tuple[str, ...]]) -> list[str]:
    """Name a dataset for each folder: its parts joined by ``_``, with ``_1`` where that is taken.

    Args:
        folders: their parts; one that has none is called ``ds``.
    """
    named: dict[str, None] = {}
    for parts in folders:
        name = base = _NOT_IN_A_NAME.sub("_", "_".join(parts)) or FLAT
        number = 0
        while name in named:
            number += 1
            name = f"{base}_{number}"
        named[name] = None
    return list(named)


def choose_datasets(
    found: Mapping[str, tuple[str, ...]],
    project: str,
    subsets: tuple[str, ...],
    what: str = "image",
) -> tuple[tuple[Dataset, ...], tuple[str, ...]]:
    """Return those datasets that are to be read, sorted, and notes on those that are not there.

    Args:
        found: the files of each dataset.
        project: what the samples' origin calls it.
        subsets: names of datasets, or ``*`` for all.
        what: is looked for; those datasets that have none are left out.

    Raises:
        SchemaError: E404, there is no image at all.
    """
    if not any(found.values()):
        raise SchemaError("E404", f"'{project}' holds no {what}", at=(0,), value=project)
    notes = [
        f"'{project}' has no dataset '{name}': it gives no sample; "
        + (did_you_mean(name, found) or f"there are {', '.join(sorted(found))}")
        for name in subsets
        if name != "*" and name not in found
    ]
    chosen = [name for name in sorted(found) if found[name] and ("*" in subsets or name in subsets)]
    for name in chosen:
        twins = len(found[name]) - len({file.casefold() for file in found[name]})
        if twins:
            notes.append(f"{twins} names of '{project}/{name}' differ from others by case alone")
    return tuple(Dataset(project, name, found[name]) for name in chosen), tuple(notes)
