"""Read YOLO, image by image."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    Instance,
    Origin,
    ReadLog,
    Sample,
    Schema,
    Size,
    Source,
)
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.objects_inside import read_each
from dtl_nodes.formats.yolo.rows import Reading, Row, has_polygons, read_bytes, read_row, split_rows
from dtl_nodes.formats.yolo.splits import Split


class Yolo(Source):
    """An opened YOLO dataset."""

    def __init__(
        self,
        location: Path,
        root: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        splits: Mapping[str, Split],
        reading: Reading,
    ) -> None:
        super().__init__(location, schema, datasets, notes)
        self._root = root
        self._splits = splits
        self._reading = reading

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the rows of one image, and its size."""
        item = self._splits[origin.dataset].item(origin.file)
        if item.error:
            raise AnnotationError("F609", item.error, path=item.image)
        image = Image.open(self._checked(item.image))
        path = self._checked(item.labels)
        try:
            instances = self._instances(split_rows(read_bytes(path), log), image.size, log)
        except AnnotationError as error:
            error.path = error.path or str(path)
            raise
        return Sample(origin, image, Annotation(image.size, tuple(instances)))

    def _instances(self, rows: list[Row], size: Size, log: ReadLog) -> list[Instance]:
        reading = self._reading
        task = reading.task or ("segment" if has_polygons(rows) else "detect")
        read = partial(_read, task=task, reading=reading, size=size, log=log)
        return read_each(rows, read, log)

    def _checked(self, name: str) -> Path:
        """Return the place of a file, which no link may lead out of the dataset."""
        path = self._root / name
        if path.is_symlink():
            require_inside(self._root, path)
        return path


def _read(row: Row, task: Any, reading: Reading, size: Size, log: ReadLog) -> list[Instance]:
    return list(read_row(row, task, reading, size, log))
