"""Where samples come from: datasets found under the data folders."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dtl_engine.errors import UsageError
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.read_log import ReadLog, ReadPolicy

PROJECT_SUFFIXES = frozenset(
    (".avi", ".csv", ".data", ".json", ".mkv", ".mov", ".mp4", ".parquet", ".tar", ".tsv",
     ".xml", ".yaml", ".yml", ".zip")
)  # fmt: skip
"""Suffixes of files that may be a whole project: archives, annotations, tables, videos."""

MOST_OF_A_KIND = 24
"""More files of one suffix in a folder are parts of a dataset, such as one for each image."""


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

    def __init__(
        self,
        location: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...] = (),
    ) -> None:
        """Take what is known from opening.

        Args:
            location: the folder or file that is read; sources of one location that nodes of equal
                readings opened yield equal samples.
            schema: the labels and tags that the project declares.
            datasets: the selected datasets, by name.
            notes: what was mended or skipped while opening; shown as warnings.
        """
        self.location = location
        self.schema = schema
        self.datasets = datasets
        self.notes = notes
        self.policy = ReadPolicy()
        """How much may be done to a sample; whoever opens the source decides."""

    def read(self, origin: Origin, log: ReadLog | None = None) -> Sample:
        """Read one sample; its image stays undecoded.

        Args:
            origin: which one.
            log: takes what is repaired or left out.

        Raises:
            DataError: the annotation or the image is missing, malformed or contradictory.
        """
        return self.read_sample(origin, ReadLog(self.policy) if log is None else log)

    @abstractmethod
    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read one sample as ``read`` says, and tell ``log``."""

    removes: bool = False
    """Whether ``remove`` can delete images; told before any is read."""

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
        """Return the names of all folders and files that could be projects, sorted."""
        return tuple(sorted({name for folder in self.folders for name in _names_in(folder)}))


def _names_in(folder: Path) -> Iterator[str]:
    """Yield the names in one folder; no file is opened."""
    files: dict[str, list[str]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - it is no path
                if entry.is_dir():
                    yield entry.name
                elif suffix in PROJECT_SUFFIXES:
                    files.setdefault(suffix, []).append(entry.name)
    except OSError:
        return
    yield from (name for kind in files.values() if len(kind) <= MOST_OF_A_KIND for name in kind)
