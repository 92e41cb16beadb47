"""Rows of a label file: a class and numbers that are divided by the size of the image.

Source: Ultralytics, ``verify_image_label`` in ``ultralytics/data/utils.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dtl_engine.sdk import (
    AnnotationError,
    Instance,
    KeypointNode,
    Keypoints,
    Polygon,
    ReadLog,
    Rectangle,
    Shape,
    Size,
    Tag,
)
from dtl_nodes.formats.annotation_bytes import read_annotation_bytes
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.formats.objects_inside import require_inside_image
from dtl_nodes.formats.repairs import CLIPPED, REPEATED
from dtl_nodes.formats.yolo.layout import CONFIDENCE, Task

MAX_ROWS_BYTES = 64 * 2**20
TOLERANCE = 0.01
"""How far beyond 0 and 1 numbers may be, and are cut."""

_BOX_COLUMNS = 5
_MOST_BOX_COLUMNS = 6
_FEWEST_POINTS = 3
_GRID = 2
_ROUNDING = 1e-6
_MOST_ROUNDING_PX = 0.1

Row = tuple[int, tuple[str, ...]]
"""The number of a line and its columns."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows of a dataset are read by; ``task`` is ``None`` where columns decide."""

    task: Task | None
    names: tuple[str, ...]
    nodes: tuple[str, ...] = ()
    dimensions: int = 0


def read_bytes(path: Path) -> bytes:
    """Return the content of a label file; nothing where there is none.

    Raises:
        AnnotationError: F602, it cannot be read; F607, it is too large.
    """
    absent = (FileNotFoundError, NotADirectoryError)
    try:
        return read_annotation_bytes(path, MAX_ROWS_BYTES, what="label file", absent=absent)
    except absent:
        return b""


def split_rows(data: bytes, log: ReadLog) -> list[Row]:
    """Return the rows of a label file, exact repetitions left out.

    Raises:
        AnnotationError: F602, it is not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnnotationError("F602", "the label file is not UTF-8") from error
    found: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        columns = tuple(line.split())
        if columns and found.setdefault(columns, number) != number:
            log.repair(REPEATED, f"row {number} repeats row {found[columns]}")
    return [(number, columns) for columns, number in found.items()]


def has_polygons(rows: Sequence[Row]) -> bool:
    """Whether a file is of polygons: one row with more columns than a box has makes it so."""
    return any(len(columns) > _MOST_BOX_COLUMNS for _, columns in rows)


def read_row(
    row: Row, task: Task, reading: Reading, size: Size, log: ReadLog
) -> Iterator[Instance]:
    """Yield what a row holds: one object, of a pose its box and its keypoints.

    Args:
        row: as ``split_rows`` returns it.
        task: what it is.
        reading: classes and keypoints.
        size: of the image.
        log: takes what is repaired.

    Raises:
        AnnotationError: F603, the class is unknown; F604, anything else is wrong.
    """
    number, columns = row
    label = _label(columns[0], reading.names)
    values = [_number(text, label) for text in columns[1:]]
    tags: tuple[Tag, ...] = ()
    if _has_confidence(len(columns), task, reading):
        tags = (Tag(CONFIDENCE, values.pop()),)
    if task == "detect":
        yield Instance(label, _box(values, label, size, log), tags)
    elif task == "pose":
        yield from _pose(values, label, tags, number, reading, size, log)
    else:
        for piece in require_inside_image(_polygon(values, label, size, log), label, size, log):
            yield Instance(label, piece, tags)


def _has_confidence(count: int, task: Task, reading: Reading) -> bool:
    """Whether the last column is one more than the row has.

    Raises:
        AnnotationError: F604, it has another number of columns.
    """
    if task == "segment":
        # A class and pairs: three at least.
        if count >= 7:
            return count % 2 == 0
        wanted = "an odd number from 7 on"
    else:
        expected = {"detect": 5, "obb": 9}.get(
            task, _BOX_COLUMNS + len(reading.nodes) * reading.dimensions
        )
        if count in (expected, expected + 1):
            return count > expected
        wanted = str(expected)
    raise AnnotationError("F604", f"the row has {count} columns; of task '{task}' it has {wanted}")


def _label(text: str, names: tuple[str, ...]) -> str:
    number = _number(text, "")
    if number % 1 or not 0 <= number < len(names):
        raise AnnotationError("F603", f"{text[:40]!r} is no class of 0 to {len(names) - 1}")
    return names[int(number)]


def _number(text: str, label: str) -> float:
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        of = f" of class '{label}'" if label else ""
        raise AnnotationError("F604", f"a column of a row{of} is no number: {text[:40]!r}")
    return number


def _cut(values: Sequence[float], label: str, log: ReadLog) -> list[float]:
    """Return shares of the image's sides, those a little beyond cut."""
    for value in values:
        if not -TOLERANCE <= value <= 1 + TOLERANCE:
            raise AnnotationError(
                "F604", f"a row of class '{label}' has {value}: numbers are from 0 to 1"
            )
    if not all(0 <= value <= 1 for value in values):
        log.repair(CLIPPED, f"a row of class '{label}' goes a little beyond 0 to 1: it is cut")
    return [min(max(value, 0.0), 1.0) for value in values]


