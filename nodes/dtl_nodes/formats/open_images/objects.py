"""The objects of one image: mask files and rows of boxes.

Source: section 11.2 of the data formats reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.sdk import AnnotationError, Instance, Mask, ReadLog, Rectangle, Size, Tag
from dtl_nodes.formats.mask_picture import resize_nearest, size_of
from dtl_nodes.formats.open_images.index import is_plain
from dtl_nodes.formats.open_images.layout import BOX, BOX_ID, FLAGS, MASK_BOX, PREDICTED_IOU
from dtl_nodes.formats.open_images.mask_places import MaskPlace
from dtl_nodes.formats.open_images.options import Boxes
from dtl_nodes.formats.open_images.tables import fraction
from dtl_nodes.formats.repairs import RESIZED, SKIPPED, SWAPPED

SAME = 1e-6 + 1e-9
"""How far edges of a mask's box and of its row in the table of boxes may differ."""

Edges = tuple[float, float, float, float]
"""Left, right, top and bottom, in parts of the image; in the order of the tables."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How objects are read."""

    threshold: int
    boxes: Boxes
    crops: bool


@dataclass(frozen=True, slots=True)
class MaskRow:
    """What is known of a mask file; ``fields`` are those of its row, none without a table."""

    title: str
    place: MaskPlace
    name: str
    fields: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A row of a table of boxes."""

    title: str
    fields: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class PendingRows:
    """The objects of an image that nothing has needed yet."""

    size: Size
    root: Path
    masks: tuple[MaskRow, ...]
    boxes: tuple[BoxRow, ...]
    rules: Rules
    log: ReadLog

    def load(self) -> tuple[Instance, ...]:
        """Decode the masks, and put rows of boxes to those that they belong to.

        Raises:
            AnnotationError: F603, F604 or F609, a row is malformed, unless those are dropped;
                F602 or F606, a mask file is damaged or gone.
            ImageError: F601 or F607, a mask cannot be decoded.
        """
        boxes: list[tuple[BoxRow, Edges] | None] = []
        for row in self.boxes:
            with_edges = self._checked(row)
            if with_edges is not None:
                boxes.append((row, with_edges))
        made = [instance for row in self.masks for instance in self._masked(row, boxes)]
        if self.rules.boxes == "none":
            return tuple(made)
        left = [each for each in boxes if each is not None]
        if self.rules.boxes == "all":
            left = [(row, e) for row in self.boxes if (e := self._checked(row)) is not None]
        made += [
            Instance(row.title, _rectangle(edges, self.size), _flags(row)) for row, edges in left
        ]
        return tuple(made)

    def _checked(self, row: BoxRow) -> Edges | None:
        try:
            return _edges(row.fields, BOX, row.source, self.log)
        except AnnotationError as error:
            self.log.drop(error)
            return None

    def _masked(self, row: MaskRow, boxes: list[tuple[BoxRow, Edges] | None]) -> Iterator[Instance]:
        """Yield the object of a mask, if it has a pixel; its row of ``boxes`` is taken out."""
        try:
            edges = _edges(row.fields, MASK_BOX, row.source, self.log) if row.fields else None
            mask = self._mask(row, edges)
        except AnnotationError as error:
            if error.code not in ("F604", "F609"):
                raise
            self.log.drop(error)
            return
        tags = _mask_tags(row, self.log)
        at = _partner(row.title, edges, boxes) if edges is not None else -1
        if at >= 0:
            partner = boxes[at]
            assert partner is not None
            boxes[at] = None
            tags += _flags(partner[0])
        if mask is None:
            self.log.repair(SKIPPED, f"the mask {row.name} covers no pixel: its row is skipped")
        else:
            yield Instance(row.title, mask, tags)

    def _mask(self, row: MaskRow, edges: Edges | None) -> Mask | None:
        box_id = row.fields.get("BoxID", "0")
        if not is_plain(row.name) or (box_id and not is_plain(box_id)):
            message = f"the mask {row.name[:80]!r} is no plain file name"
            raise AnnotationError("F609", message, path=row.source)
        stored = row.place.read(self.root, row.name)
        if size_of(stored) != self.size:
            self.log.repair(RESIZED, f"the mask {row.name} is resized to its image")
        pixels = resize_nearest(stored, self.size) > self.rules.threshold
        if self.rules.crops and edges is not None:
            x0, y0, x1, y1 = map(int, _rectangle(edges, self.size).bbox)
            return Mask.tight(pixels[y0:y1, x0:x1], x0, y0)
        return Mask.tight(pixels, 0, 0)


def _edges(fields: Mapping[str, str], columns: tuple[str, ...], source: str, log: ReadLog) -> Edges:
    """Return the edges of a row, swapped where they are the wrong way round.

    Raises:
        AnnotationError: F604, one is no number from 0 to 1.
    """
    x0, x1, y0, y1 = (fraction(fields[column], source) for column in columns)
    if x1 < x0 or y1 < y0:
        log.repair(SWAPPED, "the edges of a box are the wrong way round", path=source)
    return min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)


def _partner(title: str, edges: Edges, boxes: list[tuple[BoxRow, Edges] | None]) -> int:
    """Return which row of boxes is of the same class and box, -1 if none is."""
    for at, each in enumerate(boxes):
        if each is None or each[0].title != title:
            continue
        if all(abs(one - other) <= SAME for one, other in zip(edges, each[1], strict=True)):
            return at
    return -1


def _rectangle(edges: Edges, size: Size) -> Rectangle:
    """Return the whole pixels of a box, at least one in each direction."""
    x0, x1 = _pixels(edges[0], edges[1], size.width)
    y0, y1 = _pixels(edges[2], edges[3], size.height)
    return Rectangle(x0, y0, x1, y1)


def _pixels(low: float, high: float, extent: int) -> tuple[int, int]:
    first = min(math.floor(low * extent + 0.5), extent - 1)
    last = min(math.floor(high * extent + 0.5), extent)
    return first, max(last, first + 1)


def _flags(row: BoxRow) -> tuple[Tag, ...]:
    return tuple(Tag(flag) for flag in FLAGS if row.fields.get(flag) == "1")


def _mask_tags(row: MaskRow, log: ReadLog) -> tuple[Tag, ...]:
    """Return what is told of a mask; a score that is no number is dropped, or an error: F603."""
    tags = []
    if box_id := row.fields.get("BoxID"):
        tags.append(Tag(BOX_ID, box_id))
    if told := row.fields.get("PredictedIoU"):
        try:
            score = float(told.replace(",", "."))
        except ValueError:
            score = math.nan
        if math.isfinite(score):
            tags.append(Tag(PREDICTED_IOU, score))
        else:
            message = f"PredictedIoU is {told[:40]!r}, which is no number"
            log.drop(AnnotationError("F603", message, path=row.source))
    return tuple(tags)
