"""The index of a table: which rows belong to which image, and what they declare."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, LabelSpec, Schema, ShapeKind, TagSpec, TagValueType
from dtl_nodes.formats.data_paths import free_name
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.table.cells import Row, number, text
from dtl_nodes.formats.table.columns import Columns, TagColumn
from dtl_nodes.formats.table.layout import NO_LABEL, UNASSIGNED

MAX_NAME_LENGTH = 200
_NOT_IN_A_NAME = re.compile(r'[/\\|:"?*<>\x00-\x1f\x7f]')


class Table(Protocol):
    """A file of rows."""

    header: tuple[str, ...]

    def narrow(self, places: Iterable[int]) -> None:
        """Read only the columns at ``places`` from now on."""
        ...

    def scan(self) -> Iterator[Row]:
        """Yield all rows."""
        ...

    def rows(self, numbers: Sequence[int]) -> Iterator[Row]:
        """Yield rows by their ascending numbers."""
        ...


@dataclass(slots=True)
class _TagValues:
    """What was seen in a column of tags."""

    column: TagColumn
    are_numbers: bool = True
    choices: dict[str, None] = field(default_factory=dict)

    def see(self, cell: object) -> None:
        written = cell if isinstance(cell, str) else text(cell)
        if not written.strip():
            return
        if self.column.value_type is TagValueType.CHOICE:
            self.choices[written] = None
        elif self.column.value_type is None and self.are_numbers:
            try:
                number(cell)
            except AnnotationError:
                self.are_numbers = False

    @property
    def spec(self) -> TagSpec:
        """The declaration of the tag."""
        found = TagValueType.NUMBER if self.are_numbers else TagValueType.STRING
        value_type = self.column.value_type or found
        if value_type is TagValueType.CHOICE and not self.choices:
            value_type = TagValueType.STRING
        return TagSpec(self.column.name, value_type, tuple(self.choices))


class Index:
    """What one reading of a table from end to end tells.

    ``paths`` holds the images of each dataset with their numbers; the rows of image ``n`` are
    ``order[starts[n]:starts[n + 1]]``.
    """

    def __init__(self, table: Table, columns: Columns, default: str) -> None:
        """Read ``table``; images without a split are of the dataset ``default``."""
        self.paths: dict[str, dict[str, int]] = {}
        self.stray_rows = 0
        self.largest = 0.0
        self._labels: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._tags = tuple(_TagValues(column) for column in columns.tags)
        owners = array("q")
        images = 0
        for row in table.scan():
            path = text(row[columns.path]) if len(row) > columns.path else ""
            if not path:
                self.stray_rows += 1
                owners.append(-1)
                continue
            split = default
            if columns.split is not None and len(row) > columns.split:
                split = dataset_name(text(row[columns.split]))
            known = self.paths.setdefault(split, {})
            owner = known.setdefault(path, images)
            images += owner == images
            owners.append(owner)
            if len(row) == columns.count:
                self._see(row, columns)
        found: NDArray[np.int64] = np.frombuffer(owners, np.int64)
        order = np.argsort(found, kind="stable")
        self.starts = np.searchsorted(found[order], np.arange(images + 1))
        self.order = order
        self.schema = Schema(self._label_specs(columns), self._tag_specs())

    def _see(self, row: Row, columns: Columns) -> None:
        label = text(row[columns.label]) if columns.label is not None else NO_LABEL
        if columns.box is None:
            if columns.label is not None and label:
                self._names[label] = None
        elif any(map(text, cells := [row[at] for at in columns.box_at])):
            if label:
                self._labels[label] = None
            for cell in cells:
                try:
                    self.largest = max(self.largest, abs(number(cell)))
                except AnnotationError:  # told when the image is read
                    continue
        if columns.tag_names is not None:
            names = (name.strip() for name in text(row[columns.tag_names]).split(";"))
            self._names |= dict.fromkeys(filter(None, names))
        for values in self._tags:
            values.see(row[values.column.at])

    def _label_specs(self, columns: Columns) -> tuple[LabelSpec, ...]:
        return declare_labels({label: (ShapeKind.RECTANGLE,) for label in self._labels})

    def _tag_specs(self) -> tuple[TagSpec, ...]:
        specs = {name: TagSpec(name) for name in self._names}
        for values in self._tags:
            # One tag may be of objects and of images.
            spec = values.spec
            known = specs.setdefault(spec.name, spec)
            if known != spec:
                choices = tuple(dict.fromkeys((*known.values, *spec.values)))
                same = known.value_type is spec.value_type
                value_type = spec.value_type if same else TagValueType.STRING
                specs[spec.name] = TagSpec(spec.name, value_type, choices if same else ())
        return tuple(specs.values())


def dataset_name(written: str) -> str:
    """Return the name of a dataset as a plain one."""
    name = _NOT_IN_A_NAME.sub("_", written).lstrip(".")[:MAX_NAME_LENGTH]
    return name or UNASSIGNED


def file_names(paths: Iterable[str]) -> list[str]:
    """Return a plain file name for each path, none twice.

    Folders that all paths start with are left out, the others are joined to the name by ``_``.
    """
    parts = [
        [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        for path in paths
    ]
    shared = 0
    first = min(parts, default=[])
    last = max(parts, default=[])
    while shared < min(len(first), len(last)) - 1 and first[shared] == last[shared]:
        shared += 1
    taken: set[str] = set()
    names = []
    for each in parts:
        name = _NOT_IN_A_NAME.sub("_", "_".join(each[shared:]))[-MAX_NAME_LENGTH:]
        name = free_name(f"_{name}" if name.startswith(".") or not name else name, taken)
        taken.add(name)
        names.append(name)
    return names