def _pixels(share: float, extent: int) -> float:
    """Return the place of a share of a side in pixels.

    What differs from a whole or half pixel by no more than six decimals of text do is that.
    """
    place = share * extent
    near = math.floor(place * _GRID + 0.5) / _GRID
    return near if abs(place - near) <= min(_ROUNDING * extent, _MOST_ROUNDING_PX) else place


def _box(values: Sequence[float], label: str, size: Size, log: ReadLog) -> Shape:
    x, y, width, height = _cut(values, label, log)
    if not (width and height):
        raise AnnotationError("F604", f"a box of class '{label}' has no area")
    rectangle = Rectangle(
        _pixels(x - width / 2, size.width),
        _pixels(y - height / 2, size.height),
        _pixels(x + width / 2, size.width),
        _pixels(y + height / 2, size.height),
    )
    (inside,) = require_inside_image(rectangle, label, size, log)
    return inside


def _polygon(values: Sequence[float], label: str, size: Size, log: ReadLog) -> Polygon:
    points = _places(_cut(values, label, log), size)
    if len(set(points)) < _FEWEST_POINTS:
        raise AnnotationError("F604", f"a polygon of class '{label}' has no three points")
    return Polygon(np.array(points, np.float64))


def has_three_points(columns: Sequence[str], size: Size) -> bool:
    """Whether columns that are written of a polygon would be read as one."""
    return len(set(_places([float(text) for text in columns], size))) >= _FEWEST_POINTS


def _places(shares: Sequence[float], size: Size) -> list[tuple[float, float]]:
    return [
        (_pixels(x, size.width), _pixels(y, size.height))
        for x, y in zip(shares[::2], shares[1::2], strict=True)
    ]


def _pose(
    values: Sequence[float],
    label: str,
    tags: tuple[Tag, ...],
    number: int,
    reading: Reading,
    size: Size,
    log: ReadLog,
) -> Iterator[Instance]:
    """Yield box and keypoints as objects of one group; without a visible node, the box alone."""
    box = _box(values[:4], label, size, log)
    step = reading.dimensions
    nodes = []
    for at, name in enumerate(reading.nodes):
        x, y, *seen = values[4 + at * step : 4 + (at + 1) * step]
        sight = _sight(seen, x, y, label)
        if sight:
            x, y = _cut((x, y), label, log)
            extra = (("disabled", True),) if sight == 1 else ()
            place = _pixels(x, size.width), _pixels(y, size.height)
            nodes.append(KeypointNode(name, *place, extra))
    if not nodes:
        yield Instance(label, box, tags)
        return
    tags = (*tags, Tag(GROUP_TAG, str(number)))
    yield Instance(label, box, tags)
    yield Instance(label, Keypoints(tuple(nodes)), tags)


def _sight(seen: Sequence[float], x: float, y: float, label: str) -> int:
    """Return 0 for a node that is not there, 1 for a hidden one, 2 for a visible one."""
    if not seen:
        return 0 if x < 0 or y < 0 else 2
    if seen[0] not in (0, 1, 2):
        raise AnnotationError(
            "F604", f"a node of class '{label}' has visibility {seen[0]}, not 0, 1 or 2"
        )
    return int(seen[0])
