"""Where samples come from: datasets found under the data folders."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dtl_engine.errors import UsageError
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import Schema


@dataclass(frozen=True)
class Dataset:
    """The images of one dataset: their file names, sorted."""

    project: str
    name: str
    files: tuple[str, ...]

    @property
    def key(self) -> str:
        """``project/dataset``."""
        return f"{self.project}/{self.name}"

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The file names without suffix, sorted."""
        return tuple(sorted(file.rpartition(".")[0] or file for file in self.files))

    def origins(self, first: int = 1, total: int = 0) -> Iterator[Origin]:
        """Yield the identity of every image, in order.

        Args:
            first: the number of the first one among all images of a graph.
            total: how many these are; 0: those of this dataset.
        """
        for number, file in enumerate(self.files, first):
            yield Origin(
                self.project, self.name, file, self.stems, number, total or len(self.files)
            )


class Source(ABC):
    """Datasets of one project, opened for reading; known without reading one image."""

    location: Path
    """The folder or file that is read; sources of one location that nodes of equal readings opened
    yield equal samples."""

    schema: Schema
    """The labels and tags that the project declares."""

    datasets: tuple[Dataset, ...]
    """The selected datasets, by name."""

    notes: tuple[str, ...] = ()
    """What a reader mended or skipped while opening; shown as warnings."""

    @abstractmethod
    def read(self, origin: Origin) -> Sample:
        """Read one sample; its image stays undecoded.

        Raises:
            DataError: the annotation or the image is missing, malformed or contradictory.
        """

    def remove(self, origin: Origin) -> None:
        """Delete one image with its annotation where it lies, for good.

        Raises:
            UsageError: nothing can be deleted there.
            OSError: the system refuses.
        """
        raise UsageError(f"{origin} cannot be removed from {self.location}")


class DataFolders:
    """The folders in which projects are looked for, first match first."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders

    def find(self, project: str) -> Path | None:
        """Return the folder or file of ``project``; names never lead out of the data folders."""
        if project in ("", ".", "..") or any(mark in project for mark in "/\\\0"):
            return None
        candidates = (folder / project for folder in self.folders)
        return next((place for place in candidates if place.exists()), None)

    def names(self) -> tuple[str, ...]:
        """Return the names of all folders that could be projects, sorted."""
        return tuple(
            sorted(
                {
                    entry.name
                    for folder in self.folders
                    if folder.is_dir()
                    for entry in folder.iterdir()
                    if entry.is_dir() and not entry.name.startswith(".")
                }
            )
        )
