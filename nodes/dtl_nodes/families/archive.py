"""Outputs that are packed: a project and, beside it, a tar archive of the same files."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from dtl_engine.sdk import Image, Pixels, Place, Sample, Schema, SinkNode, replacing
from dtl_nodes.formats.supervisely.options import SavedProject
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample

FIXED_TIME = 315_532_800
"""The time of every packed file, 1980-01-01: the earliest that all archivers take for real."""


class ArchiveSettings(SavedProject):
    """Settings of what is packed."""

    archive: bool = True
    """Also pack the project into the archive ``<dst>.tar`` beside its folder."""


A = TypeVar("A", bound=ArchiveSettings)


class ArchiveNode(SinkNode[A], Generic[A]):
    """Writes a project of images, annotations and further pictures, and packs it at the end."""

    def extra_outputs(self, folder: Path) -> tuple[Path, ...]:
        """The archive."""
        return (archive_of(folder),) if self.settings.archive else ()

    def start(self, schema: Schema, folder: Path) -> None:
        """Write ``meta.json``."""
        write_meta(schema, folder)

    def write(self, sample: Sample, schema: Schema, place: Place) -> None:
        """Write image, annotation and the further pictures."""
        write_sample(sample, place, self.settings)
        for folder, picture in self.pictures(sample, schema):
            path = place.path(place.dataset, folder, f"{place.stem}.png")
            path.write_bytes(Image.from_pixels(picture).encode(".png"))

    def pictures(self, sample: Sample, schema: Schema) -> Iterator[tuple[str, Pixels]]:
        """Yield the further pictures of a sample, each with its folder in the dataset."""
        yield from ()

    def finish(self, schema: Schema, folder: Path) -> None:
        """Pack the project."""
        if self.settings.archive:
            pack(folder, archive_of(folder))


def archive_of(folder: Path) -> Path:
    """Return where the archive of ``folder`` lies."""
    return folder.with_name(f"{folder.name}.tar")


def pack(folder: Path, archive: Path) -> None:
    """Write all files of ``folder`` into ``archive``, under the name of ``folder``.

    Equal files give an equal archive: they come in the order of their names, with one time, owner
    and mode. It takes the place of an archive that was there before once it is complete.

    Source: POSIX.1-2001 (pax), with extended headers only for names that need them.
    """
    with (
        replacing(archive) as partial,
        tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path, name in _files(str(folder), folder.name):
            entry = tarfile.TarInfo(name)
            entry.mtime = FIXED_TIME
            with Path(path).open("rb") as content:
                entry.size = os.fstat(content.fileno()).st_size
                tar.addfile(entry, content)
            # Else it keeps what it knows of every file until the end.
            tar.getmembers().clear()


def _files(folder: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield path and name of every file, in order; one listing is held for each level."""
    with os.scandir(folder) as entries:
        listed = sorted((entry.name, entry.is_dir()) for entry in entries)
    for part, is_folder in listed:
        path, inner = f"{folder}{os.sep}{part}", f"{name}/{part}"
        if is_folder:
            yield from _files(path, inner)
        else:
            yield path, inner
