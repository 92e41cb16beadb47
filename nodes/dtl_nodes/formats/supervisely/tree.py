"""The files of a project, in a folder or in an archive."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from dtl_engine.sdk import IMAGE_SUFFIXES, AnnotationError, Image
from dtl_nodes.formats.packed import Archive

MAX_IMAGE_BYTES = 2**30


class Tree(ABC):
    """Files below a root; paths are relative to it, with ``/``, and never lead out."""

    location: Path
    """The folder or the archive."""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.location.name

    @abstractmethod
    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in one, sorted, hidden ones left out."""

    @abstractmethod
    def files(self, path: str) -> list[str]:
        """Return the names of the files in a folder, sorted, hidden ones left out."""

    @abstractmethod
    def links_out(self, path: str) -> bool:
        """Whether what lies there is a link to something outside."""

    @abstractmethod
    def read(self, path: str, limit: int) -> bytes:
        """Return the content of a file.

        Raises:
            OSError: it is not there or cannot be read.
            AnnotationError: F607, it is larger than ``limit``; F609, it is a link out; F602, it is
                damaged.
        """

    @abstractmethod
    def image(self, path: str) -> Image:
        """Return the image of a file.

        Raises:
            DataError: it cannot be read, or is a link out.
        """

    def shown(self, path: str) -> str:
        """Return the path as problems name it."""
        return f"{self.location}{os.sep}{path}"


@dataclass(frozen=True, slots=True)
class FolderTree(Tree):
    """The files below a folder."""

    location: Path

    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in one."""
        with os.scandir(self.shown(path)) as entries:
            return sorted(
                entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()
            )

    def files(self, path: str) -> list[str]:
        """Return the names of the files in a folder, broken links among them."""
        with os.scandir(self.shown(path)) as entries:
            return sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and _is_file_or_broken_link(entry)
            )

    def links_out(self, path: str) -> bool:
        """Whether what lies there is a link to something outside."""
        place = Path(self.shown(path))
        return place.is_symlink() and not place.resolve().is_relative_to(self.location.resolve())

    def read(self, path: str, limit: int) -> bytes:
        """Return the content of a file."""
        place = Path(self.shown(path))
        if place.is_symlink() and self.links_out(path):
            raise AnnotationError("F609", "the file is a link out of its project", path=str(place))
        with place.open("rb") as file:
            if os.fstat(file.fileno()).st_size > limit:
                message = f"the file is larger than {limit >> 20} MiB"
                raise AnnotationError("F607", message, path=str(place))
            return file.read()

    def image(self, path: str) -> Image:
        """Return the image of a file, which stays there."""
        place = Path(self.shown(path))
        if place.is_symlink() and self.links_out(path):
            message = "the image is a link out of its project"
            raise AnnotationError("F609", message, path=str(place))
        return Image.open(place)


@dataclass(frozen=True, slots=True)
class ArchiveTree(Tree):
    """The files of an archive below one of its folders."""

    archive: Archive
    prefix: str = ""
    """Empty, or the path of the folder with a ``/`` behind it."""

    @property
    def location(self) -> Path:  # type: ignore[override]
        """The archive."""
        return self.archive.path

    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in one."""
        below = self.archive.below(f"{self.prefix}{path}".rstrip("/"))
        inner = (name.split("/", 1)[0] for name in below if "/" in name)
        return sorted(name for name, _ in groupby(inner) if not name.startswith("."))

    def files(self, path: str) -> list[str]:
        """Return the names of the files in a folder."""
        below = self.archive.below(f"{self.prefix}{path}".rstrip("/"))
        return [name for name in below if "/" not in name and not name.startswith(".")]

    def links_out(self, path: str) -> bool:
        """Never: archives with links are refused."""
        return False

    def read(self, path: str, limit: int) -> bytes:
        """Return the content of a file."""
        return self.archive.read(f"{self.prefix}{path}", limit)

    def image(self, path: str) -> Image:
        """Return the image of a file; its bytes are in memory for as long as it lives."""
        suffix = Path(path).suffix
        if suffix.lower() not in IMAGE_SUFFIXES:
            message = f"cannot read the image: its suffix is '{suffix}'"
            raise AnnotationError("F601", message, path=self.shown(path))
        try:
            data = self.archive.read(f"{self.prefix}{path}", MAX_IMAGE_BYTES)
        except FileNotFoundError as error:
            message = "the image is not in the archive"
            raise AnnotationError("F601", message, path=self.shown(path)) from error
        return Image.from_bytes(data, suffix)


def _is_file_or_broken_link(entry: os.DirEntry[str]) -> bool:
    """Leave out folders and pipes; a broken link is an image that cannot be read."""
    return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
