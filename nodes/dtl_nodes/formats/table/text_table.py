"""CSV and TSV files: read once from end to end, then row by row where they lie.

Source: RFC 4180; the separator is the most frequent one of the first line.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, SchemaError
from dtl_nodes.formats.table.cells import Row

MAX_LINE_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = ",;\t|"


class TextTable:
    """A file of separated values by the places of its rows."""

    def __init__(self, path: Path) -> None:
        """Read the first row.

        Raises:
            SchemaError: E403, it has none, or is no such file.
        """
        self.path = path
        self._starts: NDArray[np.uint64] = np.zeros(0, np.uint64)
        with path.open("rb") as file:
            first = file.readline(MAX_LINE_BYTES).removeprefix(_BOM)
        try:
            line = first.decode()
        except UnicodeDecodeError as error:
            raise self._refused("it is not UTF-8") from error
        frequent = max(_SEPARATORS, key=lambda each: (line.count(each), each == ","))
        self._separator = "\t" if path.suffix.lower() == ".tsv" else frequent
        with path.open("rb") as file:
            header = next(self._rows(_Lines(file)), None)
        if not header:
            raise self._refused("it has no line with the names of its columns")
        self.header = tuple(header)

    def narrow(self, places: Iterable[int]) -> None:
        """Do nothing: rows of text are read whole."""

    def scan(self) -> Iterator[Row]:
        """Yield all rows but the first and empty ones; afterwards ``rows`` can find them.

        Raises:
            SchemaError: E403, the file is damaged.
        """
        starts = array("Q")
        with self.path.open("rb") as file:
            lines = _Lines(file)
            reader = self._rows(lines)
            next(reader)
            start = lines.at
            for row in reader:
                if row:
                    starts.append(start)
                    yield row
                start = lines.at
            starts.append(start)
        self._starts = np.frombuffer(starts, np.uint64)

    def rows(self, numbers: Sequence[int]) -> Iterator[Row]:
        """Yield rows by their ascending numbers; those that lie together are read together.

        Raises:
            AnnotationError: F602, the file is not what it was when it was scanned.
        """
        with self.path.open("rb") as file:
            at = 0
            while at < len(numbers):
                end = at + 1
                while end < len(numbers) and numbers[end] == numbers[end - 1] + 1:
                    end += 1
                yield from self._run(file, numbers[at], end - at)
                at = end

    def _run(self, file: BinaryIO, first: int, count: int) -> Iterator[Row]:
        file.seek(int(self._starts[first]))
        found = 0
        try:
            for row in self._rows(_Lines(file)):
                if row:
                    yield row
                    found += 1
                if found == count:
                    return
        except SchemaError as error:
            raise AnnotationError("F602", error.message, path=str(self.path)) from error
        raise AnnotationError("F602", "the table changed while it was read", path=str(self.path))

    def _rows(self, lines: Iterator[str]) -> Iterator[Row]:
        try:
            yield from csv.reader(lines, delimiter=self._separator)
        except csv.Error as error:
            raise self._refused(str(error)) from error
        except UnicodeDecodeError as error:
            raise self._refused("it is not UTF-8") from error
        except OverflowError as error:
            raise self._refused(f"a line is longer than {MAX_LINE_BYTES >> 20} MiB") from error

    def _refused(self, reason: str) -> SchemaError:
        message = f"'{self.path.name}' cannot be read: {reason}"
        return SchemaError("E403", message, at=(0,), value=self.path.name)


class _Lines:
    """The lines of a file as text, and where the next one starts."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.at = file.tell()
        if self.at == 0 and file.read(len(_BOM)) != _BOM:
            file.seek(0)
        elif self.at == 0:
            self.at = len(_BOM)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(MAX_LINE_BYTES)
        if not line:
            raise StopIteration
        if len(line) == MAX_LINE_BYTES:
            raise OverflowError
        self.at += len(line)
        return line.decode()
