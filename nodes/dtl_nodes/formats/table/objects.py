"""The rows of one image as its objects and tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dtl_engine.sdk import AnnotationError, Instance, ReadLog, Rectangle, Size, Tag, TagValueType
from dtl_nodes.formats.objects_inside import read_each, require_inside_image
from dtl_nodes.formats.repairs import SWAPPED
from dtl_nodes.formats.table.cells import Row, number, text
from dtl_nodes.formats.table.columns import Columns, TagColumn
from dtl_nodes.formats.table.layout import NO_LABEL

_SLACK = 1e-6
"""How far a number that should be in 0 to 1 may be outside: what six decimals leave."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the cells of a row mean.

    ``types`` are those of the tags, by the place of their columns.
    """

    columns: Columns
    is_normalised: bool
    types: Mapping[int, TagValueType]


def declared_size(rows: Sequence[Row], meaning: Meaning) -> Size | None:
    """Return the size of the image that its rows tell, ``None`` if they tell none.

    Raises:
        AnnotationError: F605, it is no size, or rows tell two.
    """
    columns = meaning.columns
    if columns.width is None or columns.height is None:
        return None
    found: Size | None = None
    for row in rows:
        if len(row) != columns.count:
            continue
        cells = (row[columns.width], row[columns.height])
        if not any(map(text, cells)):
            continue
        try:
            width, height = map(number, cells)
        except AnnotationError as error:
            raise AnnotationError("F605", f"the size of the image: {error.message}") from error
        if width < 1 or height < 1 or width % 1 or height % 1:
            raise AnnotationError("F605", f"{width:g}x{height:g} is no size of an image")
        size = Size(int(width), int(height))
        if found is not None and found != size:
            raise AnnotationError("F605", "rows of the image tell two sizes")
        found = size
    return found


def read_instances(
    rows: Sequence[Row], meaning: Meaning, size: Size, log: ReadLog
) -> tuple[Instance, ...]:
    """Return the objects of an image of ``size``.

    Args:
        rows: all of the image.
        meaning: of their cells.
        size: of the image.
        log: takes what is wrong with them.

    Raises:
        AnnotationError: an object is malformed.
    """
    return tuple(read_each(rows, partial(_read, meaning, size, log), log))


def read_image_tags(rows: Sequence[Row], meaning: Meaning, log: ReadLog) -> tuple[Tag, ...]:
    """Return the tags of an image, each once.

    Raises:
        AnnotationError: F603, a value is not of its type.
    """
    columns = meaning.columns
    tags: dict[Tag, None] = {}
    for row in rows:
        if len(row) != columns.count:
            continue
        names = text(row[columns.tag_names]).split(";") if columns.tag_names is not None else []
        if columns.box is None and columns.label is not None:
            names.append(text(row[columns.label]))
        tags |= dict.fromkeys(Tag(name.strip()) for name in names if name.strip())
        tags |= dict.fromkeys(_tags(row, meaning, log, of_image=True))
    return tuple(tags)


def _read(meaning: Meaning, size: Size, log: ReadLog, row: Row) -> tuple[Instance, ...]:
    columns = meaning.columns
    if len(row) != columns.count:
        raise AnnotationError("F604", f"the row has {len(row)} cells, not {columns.count}")
    if columns.box is None:
        return ()
    label = NO_LABEL if columns.label is None else text(row[columns.label])
    cells = [row[at] for at in columns.box_at]
    if not any(map(text, cells)):
        if columns.label is None or not label:
            return ()
        raise AnnotationError("F604", f"an object of class '{label}' has no box")
    if not label:
        raise AnnotationError("F604", "an object has no label")
    shape = _rectangle([number(cell) for cell in cells], meaning, size, log)
    tags = _tags(row, meaning, log, of_image=False)
    pieces = require_inside_image(shape, label, size, log)
    return tuple(Instance(label, piece, tags) for piece in pieces)


def _rectangle(numbers: list[float], meaning: Meaning, size: Size, log: ReadLog) -> Rectangle:
    """Return the box that four numbers state, in pixels."""
    if meaning.is_normalised:
        if not all(-_SLACK <= value <= 1 + _SLACK for value in numbers):
            raise AnnotationError("F604", "a number of a normalised box is not in 0 to 1")
        numbers = [value * size[at % 2] for at, value in enumerate(numbers)]
    box = meaning.columns.box
    assert box is not None
    if box[0] == "x0":
        x0, y0, x1, y1 = numbers
        if x1 < x0 or y1 < y0:
            log.repair(SWAPPED, "the corners of a box are the wrong way round")
        corners = ((min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1)))
    else:
        x, y, width, height = numbers
        if width <= 0 or height <= 0:
            raise AnnotationError("F604", f"a box has the size {width:g}x{height:g}")
        if box[0] == "cx":
            x, y = x - width / 2, y - height / 2
        corners = ((x, y), (x + width, y + height))
    shape = Rectangle.from_corners(corners)
    if not shape.area:
        raise AnnotationError("F604", "a box has no area")
    return shape


def _tags(row: Row, meaning: Meaning, log: ReadLog, *, of_image: bool) -> tuple[Tag, ...]:
    tags = []
    for column in meaning.columns.tags:
        if column.is_of_image != of_image or not text(row[column.at]):
            continue
        try:
            tags.append(_tag(column, row, meaning.types[column.at]))
        except AnnotationError as error:
            log.drop(error)
    return tuple(tags)


def _tag(column: TagColumn, row: Row, value_type: TagValueType) -> Tag:
    cell = row[column.at]
    if value_type is TagValueType.NONE:
        return Tag(column.name)
    if value_type is not TagValueType.NUMBER:
        return Tag(column.name, cell if isinstance(cell, str) else text(cell))
    try:
        value = number(cell)
    except AnnotationError as error:
        raise AnnotationError("F603", f"tag '{column.name}': {error.message}") from error
    is_whole = isinstance(cell, int) or text(cell).lstrip("+-").isdecimal()
    return Tag(column.name, int(text(cell)) if is_whole else value)
