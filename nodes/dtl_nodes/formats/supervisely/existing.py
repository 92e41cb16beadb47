"""A project that exists already, and what is taken in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from dtl_engine.sdk import IMAGE_SUFFIXES, Schema, Target, UsageError, did_you_mean
from dtl_nodes.formats.supervisely.declarations import declared_in
from dtl_nodes.formats.supervisely.layout import ANNOTATION_SUFFIX, ANNOTATIONS, IMAGES, META


@dataclass(frozen=True)
class ExistingProject(Target):
    """What is taken in a project, and which of its folders are datasets."""

    datasets: frozenset[str] = frozenset()

    def require_dataset(self, name: str) -> None:
        """Refuse a dataset that the project does not have.

        Raises:
            UsageError: there is none of that name.
        """
        if name not in self.datasets:
            known = ", ".join(sorted(self.datasets)) or "none"
            hint = did_you_mean(name, self.datasets) or f"its datasets: {known}"
            raise UsageError(f"the project has no dataset '{name}'; {hint}")


def open_existing(folder: Path) -> tuple[Schema, ExistingProject]:
    """Return what the project in ``folder`` declares and holds.

    Raises:
        UsageError: there is no project, or it cannot be read.
    """
    schema = open_declarations(folder)
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir()]
    datasets = frozenset(path.name for path in folders if is_dataset(path))
    taken = {path.name: frozenset(_taken(path)) for path in folders}
    return schema, ExistingProject(taken=taken, datasets=datasets)


def open_declarations(folder: Path) -> Schema:
    """Return what the project in ``folder`` declares.

    Raises:
        UsageError: there is no project, or it cannot be read.
    """
    if (folder / META).is_file():
        return declared_in(folder)
    beside = (path.parent.name for path in folder.parent.glob(f"*/{META}"))
    names = sorted(name for name in beside if not name.startswith("."))
    listed = f"there are {', '.join(names)}" if names else "there is none at all"
    raise UsageError(
        f"{folder.parent} holds no project '{folder.name}' to add to; "
        f"{did_you_mean(folder.name, names) or listed}; 'dst' is the name of its folder there"
    )


def is_dataset(folder: Path) -> bool:
    """Whether a folder of a project is a dataset."""
    return not folder.name.startswith(".") and (folder / IMAGES).is_dir()


def image_names(dataset: Path) -> Iterator[str]:
    """Yield the file names of the images of a dataset."""
    for name in _entries(dataset / IMAGES):
        if _is_image(name):
            yield name


def _taken(dataset: Path) -> Iterator[str]:
    """Yield the names without suffix of what a dataset holds, annotations alone included."""
    for name in _entries(dataset / IMAGES):
        yield name.rpartition(".")[0] or name
    for name in _entries(dataset / ANNOTATIONS):
        whole = name.removesuffix(ANNOTATION_SUFFIX)
        yield whole.rpartition(".")[0] if _is_image(whole) else whole


def _is_image(name: str) -> bool:
    stem, _, suffix = name.rpartition(".")
    return bool(stem) and f".{suffix.lower()}" in IMAGE_SUFFIXES


def _entries(folder: Path) -> list[str]:
    """Return the names in a folder, none if it does not exist."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if not entry.name.startswith(".")]


def back_up(folder: Path) -> Path:
    """Copy the project in ``folder`` beside it; return the copy, which was not there before."""
    names = (f"{folder.name}_backup{f'_{n}' if n > 1 else ''}" for n in count(1))
    copy = next(path for path in map(folder.with_name, names) if not path.exists())
    partial = copy.with_name(f".{copy.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        shutil.copytree(folder, partial)
        return partial.rename(copy)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
