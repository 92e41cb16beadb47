"""Tables among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, SchemaError, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.losses import class_losses
from dtl_nodes.formats.table.columns import find_columns
from dtl_nodes.formats.table.layout import SUFFIXES
from dtl_nodes.formats.table.options import TableReading
from dtl_nodes.formats.table.parquet_table import require_pyarrow
from dtl_nodes.formats.table.reader import load_table, open_table, tables_of
from dtl_nodes.formats.table.writer import LOST_SHAPES, write_sample, write_table

SOME_TABLES = 16


class TableFormat(WritableFormat):
    """CSV, TSV and Parquet tables of image paths and boxes."""

    name = "table"
    title = "table (CSV, TSV, Parquet)"

    @staticmethod
    def detect(place: Path) -> str:
        """A table with paths of images, and with boxes or labels; a folder with one of these."""
        if place.is_file():
            found = [place] if place.suffix.lower() in SUFFIXES else []
        else:
            found = tables_of(place)[:SOME_TABLES]
        fitting = [path for path in found if _has_paths_and_labels(path)]
        return f"{fitting[0].name} has a column of paths" if len(fitting) == 1 else ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Index the table."""
        return open_table(place, project, subsets, settings)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """All shapes but rectangles."""
        return class_losses(schema, LOST_SHAPES)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Make sure that what writes the table is there."""
        if settings.table_file == "parquet":
            require_pyarrow()

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write the image and its rows."""
        write_sample(sample, schema, place)

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Put the rows together."""
        write_table(schema, folder, settings.table_file)


def _has_paths_and_labels(path: Path) -> bool:
    try:
        columns = find_columns(load_table(path).header, TableReading(), path.name)
    except SchemaError:
        return False
    return columns.box is not None or columns.label is not None
