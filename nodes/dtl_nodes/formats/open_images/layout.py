"""Where Open Images keeps its tables, images and masks, and how they are told apart.

annotations/<split>-annotations-bbox.csv
annotations/<split>-annotations-object-segmentation.csv
annotations/<split>-annotations-human-imagelabels.csv
annotations/<split>-images-with-rotation.csv
annotations/oidv6-class-descriptions.csv
images/<split>/<ImageID>.jpg
masks/<split>/<ImageID>_<LabelName without slashes>_<BoxID>.png
masks/<split>-masks-<first digit of ImageID>.zip, of such files

Only the contents of tables count, and of their names the split; folders may lie otherwise.

Source: https://storage.googleapis.com/openimages/web/download_v7.html
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dtl_engine.sdk import SchemaError

ANNOTATIONS, IMAGES, MASKS = "annotations", "images", "masks"
DESCRIPTIONS = "oidv6-class-descriptions.csv"
FLAGS = ("IsOccluded", "IsTruncated", "IsGroupOf", "IsDepiction", "IsInside")
BOX_ID, PREDICTED_IOU = "box_id", "predicted_iou"
BOX = ("XMin", "XMax", "YMin", "YMax")
MASK_BOX = ("BoxXMin", "BoxXMax", "BoxYMin", "BoxYMax")
BOX_HEADER = ("ImageID", "Source", "LabelName", "Confidence", *BOX, *FLAGS)
MASK_HEADER = ("MaskPath", "ImageID", "LabelName", "BoxID", *MASK_BOX, "PredictedIoU", "Clicks")
LABEL_HEADER = ("ImageID", "Source", "LabelName", "Confidence")
IMAGE_HEADER = (
    *("ImageID", "Subset", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL"),
    *("Author", "Title", "OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation"),
)

MOST_LEVELS = 5
MAX_HEADER_BYTES = 1 << 16
_SPLIT = re.compile(r"(?:^|[-_. /])(train|validation|val|test)(?=[-_. /]|$)", re.IGNORECASE)
_PREFIX = re.compile(r"(?:oidv\d+-)?(.+?)-(?:annotations|images)\b", re.IGNORECASE)
_MASKS = re.compile(r"(?:^|[-_ ])masks?(?=[-_ ]|$)", re.IGNORECASE)
_LABEL = re.compile(r"/[a-z]/\S+")


class Role(StrEnum):
    """What a table holds."""

    BOXES = "annotations-bbox"
    MASKS = "annotations-object-segmentation"
    LABELS = "imagelabels"
    DESCRIPTIONS = "class-descriptions"


_COLUMNS = {
    Role.MASKS: {"MaskPath", "ImageID", "LabelName", *MASK_BOX},
    Role.BOXES: {"ImageID", "LabelName", *BOX},
    Role.LABELS: {"ImageID", "LabelName", "Confidence"},
    Role.DESCRIPTIONS: {"LabelName", "DisplayName"},
}


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file of a known role.

    ``columns`` are those of its header; ``start`` is the offset of its first row. ``split`` is
    ``""`` where its name tells none.
    """

    path: Path
    role: Role
    columns: tuple[str, ...]
    start: int
    split: str

    def column(self, name: str) -> int:
        """Return the place of a column, -1 where there is none."""
        return self.columns.index(name) if name in self.columns else -1


def is_mask_folder(name: str) -> bool:
    """Whether a folder of that name holds masks."""
    return _MASKS.search(name) is not None


def split_of(text: str) -> str:
    """Return the split that a path or name tells, ``""`` for none."""
    found = _SPLIT.findall(text)
    split = found[-1].lower() if found else ""
    return "validation" if split == "val" else split


def table_split(parts: tuple[str, ...]) -> str:
    """Return the split, or the folder of images, that the path of a table tells."""
    found = _PREFIX.match(parts[-1])
    if found is None:
        return split_of("/".join(parts))
    return split_of(found[1]) or found[1]


def find_tables(place: Path) -> Iterator[Table]:
    """Yield the tables below ``place``, sorted by path.

    Raises:
        SchemaError: E403, a table by its name lacks the columns of its kind.
    """
    for parts in files_below(place, ".csv", _holds_pictures):
        path = place.joinpath(*parts)
        columns, start = _header(path)
        role = _role(path.name, columns)
        if role is None:
            continue
        if role is Role.DESCRIPTIONS and "LabelName" not in columns:
            columns, start = ("LabelName", "DisplayName"), 0
        missing = _COLUMNS[role] - set(columns)
        if missing:
            raise SchemaError(
                "E403",
                f"{'/'.join(parts)} has no column {' and '.join(sorted(missing))}",
                at=(0,),
                value=path.name,
            )
        yield Table(path, role, columns, start, table_split(parts))


def files_below(
    place: Path, suffix: str, skips: Callable[[str], bool]
) -> Iterator[tuple[str, ...]]:
    """Yield the parts of the paths of files with a suffix, sorted by folder.

    No link is followed. ``skips`` tells by its name whether a folder is left out.
    """
    pending: list[tuple[str, ...]] = [()]
    while pending:
        parts = pending.pop()
        files, folders = [], []
        with os.scandir(place.joinpath(*parts)) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.name.lower().endswith(suffix) and entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
        yield from ((*parts, name) for name in sorted(files))
        if len(parts) < MOST_LEVELS:
            folders.sort(reverse=True)
            pending.extend((*parts, name) for name in folders if not skips(name))


def _holds_pictures(name: str) -> bool:
    """Whether a folder of that name is not looked into for tables: it may hold millions."""
    return is_image_root(name) or is_mask_folder(name)


def is_image_root(name: str) -> bool:
    """Whether a folder of that name holds images."""
    return name.casefold() in ("images", "image", "img")


def _header(path: Path) -> tuple[tuple[str, ...], int]:
    """Return the fields of the first line, without a BOM, and where the second one begins."""
    try:
        with path.open("rb") as file:
            line = file.readline(MAX_HEADER_BYTES)
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        raise SchemaError("E403", message, at=(0,)) from error
    text = line.decode("utf-8-sig", "replace")
    try:
        return tuple(field.strip() for field in next(csv.reader([text]), [])), len(line)
    except csv.Error:
        return (), len(line)


def _role(name: str, columns: tuple[str, ...]) -> Role | None:
    held = set(columns)
    for role, needed in _COLUMNS.items():
        if needed <= held:
            return role
    if len(columns) == 2 and _LABEL.fullmatch(columns[0]):
        return Role.DESCRIPTIONS
    return next((role for role in Role if role in name.lower()), None)
