"""Read a table of image paths and boxes: an index at once, the rows of each image as needed."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Source,
)
from dtl_nodes.formats.data_paths import path_inside
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.image_tree import choose_datasets
from dtl_nodes.formats.table.columns import find_columns
from dtl_nodes.formats.table.index import Index, Table, dataset_name, file_names
from dtl_nodes.formats.table.layout import COLUMNS, PARQUET, SUFFIXES
from dtl_nodes.formats.table.objects import (
    Meaning,
    declared_size,
    read_image_tags,
    read_instances,
)
from dtl_nodes.formats.table.parquet_table import ParquetTable
from dtl_nodes.formats.table.text_table import TextTable


def open_table(place: Path, project: str, subsets: tuple[str, ...], settings: Any) -> TableSource:
    """Open a table, or the one in a folder.

    Raises:
        SchemaError: E403, there is none or it cannot be read; E404, it names no image.
    """
    path = table_in(place)
    table = load_table(path)
    columns = find_columns(table.header, settings, path.name)
    table.narrow(columns.places)
    index = Index(table, columns, dataset_name(path.stem))
    notes = []
    if index.stray_rows:
        notes.append(f"{index.stray_rows} rows of '{path.name}' name no image; they are left out")
    is_normalised = settings.box_units == "normalised"
    is_own = tuple(table.header[: len(COLUMNS)]) == COLUMNS
    if settings.box_units == "auto" and not is_own and 0 < index.largest <= 1 and columns.box:
        is_normalised = True
        notes.append(
            f"no number of a box in '{path.name}' is over 1: they are taken for parts of the "
            "size of the image; 'box_units' says it without doubt"
        )
    files: dict[str, tuple[str, ...]] = {}
    images: dict[str, tuple[tuple[str, int], ...]] = {}
    for name, paths in index.paths.items():
        named = sorted(zip(file_names(paths), paths.items(), strict=True))
        files[name] = tuple(file for file, _ in named)
        images[name] = tuple(image for _, image in named)
    datasets, more = choose_datasets(
        {name: files[name] for name in sorted(files)}, project, subsets
    )
    types = {each.at: _declared(index.schema, each.name) for each in columns.tags}
    return TableSource(
        place,
        path.parent,
        index.schema,
        datasets,
        (*notes, *more),
        table=table,
        meaning=Meaning(columns, is_normalised, types),
        images={dataset.name: images[dataset.name] for dataset in datasets},
        order=index.order,
        starts=index.starts,
    )


def table_in(place: Path) -> Path:
    """Return the table at ``place``: itself, or the one in the folder.

    Raises:
        SchemaError: E403, there is none, or several.
    """
    if place.is_file():
        return place
    found = tables_of(place)
    if len(found) == 1:
        return found[0]
    reason = f"it has {', '.join(path.name for path in found)}" if found else "it has none"
    raise SchemaError(
        "E403",
        f"'{place.name}' cannot be read: a folder needs one table ({', '.join(SUFFIXES)}); "
        f"{reason}",
        at=(0,),
        value=place.name,
        help="name the file itself in 'src'" if found else "",
    )


def tables_of(folder: Path) -> list[Path]:
    """Return the tables in a folder, sorted."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )


def load_table(path: Path) -> Table:
    """Open the file of a table.

    Raises:
        SchemaError: E403, it is none.
    """
    try:
        return ParquetTable(path) if path.suffix.lower() == PARQUET else TextTable(path)
    except OSError as error:
        raise SchemaError(
            "E403", f"'{path.name}' cannot be read: {error.strerror}", at=(0,), value=path.name
        ) from error


class TableSource(Source):
    """An opened table."""

    def __init__(
        self,
        location: Path,
        root: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        *,
        table: Table,
        meaning: Meaning,
        images: dict[str, tuple[tuple[str, int], ...]],
        order: NDArray[np.int64],
        starts: NDArray[np.int64],
    ) -> None:
        """Take what ``open_table`` found.

        ``root`` is what paths count from, and ``images`` holds path and number of each file of a
        dataset; see ``Index`` for the rest.
        """
        super().__init__(location, schema, datasets, notes)
        self._root = root
        self._files = {dataset.name: dataset.files for dataset in datasets}
        self._table = table
        self._meaning = meaning
        self._images = images
        self._order = order
        self._starts = starts

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the rows of one image, and at most the header of the image."""
        at = bisect_left(self._files[origin.dataset], origin.file)
        written, number = self._images[origin.dataset][at]
        path = path_inside(self._root, (), written)
        image = Image.open(path)
        numbers = self._order[self._starts[number] : self._starts[number + 1]].tolist()
        rows = list(self._table.rows(numbers))
        try:
            return Sample(origin, image, self._annotation(rows, image, path, log))
        except AnnotationError as error:
            error.path = error.path or str(path)
            raise

    def _annotation(
        self, rows: list[list[Any]], image: Image, path: Path, log: ReadLog
    ) -> Annotation:
        size = declared_size(rows, self._meaning) or image.size
        annotation = Annotation(
            size,
            read_instances(rows, self._meaning, size, log),
            read_image_tags(rows, self._meaning, log),
        )
        return fit_to_image(annotation, image, path, log)


def _declared(schema: Schema, name: str) -> Any:
    spec = schema.tag(name)
    assert spec is not None
    return spec.value_type
