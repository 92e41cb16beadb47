"""A text file that is read in slices, by several threads and without being held in memory."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from dtl_engine.sdk import AnnotationError

_NEAR_BYTES = 512
"""Slices so near to each other are read at once."""


class TextFile:
    """A file of which nobody holds more than the slices that are asked for.

    It is opened when the first slice is, once in each process; a file that has changed since its
    slices were worked out is refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = _stamp(path.stat())
        self._file: int | None = None
        self._lock = Lock()

    @property
    def size(self) -> int:
        """The length of the file in bytes."""
        return self._stamp[0]

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to ``end``.

        Raises:
            AnnotationError: F602, the file cannot be read, or is another one by now.
        """
        try:
            data = self._read(start, end - start)
        except OSError as error:
            raise self._failed(f"cannot be read: {error.strerror}") from error
        if len(data) != end - start:
            raise self._failed("has become shorter")
        return data

    def read_all(self, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return the bytes of several spans, in their order; each is (start, end), ascending.

        Raises:
            AnnotationError: as ``read``.
        """
        parts: list[bytes] = []
        first = 0
        while first < len(spans):
            last = first
            while last + 1 < len(spans) and 0 <= spans[last + 1][0] - spans[last][1] < _NEAR_BYTES:
                last += 1
            start = spans[first][0]
            data = self.read(start, spans[last][1])
            parts.extend(data[a - start : b - start] for a, b in spans[first : last + 1])
            first = last + 1
        return parts

    def _read(self, start: int, length: int) -> bytes:
        file = self._open() if self._file is None else self._file
        if hasattr(os, "pread"):
            return os.pread(file, length, start)
        with self._lock:
            os.lseek(file, start, os.SEEK_SET)
            return os.read(file, length)

    def _open(self) -> int:
        with self._lock:
            if self._file is None:
                file = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
                if _stamp(os.fstat(file)) != self._stamp:
                    os.close(file)
                    raise self._failed("has changed since it was opened")
                self._file = file
            return self._file

    def _failed(self, what: str) -> AnnotationError:
        return AnnotationError("F602", f"{self.path.name} {what}", path=str(self.path))

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "_stamp": self._stamp}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _file=None, _lock=Lock())


def _stamp(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_size, facts.st_mtime_ns
