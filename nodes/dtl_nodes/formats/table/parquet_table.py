"""Parquet files: read in batches, then row group by row group as their rows are needed.

Source: Apache Parquet 2.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dtl_engine.sdk import AnnotationError, SchemaError
from dtl_nodes.formats.table.cells import Row

if TYPE_CHECKING:
    import pyarrow as pa

MAX_CACHED_BYTES = 256 << 20
MAX_GROUP_BYTES = 4 << 30
BATCH_ROWS = 65_536


class ParquetTable:
    """A Parquet file by the places of its row groups.

    Each process keeps the row groups that it read last, up to a bound.
    """

    def __init__(self, path: Path) -> None:
        """Read the footer.

        Raises:
            SchemaError: E403, the file is damaged or too large, or pyarrow is missing.
        """
        self.path = path
        arrow = require_pyarrow()
        try:
            with self._open() as file:
                self.header = tuple(file.schema_arrow.names)
                groups = [file.metadata.row_group(at) for at in range(file.num_row_groups)]
        except (arrow.ArrowException, OSError) as error:
            raise self._refused(str(error)) from error
        if any(group.total_byte_size > MAX_GROUP_BYTES for group in groups):
            raise self._refused(f"a row group is larger than {MAX_GROUP_BYTES >> 30} GiB")
        counts = [group.num_rows for group in groups]
        self._ends = np.cumsum(counts, dtype=np.int64) if counts else np.zeros(0, np.int64)
        self._cache = _Groups()
        self._read = tuple(range(len(self.header)))

    def narrow(self, places: Iterable[int]) -> None:
        """Read only the columns at ``places`` from now on; cells of others are ``None``."""
        self._read = tuple(sorted(set(places)))

    def scan(self) -> Iterator[Row]:
        """Yield all rows, a batch in memory at a time.

        Raises:
            SchemaError: E403, the file is damaged.
        """
        arrow = require_pyarrow()
        try:
            with self._open() as file:
                for batch in file.iter_batches(BATCH_ROWS, columns=self._names()):
                    yield from self._rows(batch)
        except (arrow.ArrowException, OSError) as error:
            raise self._refused(str(error)) from error

    def rows(self, numbers: Sequence[int]) -> Iterator[Row]:
        """Yield rows by their ascending numbers.

        Raises:
            AnnotationError: F602, the file cannot be read any more.
        """
        wanted = np.asarray(numbers, np.int64)
        owners = np.searchsorted(self._ends, wanted, side="right")
        for group in np.unique(owners).tolist():
            start = int(self._ends[group - 1]) if group else 0
            chosen = (wanted[owners == group] - start).tolist()
            yield from self._rows(self._group(group).take(chosen))

    def _group(self, at: int) -> pa.Table:
        with self._cache.lock:
            found = self._cache.tables.get(at)
            if found is not None:
                self._cache.tables.move_to_end(at)
                return found
            arrow = require_pyarrow()
            try:
                with self._open() as file:
                    table = file.read_row_group(at, columns=self._names(), use_threads=False)
            except (arrow.ArrowException, OSError) as error:
                message = f"the table cannot be read: {error}"
                raise AnnotationError("F602", message, path=str(self.path)) from error
            self._cache.add(at, table)
            return table

    def _names(self) -> list[str]:
        return [self.header[at] for at in self._read]

    def _rows(self, part: Any) -> Iterator[Row]:
        """Yield the rows of a batch or a table."""
        columns = [part.column(self.header[at]).to_pylist() for at in self._read]
        for values in zip(*columns, strict=True):
            row: Row = [None] * len(self.header)
            for at, value in zip(self._read, values, strict=True):
                row[at] = value
            yield row

    def _open(self) -> Any:
        from pyarrow import parquet

        return parquet.ParquetFile(self.path, memory_map=False)

    def _refused(self, reason: str) -> SchemaError:
        message = f"'{self.path.name}' cannot be read: {reason}"
        return SchemaError("E403", message, at=(0,), value=self.path.name)


class _Groups:
    """Row groups in memory, the last used ones; a pickled one is empty."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tables: OrderedDict[int, pa.Table] = OrderedDict()

    def add(self, at: int, table: pa.Table) -> None:
        """Keep a group, and let the oldest ones go while there is too much."""
        self.tables[at] = table
        while (
            len(self.tables) > 1
            and sum(each.nbytes for each in self.tables.values()) > MAX_CACHED_BYTES
        ):
            self.tables.popitem(last=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Groups, ()


def require_pyarrow() -> Any:
    """Return the library.

    Raises:
        SchemaError: E403, it is not installed.
    """
    try:
        import pyarrow
    except ImportError as error:
        raise SchemaError(
            "E403",
            "Parquet files need pyarrow, which is not installed",
            at=(0,),
            help="pip install 'dtl-engine[formats]'",
        ) from error
    return pyarrow
