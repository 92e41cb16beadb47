"""Read Open Images one picture at a time: its rows where they stand, its masks when needed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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
    Source,
    Tag,
)
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.open_images.layout import Table
from dtl_nodes.formats.open_images.mask_places import MaskPlace
from dtl_nodes.formats.open_images.objects import BoxRow, MaskRow, PendingRows, Rules
from dtl_nodes.formats.open_images.tables import RowIndex, read_row


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """All that tables and names of files say, by the numbers of the images."""

    root: Path
    tables: tuple[Table, ...]
    titles: Mapping[str, str]
    """Label -> class."""
    boxes: RowIndex
    masks: RowIndex
    mask_places: tuple[MaskPlace, ...]
    mask_names: tuple[str, ...] | None
    """Mask files by the offsets of their rows, where no table tells them."""
    mask_titles: tuple[str, ...]
    tagged: NDArray[np.int32]
    tags: NDArray[np.int32]
    """Of the image at the same place of ``tagged``, a number among ``tag_names``."""
    tag_names: tuple[str, ...]

    def box_rows(self, number: int, log: ReadLog) -> Iterator[BoxRow]:
        """Yield the rows of boxes of an image.

        Raises:
            AnnotationError: F602 or F604, a row is malformed and not to be dropped.
        """
        for at, offset, _ in self.boxes.of_image(number):
            table = self.tables[at]
            fields = _row(table, offset, log)
            if fields is not None:
                yield BoxRow(self._title(fields), fields, str(table.path))

    def mask_rows(self, number: int, log: ReadLog) -> Iterator[MaskRow]:
        """Yield the masks of an image.

        Raises:
            AnnotationError: F602 or F604, a row is malformed and not to be dropped.
        """
        for at, offset, where in self.masks.of_image(number):
            place = self.mask_places[where] if self.mask_places else MaskPlace(self.root)
            if self.mask_names is not None:
                title, name = self.mask_titles[offset], self.mask_names[offset]
                yield MaskRow(title, place, name, {}, str(place.path))
                continue
            table = self.tables[at]
            fields = _row(table, offset, log)
            if fields is not None:
                title = self._title(fields)
                yield MaskRow(title, place, fields["MaskPath"], fields, str(table.path))

    def image_tags(self, number: int) -> tuple[Tag, ...]:
        """Return what an image is said to show, each once."""
        first, last = np.searchsorted(self.tagged, [number, number + 1]).tolist()
        found = dict.fromkeys(self.tags[first:last].tolist())
        return tuple(Tag(self.tag_names[at]) for at in found)

    def _title(self, fields: Mapping[str, str]) -> str:
        return self.titles.get(fields["LabelName"], fields["LabelName"])


def _row(table: Table, offset: int, log: ReadLog) -> dict[str, str] | None:
    try:
        return read_row(table, offset)
    except AnnotationError as error:
        if error.code != "F604":
            raise
        log.drop(error)
        return None


@dataclass(frozen=True, slots=True, eq=False)
class OpenedFolder:
    """The images of a dataset, sorted, with their numbers."""

    parts: tuple[str, ...]
    files: tuple[str, ...]
    numbers: NDArray[np.int32]


class OpenImagesSource(Source):
    """An opened dataset of Open Images."""

    def __init__(
        self,
        location: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        folders: Mapping[str, OpenedFolder],
        index: Index,
        rules: Rules,
    ) -> None:
        super().__init__(location, schema, datasets, notes)
        self._folders = folders
        self._index = index
        self._rules = rules

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the rows of one image and its header; masks are read when they are needed."""
        folder = self._folders[origin.dataset]
        path = self.location.joinpath(*folder.parts, origin.file)
        require_inside(self.location, path)
        image = Image.open(path)
        number = int(folder.numbers[bisect_left(folder.files, origin.file)])
        pending = PendingRows(
            image.size,
            self.location,
            tuple(self._index.mask_rows(number, log)),
            tuple(self._index.box_rows(number, log)),
            self._rules,
            log,
        )
        return Sample(
            origin, image, Annotation(image.size, pending, self._index.image_tags(number))
        )
