"""What is in a Cityscapes folder: the images of each dataset, and the labels of their objects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from dtl_engine.sdk import AnnotationError, Schema, ShapeKind, TagSpec
from dtl_nodes.formats.annotation_bytes import read_annotation_bytes
from dtl_nodes.formats.cityscapes.labels import GROUP, Label
from dtl_nodes.formats.cityscapes.layout import IMAGES, INSTANCE_IDS, MAX_FILE_BYTES, POLYGONS
from dtl_nodes.formats.data_paths import free_name, require_inside
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.image_tree import folder_names, is_image_name

_MARK = f"_{IMAGES}"


class _Object(msgspec.Struct):
    label: Any = None
    deleted: Any = None


class _Outline(msgspec.Struct):
    objects: list[_Object]


_OUTLINE = msgspec.json.Decoder(_Outline)


@dataclass(slots=True)
class Met:
    """What the annotations hold, and which images have none."""

    kinds: dict[str, set[ShapeKind]] = field(default_factory=dict)
    has_groups: bool = False
    from_pictures: int = 0
    bare: list[str] = field(default_factory=list)


def image_folders(root: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Yield split, city and the images of each folder, by file name without the type.

    Hidden folders are left out and no link to a folder is followed.
    """
    for split in folder_names(root / IMAGES):
        for city in folder_names(root / IMAGES / split):
            names = []
            with os.scandir(root / IMAGES / split / city) as entries:
                for entry in entries:
                    stem, dot, suffix = entry.name.rpartition(".")
                    if entry.name.startswith(".") or not is_image_name(entry.name):
                        continue
                    if stem.endswith(_MARK) and len(stem) > len(_MARK):
                        names.append(f"{stem.removesuffix(_MARK)}{dot}{suffix}")
            if names:
                yield split, city, sorted(names)


@dataclass(slots=True)
class Names:
    """The images of one dataset by the names that samples have."""

    places: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Name -> split, city and file name of the image without suffix and type."""

    repeated: int = 0

    def add(self, split: str, city: str, name: str) -> None:
        """Add an image; one whose name is taken is numbered."""
        free = free_name(name, self.places)
        self.repeated += free != name
        self.places[free] = (split, city, name.rpartition(".")[0])


def annotation_path(root: Path, kind: str, place: tuple[str, str, str], what: str) -> Path:
    """Return the file of an image's annotation."""
    split, city, stem = place
    return root / kind / split / city / f"{stem}_{kind}_{what}"


def meet(root: Path, kind: str, place: tuple[str, str, str], met: Met) -> None:
    """Take note of what is said of an image; a file that is malformed says nothing."""
    path = annotation_path(root, kind, place, POLYGONS)
    try:
        outline = _OUTLINE.decode(read_bytes(root, path))
    except FileNotFoundError:
        if annotation_path(root, kind, place, INSTANCE_IDS).exists():
            met.from_pictures += 1
        else:
            met.bare.append("/".join(place))
        return
    except (AnnotationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return
    for each in outline.objects:
        if isinstance(each.label, str) and each.label and not each.deleted:
            met.kinds.setdefault(each.label, set()).add(ShapeKind.POLYGON)


def read_bytes(root: Path, path: Path) -> bytes:
    """Return the content of an annotation.

    Raises:
        FileNotFoundError: there is none.
        AnnotationError: F602, it cannot be read; F607, it is too large; F609, it is a link out.
    """
    require_inside(root, path)
    return read_annotation_bytes(path, MAX_FILE_BYTES).removeprefix(b"\xef\xbb\xbf")


def class_of(label: str, table: dict[str, Label]) -> tuple[str, bool]:
    """Return the class of a label, and whether it stands for several objects.

    A label of the table is a class, even ``polegroup``.
    """
    base = label.removesuffix(GROUP)
    if label in table or base == label or base not in table:
        return label, False
    return base, True


def schema_of(met: Met, table: dict[str, Label], splits: list[str]) -> Schema:
    """Return the declarations: of the classes that are met, and of the tags for splits.

    Pictures may hold any class: where there is one without polygons, all are declared.
    """
    kinds: dict[str, set[ShapeKind]] = {}
    has_groups = met.from_pictures > 0
    for label, found in met.kinds.items():
        name, is_group = class_of(label, table)
        kinds.setdefault(name, set()).update(found)
        has_groups |= is_group
    if met.from_pictures:
        for known_label in table.values():
            if known_label.id > 0:
                kinds.setdefault(known_label.name, set()).add(ShapeKind.BITMAP)
    known = {name: kinds[name] for name in table if name in kinds}
    others = {name: kinds[name] for name in sorted(kinds) if name not in table}
    tags = [TagSpec(split) for split in splits]
    if has_groups and GROUP not in splits:
        tags.append(TagSpec(GROUP))
    colors = {name: table[name].color for name in known}
    return Schema(declare_labels({**known, **others}, colors), tuple(tags))
