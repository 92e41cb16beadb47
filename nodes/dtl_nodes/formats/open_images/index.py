"""The rows of tables that belong to the images of a dataset."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dtl_engine.sdk import AnnotationError, ShapeKind
from dtl_nodes.formats.image_tree import ImageFolder
from dtl_nodes.formats.open_images.classes import ClassNames
from dtl_nodes.formats.open_images.layout import (
    BOX,
    BOX_ID,
    FLAGS,
    MASK_BOX,
    PREDICTED_IOU,
    Role,
    Table,
    split_of,
)
from dtl_nodes.formats.open_images.options import Boxes
from dtl_nodes.formats.open_images.tables import RowList, fraction, scan

Scope = dict[str, tuple[int, ...]]
"""The numbers of the images of each id."""

Chosen = frozenset[str] | None
"""The classes to read; ``None`` for all."""


@dataclass
class Found:
    """What tables, or names of files, say of images; images go by their numbers."""

    boxes: RowList = field(default_factory=RowList)
    masks: RowList = field(default_factory=RowList)
    kinds: dict[str, set[ShapeKind]] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    labelled: array[int] = field(default_factory=lambda: array("i"))
    image_tags: array[int] = field(default_factory=lambda: array("i"))
    image_tag_names: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    mask_keys: array[int] = field(default_factory=lambda: array("q"))
    box_keys: array[int] = field(default_factory=lambda: array("q"))
    box_titles: list[str] = field(default_factory=list)


class Scopes:
    """The images that a table, or a folder of masks, is about: those of its split."""

    def __init__(self, folders: Sequence[ImageFolder]) -> None:
        self._folders = folders
        self._splits = [{split_of("/".join(each.parts)), *each.parts} - {""} for each in folders]
        self._known: dict[str, Scope] = {}

    def of(self, split: str) -> Scope:
        """Return the images of a split or folder; all where there is none of that name."""
        key = split if any(split in each for each in self._splits) else ""
        if key not in self._known:
            scope: Scope = {}
            number = 0
            for folder, found in zip(self._folders, self._splits, strict=True):
                for name in folder.files:
                    if not key or key in found:
                        id = name[: name.rfind(".")]
                        scope[id] = (*scope.get(id, ()), number)
                    number += 1
            self._known[key] = scope
        return self._known[key]

    def of_masks(self, parts: tuple[str, ...]) -> Scope:
        """Return the images that a folder of masks is about."""
        told = split_of("/".join(parts)) or parts[-1]
        return self.of(told)


class MaskFiles:
    """The names of mask files: in which folder each one lies."""

    def __init__(self, folders: Sequence[ImageFolder]) -> None:
        hashes, places = array("q"), array("h")
        for place, folder in enumerate(folders):
            hashes.extend(map(hash, folder.files))
            places.extend([place] * len(folder.files))
        order = np.argsort(np.array(hashes, np.int64), kind="stable")
        self._hashes = np.array(hashes, np.int64)[order]
        self._places = np.array(places, np.int16)[order]

    def folder_of(self, name: str) -> int:
        """Return the number of the folder that holds a file, -1 if none does."""
        at = int(np.searchsorted(self._hashes, hash(name)))
        if at < len(self._hashes) and int(self._hashes[at]) == hash(name):
            return int(self._places[at])
        return -1


class Indexer:
    """Goes through tables once and keeps where the rows of the images that are there stand."""

    def __init__(
        self, tables: Sequence[Table], scopes: Scopes, names: ClassNames, chosen: Chosen
    ) -> None:
        self.found = Found()
        self._tables = tables
        self._scopes = scopes
        self._names = names
        self._chosen = chosen

    def masks(self, files: MaskFiles) -> None:
        """Find the rows of masks."""
        found = self.found
        for number, table in self._of(Role.MASKS):
            label_at, path_at = table.column("LabelName"), table.column("MaskPath")
            tagged = {
                name: table.column(column)
                for name, column in ((BOX_ID, "BoxID"), (PREDICTED_IOU, "PredictedIoU"))
                if table.column(column) >= 0
            }
            corners = [table.column(name) for name in MASK_BOX]
            missing = 0
            for offset, fields, images in self._rows(table):
                # A row that is malformed says so when its image is read.
                if len(fields) != len(table.columns):
                    found.masks.add(images, number, offset)
                    continue
                label, name = fields[label_at].strip(), fields[path_at].strip()
                if not self._is_chosen(label):
                    continue
                folder = files.folder_of(name)
                if folder < 0 and is_plain(name):
                    missing += 1
                    continue
                title = self._names.meet(label)
                found.kinds.setdefault(title, set()).add(ShapeKind.BITMAP)
                found.tags.update(tag for tag, at in tagged.items() if fields[at].strip())
                found.masks.add(images, number, offset, max(folder, 0))
                found.mask_keys.extend(_key(image, title, fields, corners) for image in images)
            if missing:
                found.notes.append(f"{table.path.name}: {missing} rows tell masks that are missing")

    def boxes(self, mode: Boxes) -> None:
        """Find the rows of boxes."""
        found = self.found
        for number, table in self._of(Role.BOXES):
            label_at = table.column("LabelName")
            flags = [(flag, at) for flag in FLAGS if (at := table.column(flag)) >= 0]
            corners = [table.column(name) for name in BOX]
            for offset, fields, images in self._rows(table):
                if len(fields) != len(table.columns):
                    found.boxes.add(images, number, offset)
                    continue
                label = fields[label_at].strip()
                if not self._is_chosen(label):
                    continue
                title = self._names.meet(label)
                found.tags.update(flag for flag, at in flags if fields[at].strip() == "1")
                found.boxes.add(images, number, offset)
                found.box_keys.extend(_key(image, title, fields, corners) for image in images)
                found.box_titles.extend([title] * len(images))
        self._declare_boxes(mode)

    def _declare_boxes(self, mode: Boxes) -> None:
        """Declare the rectangles that rows of boxes will become."""
        found = self.found
        keys = np.array(found.box_keys, np.int64)
        is_masked = np.isin(keys, np.array(found.mask_keys, np.int64))
        for title, masked in zip(found.box_titles, is_masked.tolist(), strict=True):
            kinds = found.kinds.setdefault(title, set())
            if mode == "all" or (mode == "unmasked" and not masked):
                kinds.add(ShapeKind.RECTANGLE)

    def labels(self) -> None:
        """Find what images are said to show; what they are said not to show is no tag."""
        found = self.found
        for _, table in self._of(Role.LABELS):
            label_at, confidence_at = table.column("LabelName"), table.column("Confidence")
            for _, fields, images in self._rows(table):
                if len(fields) != len(table.columns) or not _is_one(fields[confidence_at]):
                    continue
                title = self._names.meet(fields[label_at].strip())
                tag = found.image_tag_names.setdefault(title, len(found.image_tag_names))
                found.labelled.extend(images)
                found.image_tags.extend([tag] * len(images))

    def _of(self, role: Role) -> Iterator[tuple[int, Table]]:
        return ((number, each) for number, each in enumerate(self._tables) if each.role is role)

    def _rows(self, table: Table) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
        """Yield offset, fields and images of the rows of images that are there."""
        scope, id_at = self._scopes.of(table.split), table.column("ImageID")
        strangers, first = 0, ""
        for offset, fields in scan(table):
            id = fields[id_at] if len(fields) > id_at else ""
            if images := scope.get(image_id(id)):
                yield offset, fields, images
            else:
                first = first or id
                strangers += 1
        if strangers:
            self.found.notes.append(
                f"{table.path.name}: {strangers} rows are of images that are not here, such as "
                f"'{first[:80]}'"
            )

    def _is_chosen(self, label: str) -> bool:
        return self._chosen is None or self._names.title(label) in self._chosen


def image_id(text: str) -> str:
    """Return an id as it is: some tables give the names of files instead."""
    stem, dot, suffix = text.strip().rpartition(".")
    return stem if dot and suffix.lower() in ("jpg", "jpeg", "png") else text.strip()


def is_plain(name: str) -> bool:
    """Whether a name from a table is one of a file, not a path."""
    return bool(name) and not any(mark in name for mark in ("/", "\\", "..", "\0"))


def index_names(
    found: Found,
    folders: Iterable[ImageFolder],
    scopes: Scopes,
    title_of: Callable[[str], str],
    chosen: Chosen,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find masks by the names of their files, ``<image id>_<label>_<box id>``.

    Args:
        found: takes what is found.
        folders: the masks.
        scopes: the images.
        title_of: names the class of what stands for the label in a name.
        chosen: the classes to read.

    Returns:
        The names, whose numbers are the offsets of their rows, and the class of each one.
    """
    names: list[str] = []
    titles: list[str] = []
    strangers = 0
    for number, folder in enumerate(folders):
        scope = scopes.of_masks(folder.parts)
        for name in folder.files:
            stem = name[: name.rfind(".")]
            id = _id_in(stem, scope)
            if not id:
                strangers += 1
                continue
            title = title_of(stem[len(id) + 1 :].rpartition("_")[0])
            if chosen is not None and title not in chosen:
                continue
            found.kinds.setdefault(title, set()).add(ShapeKind.BITMAP)
            found.masks.add(scope[id], 0, len(names), number)
            names.append(name)
            titles.append(title)
    if strangers:
        found.notes.append(f"{strangers} masks are of images that are not here")
    return tuple(names), tuple(titles)


def _id_in(stem: str, scope: Scope) -> str:
    """Return the longest id of an image that a name begins with, before a ``_``."""
    end = stem.rfind("_")
    while end > 0:
        if stem[:end] in scope:
            return stem[:end]
        end = stem.rfind("_", 0, end)
    return ""


def _is_one(text: str) -> bool:
    try:
        return float(text.replace(",", ".")) == 1
    except ValueError:
        return False


def _key(image: int, title: str, fields: list[str], corners: list[int]) -> int:
    """Return a number that rows of one box have in common; -1 where the row is malformed."""
    try:
        edges = tuple(round(fraction(fields[at]) * 1e6) for at in corners)
    except AnnotationError:
        return -1
    return hash((image, title, edges))
