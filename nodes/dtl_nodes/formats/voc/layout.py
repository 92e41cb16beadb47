"""Where things lie in a Pascal VOC dataset, and in those that only look like one.

<dataset>/JPEGImages/<image>
<dataset>/Annotations/<name>.xml
<dataset>/SegmentationClass/<name>.png    values: classes
<dataset>/SegmentationObject/<name>.png   values: numbers of objects
<dataset>/ImageSets/Main/<split>.txt      names, one a line
<dataset>/ImageSets/Main/<class>_<split>.txt
<dataset>/labelmap.txt                    classes, as CVAT and Datumaro write them

Source: the VOC2012 development kit; Datumaro for ``labelmap.txt``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.sdk import SchemaError
from dtl_nodes.formats.image_tree import is_image_name

IMAGES = "JPEGImages"
ANNOTATIONS = "Annotations"
LISTS = "ImageSets"
CLASS_PICTURES = "SegmentationClass"
OBJECT_PICTURES = "SegmentationObject"
LABEL_MAP = "labelmap.txt"
COLORS = "colors.txt"
XML = ".xml"
PNG = ".png"

MAIN = "Main"
SEGMENTATION = "Segmentation"
TAGS = "Tags"
"""A folder of lists of our own: which images have a tag."""

LIST_KINDS = (MAIN, SEGMENTATION, "Layout", "Action")

VOID = 255
VOID_LABEL = "neutral"

_IMAGE_FOLDERS = ("jpegimages", "images", "image", "imgs", "img")
_ROOT = re.compile(rb"<annotation[\s>]")
_LOOK_BYTES = 4096
_MOST_FOLDERS = 64
_MOST_ENTRIES = 256

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of a dataset, each by the parts that lead there from ``root``."""

    root: Path
    base: Parts
    images: Parts
    annotations: Parts | None = None
    lists: Parts | None = None
    class_pictures: Parts | None = None
    object_pictures: Parts | None = None

    def path(self, parts: Parts, *names: str) -> Path:
        """Return the place of a file or folder."""
        return self.root.joinpath(*parts, *names)


def find_layout(root: Path, *, is_named: bool = False) -> Layout | None:
    """Return the folders of the dataset in ``root``, or in a folder of it; ``None`` if none.

    Args:
        root: where to look.
        is_named: that the format is told: then ``Annotations`` may hold whatever XML files.

    Raises:
        SchemaError: E403, there are several.
        OSError: a folder cannot be read.
    """
    if not root.is_dir():
        return None
    if layout := _at(root, (), is_named):
        return layout
    folders = _folders(root, ())
    for candidates in (
        [_at(root, (name,), is_named) for name in folders.values()],
        [_loose(root, name, folders) for name in folders.values()],
        [_loose(root, "", folders)],
    ):
        found = [layout for layout in candidates if layout]
        if len(found) > 1:
            names = ", ".join("/".join(each.annotations or each.base) for each in found)
            raise SchemaError(
                "E403",
                f"'{root.name}' holds several datasets of Pascal VOC: {names}",
                at=(0,),
                value=root.name,
                help="'--data' names the folder that holds them, 'src' one of them",
            )
        if found:
            return found[0]
    return None


def _at(root: Path, base: Parts, is_named: bool) -> Layout | None:
    """Return the layout of a folder with the names of the original."""
    folders = _folders(root, base)
    annotations = _existing(base, folders.get(ANNOTATIONS.lower()))
    if annotations is not None and not _has_xml(root.joinpath(*annotations), any_root=is_named):
        annotations = None
    classes = _existing(base, folders.get(CLASS_PICTURES.lower()))
    objects = _existing(base, folders.get(OBJECT_PICTURES.lower()))
    if annotations is None and classes is None:
        return None
    images = _images(root, base, folders, annotations)
    lists = _existing(base, folders.get(LISTS.lower()))
    return Layout(root, base, images, annotations, lists, classes, objects)


def _loose(root: Path, name: str, folders: dict[str, str]) -> Layout | None:
    """Return the layout of a folder of XML files of another name."""
    annotations = (name,) if name else ()
    if not _has_xml(root.joinpath(*annotations)):
        return None
    lists = _existing((), folders.get(LISTS.lower()))
    return Layout(root, (), _images(root, (), folders, annotations), annotations, lists)


def _existing(base: Parts, name: str | None) -> Parts | None:
    return None if name is None else (*base, name)


def _images(root: Path, base: Parts, folders: dict[str, str], annotations: Parts | None) -> Parts:
    known = [(*base, folders[name]) for name in _IMAGE_FOLDERS if name in folders]
    beside = [] if annotations is None else [annotations]
    for parts in (*known, *beside, base):
        if any(is_image_name(entry.name) for entry in _entries(root.joinpath(*parts))):
            return parts
    return known[0] if known else base


def _folders(root: Path, base: Parts) -> dict[str, str]:
    """Return the names of the folders in a folder by their form in small letters."""
    found: dict[str, str] = {}
    with os.scandir(root.joinpath(*base)) as entries:
        for count, entry in enumerate(entries):
            if count == _MOST_ENTRIES:
                break
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                found[entry.name.lower()] = entry.name
                if len(found) == _MOST_FOLDERS:
                    break
    return dict(sorted(found.items()))


def _has_xml(folder: Path, *, any_root: bool = False) -> bool:
    """Whether a folder holds an XML file that looks right; few are looked at."""
    found = (entry for entry in _entries(folder) if entry.name.lower().endswith(XML))
    for count, entry in enumerate(found):
        if any_root or _looks_right(Path(entry.path)):
            return True
        if count == 8:
            break
    return False


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count == _MOST_ENTRIES:
                break
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                yield entry


def _looks_right(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _ROOT.search(file.read(_LOOK_BYTES).replace(b"\0", b"")) is not None
    except OSError:
        return False
