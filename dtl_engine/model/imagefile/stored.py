"""The encoded bytes of an image, in a file or in memory."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from dtl_engine.model.imagefile.header import Header
from dtl_engine.model.imagefile.reader import read_file, read_file_header, read_header, unreadable


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An image file, read when its bytes are needed and not kept."""

    path: Path

    def read(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            ImageError: F601, it is missing or empty; F607, it is over 1 GiB.
        """
        return read_file(self.path)

    def read_header(self) -> Header:
        """Return what the file says about itself.

        Raises:
            ImageError: F601, it is missing or no image; F607, it is over 1 GiB.
        """
        return read_file_header(self.path)

    def copy_to(self, target: Path) -> None:
        """Write the bytes of the file to ``target``, without reading them where that is possible.

        The copy is a file of its own, never a link: who changes it later leaves the source alone.

        Raises:
            ImageError: F601, the file is missing or empty.
            OSError: ``target`` cannot be written.
        """
        path = str(self.path)
        try:
            source = self.path.open("rb", buffering=0)
        except OSError as error:
            raise unreadable(path, f"cannot be opened: {error.strerror}") from error
        with source:
            size = os.fstat(source.fileno()).st_size
            if not size:
                raise unreadable(path, "is empty")
            with target.open("wb", buffering=0) as copy:
                copied = _copy_range(source.fileno(), copy.fileno(), size)
            if copied != size:
                # Buffered: a raw file may write less than it was given and not say so.
                with target.open("wb") as copy:
                    source.seek(0)
                    shutil.copyfileobj(source, copy)


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """An image file in memory."""

    data: bytes = field(repr=False)
    path: ClassVar[None] = None

    def read(self) -> bytes:
        """Return the bytes."""
        return self.data

    def read_header(self) -> Header:
        """Return what the bytes say about themselves.

        Raises:
            ImageError: F601, they are no image.
        """
        return read_header(self.data, whole=False)

    def copy_to(self, target: Path) -> None:
        """Write the bytes to ``target``.

        Raises:
            OSError: ``target`` cannot be written.
        """
        target.write_bytes(self.data)


def _copy_range(source: int, target: int, size: int) -> int:
    """Let the system copy ``size`` bytes between two open files; return how many it copied.

    Systems and pairs of file systems that cannot do it copy nothing.
    """
    copied = 0
    if sys.platform == "linux":
        try:
            while copied < size and (count := os.copy_file_range(source, target, size - copied)):
                copied += count
        except OSError:
            return 0
    return copied
