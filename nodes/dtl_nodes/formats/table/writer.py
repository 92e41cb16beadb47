"""Write a table and the images that it names.

Each sample leaves its rows in a file of its own; they are put together in the order of names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from dtl_engine.sdk import (
    Instance,
    Place,
    Sample,
    Schema,
    ShapeKind,
    Tag,
    TagSpec,
    TagValueType,
    replacing,
)
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.losses import (
    BOX,
    NO_AREA,
    ByKind,
    dropped,
    saved_as,
    tell_image,
    tell_object,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.table.layout import COLUMNS, IMAGE_TAG, OBJECT_TAG, PARQUET, SET, TABLE
from dtl_nodes.formats.table.parquet_table import BATCH_ROWS, require_pyarrow

LOST_SHAPES: ByKind = {
    ShapeKind.POINT: dropped(ShapeKind.POINT),
    **{
        kind: saved_as(kind, BOX)
        for kind in ShapeKind
        if kind not in (ShapeKind.POINT, ShapeKind.RECTANGLE)
    },
}


def write_sample(sample: Sample, schema: Schema, place: Place) -> None:
    """Write the image and its rows."""
    name = image_name(sample, place)
    write_image(sample.image, place.path(place.dataset, name))
    image = [f"{place.dataset}/{name}", place.dataset, *map(str, sample.size)]
    image_tags, lost = _tag_cells(sample.tags, schema)
    tell_image(sample, place.lose, lost)
    rows = []
    for instance in _boxed(sample, place):
        cells, lost = _tag_cells(instance.tags, schema)
        tell_object(instance, place.lose, lost)
        box = map(_number, instance.shape.bbox)
        rows.append([*image, instance.label, *box, *cells, *image_tags])
    if not rows:
        empty = [""] * (5 + len(schema.tags))
        rows.append([*image, *empty, *image_tags])
    text = io.StringIO(newline="")
    write_rows(text, rows)
    path = place.path(PARTS, TABLE, place.dataset, f"{name}.csv")
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _boxed(sample: Sample, place: Place) -> Iterator[Instance]:
    """Yield the objects that have a box."""
    for instance in pieces_to_write(sample.instances, sample.size, place.lose):
        kind, (x0, y0, x1, y1) = instance.shape.kind, instance.shape.bbox
        has_box = x0 < x1 and y0 < y1
        if kind is not ShapeKind.POINT and not has_box:
            place.lose(instance.label, dropped(kind, NO_AREA))
        elif lost := LOST_SHAPES.get(kind):
            place.lose(instance.label, lost)
        if has_box:
            yield instance


def header(schema: Schema) -> list[str]:
    """Return the names of the columns: each tag may be one of objects and one of images."""
    kinds = (OBJECT_TAG, IMAGE_TAG)
    return [
        *COLUMNS,
        *(f"{kind}:{tag.value_type}:{tag.name}" for kind in kinds for tag in schema.tags),
    ]


def _tag_cells(tags: Sequence[Tag], schema: Schema) -> tuple[list[str], list[Tag]]:
    """Return the cells of tags, one for each that is declared, and the tags that are in none."""
    cells: dict[str, str] = {}
    lost: list[Tag] = []
    for tag in tags:
        spec = schema.tag(tag.name)
        written = _tag_cell(tag, spec)
        if tag.name in cells or not written.strip():
            lost.append(tag)
        else:
            cells[tag.name] = written
    return [cells.get(spec.name, "") for spec in schema.tags], lost


def _tag_cell(tag: Tag, spec: TagSpec | None) -> str:
    if spec is not None and spec.value_type is TagValueType.NONE:
        return SET
    if isinstance(tag.value, str):
        return tag.value
    return "" if tag.value is None else repr(tag.value)


def _number(value: float) -> str:
    whole = int(value)
    return str(whole) if whole == value else repr(float(value))


def write_table(schema: Schema, folder: Path, kind: str) -> None:
    """Put the rows of all samples together, in the order of their names."""
    with replacing(folder / f"{TABLE}.{kind}") as partial_file:
        if f".{kind}" == PARQUET:
            _write_parquet(schema, _parts(folder), partial_file)
            return
        with partial_file.open("w", encoding="utf-8", newline="") as file:
            separator = "\t" if kind == "tsv" else ","
            write_rows(file, [header(schema)], separator)
            for part in _parts(folder):
                with part.open(encoding="utf-8", newline="") as rows:
                    write_rows(file, csv.reader(rows), separator)


def _write_parquet(schema: Schema, parts: Iterator[Path], path: Path) -> None:
    """Write the rows as columns of their types; empty cells are null."""
    arrow = require_pyarrow()
    from pyarrow import parquet

    numbers = {
        f"{kind}:any_number:{t.name}" for kind in (OBJECT_TAG, IMAGE_TAG) for t in schema.tags
    }
    types: dict[str, Any] = {"width": arrow.int32(), "height": arrow.int32()}
    types |= dict.fromkeys((*COLUMNS[5:], *numbers), arrow.float64())
    names = header(schema)
    fields = arrow.schema([(name, types.get(name, arrow.string())) for name in names])
    parse = [_parser(types.get(name), arrow) for name in names]
    with parquet.ParquetWriter(path, fields) as writer:
        batch: list[list[str]] = []
        for part in parts:
            with part.open(encoding="utf-8", newline="") as rows:
                batch += csv.reader(rows)
            if len(batch) >= BATCH_ROWS:
                writer.write_table(_table(batch, parse, fields, arrow))
                batch = []
        writer.write_table(_table(batch, parse, fields, arrow))


def _table(batch: list[list[str]], parse: list[Any], fields: Any, arrow: Any) -> Any:
    columns = zip(*batch, strict=True) if batch else ([] for _ in parse)
    arrays = [
        arrow.array([read(cell) if cell else None for cell in cells], each.type)
        for cells, read, each in zip(columns, parse, fields, strict=True)
    ]
    return arrow.Table.from_arrays(arrays, schema=fields)


def _parser(kind: Any, arrow: Any) -> type:
    if kind is None:
        return str
    return int if kind == arrow.int32() else float


def _parts(folder: Path) -> Iterator[Path]:
    """Yield the files of rows by dataset and name; one listing is held at a time."""
    root = folder / PARTS / TABLE
    if not root.is_dir():
        return
    for dataset in sorted(root.iterdir()):
        yield from sorted(dataset.iterdir())


def write_rows(file: TextIO, rows: Iterable[list[str]], separator: str = ",") -> None:
    """Write rows of text, with quotes where they are needed."""
    plain = csv.writer(file, delimiter=separator, lineterminator="\n")
    # The library takes a lone carriage return for nothing special, and readers for a new row.
    quoted = csv.writer(file, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
