"""Rows of tables: found by the number of their image, and read again where they stand.

An index holds a few bytes for each row, whatever the row says, so that tables of millions of rows
are read in little memory.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, SchemaError
from dtl_nodes.formats.open_images.layout import Table

MAX_LINE_BYTES = 1 << 20


def scan(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table: their offset and their fields, which may be too few or too many.

    Raises:
        SchemaError: E403, the file cannot be read, is no text in UTF-8 or has endless lines.
    """
    at, number = table.start, 1 if table.start else 0
    try:
        with table.path.open("rb", buffering=1 << 20) as file:
            file.seek(at)
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise _unreadable(table, f"line {number} has more than {MAX_LINE_BYTES} bytes")
                fields = fields_of(line)
                if fields:
                    yield at, fields
                at += len(line)
    except OSError as error:
        raise _unreadable(table, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(table, f"line {number} is not UTF-8") from error
    except csv.Error as error:
        raise _unreadable(table, f"line {number}: {error}") from error


def fields_of(line: bytes) -> list[str]:
    """Return the fields of one line; none of an empty one."""
    text = line.decode().lstrip("\ufeff").strip("\r\n")
    if '"' in text:
        return next(csv.reader([text]), [])
    return text.split(",") if text else []


def _unreadable(table: Table, reason: str) -> SchemaError:
    return SchemaError("E403", f"{table.path.name} cannot be read: {reason}", at=(0,))


class RowList:
    """Rows as they are found, before they are put in the order of their images."""

    def __init__(self) -> None:
        self.images = array("i")
        self.tables = array("h")
        self.offsets = array("q")
        self.folders = array("h")

    def add(self, images: tuple[int, ...], table: int, offset: int, folder: int = 0) -> None:
        """Add the row of a table at an offset, of all these images; masks lie in a ``folder``."""
        for image in images:
            self.images.append(image)
            self.tables.append(table)
            self.offsets.append(offset)
            self.folders.append(folder)

    def index(self) -> RowIndex:
        """Return the rows by image, those of one image in the order in which they were added."""
        images = np.array(self.images, np.int32)
        order = np.argsort(images, kind="stable")
        return RowIndex(
            images[order],
            np.array(self.tables, np.int16)[order],
            np.array(self.offsets, np.int64)[order],
            np.array(self.folders, np.int16)[order],
        )


@dataclass(frozen=True, slots=True, eq=False)
class RowIndex:
    """Where the rows of each image stand."""

    images: NDArray[np.int32]
    tables: NDArray[np.int16]
    offsets: NDArray[np.int64]
    folders: NDArray[np.int16]

    def of_image(self, number: int) -> Iterator[tuple[int, int, int]]:
        """Yield table, offset and folder of the rows of an image."""
        first, last = np.searchsorted(self.images, [number, number + 1]).tolist()
        part = slice(first, last)
        yield from zip(
            self.tables[part].tolist(),
            self.offsets[part].tolist(),
            self.folders[part].tolist(),
            strict=True,
        )


def read_row(table: Table, offset: int) -> dict[str, str]:
    """Return one row by its columns.

    Raises:
        AnnotationError: F604, it has another number of fields than the header; F602, the file
            is not any more what it was.
    """
    path = str(table.path)
    try:
        with table.path.open("rb") as file:
            file.seek(offset)
            fields = fields_of(file.readline(MAX_LINE_BYTES))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AnnotationError("F602", f"a row cannot be read: {error}", path=path) from error
    if len(fields) != len(table.columns):
        message = f"a row has {len(fields)} fields, its header {len(table.columns)}"
        raise AnnotationError("F604", message, path=path)
    return dict(zip(table.columns, map(str.strip, fields), strict=True))


def fraction(text: str, path: str = "") -> float:
    """Return a number from 0 to 1, written with a point or a comma.

    Raises:
        AnnotationError: F604, it is no such number.
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise AnnotationError("F604", f"{text[:40]!r} is no number", path=path) from error
    if not -1e-6 <= value <= 1 + 1e-6:
        raise AnnotationError("F604", f"{text[:40]} is not from 0 to 1", path=path)
    return min(max(value, 0.0), 1.0)
