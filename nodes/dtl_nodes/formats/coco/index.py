"""The index of one split: its images, and where in the file the objects of each one stand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.formats.coco.document import RECORDS, Document
from dtl_nodes.formats.coco.tag_types import CROWD, SCORE, TagTypes, image_tags
from dtl_nodes.formats.coco.text_file import TextFile
from dtl_nodes.formats.data_paths import free_name

Numbers: TypeAlias = NDArray[np.int64]

MAX_NAME_BYTES = 180
_NOT_IN_A_NAME = re.compile(r'[/\\|:"?*<>\x00-\x1f\x7f]')
_LARGEST = 2**62


class _Image(msgspec.Struct, gc=False):
    id: int
    file_name: str
    width: Any = None
    height: Any = None
    tags: Any = None


class _LooseImage(_Image, gc=False):
    id: Any = None
    file_name: Any = None


class _Segment(msgspec.Struct, gc=False):
    iscrowd: Any = 0


class _Object(msgspec.Struct, gc=False):
    image_id: int
    id: Any = None
    iscrowd: Any = 0
    score: Any = None
    attributes: Any = None
    segments_info: list[_Segment] = []


class _LooseObject(_Object, gc=False):
    image_id: Any = None
    segments_info: Any = None


@dataclass(frozen=True)
class SplitIndex:
    """The images of one split, sorted by name, and the places of their objects.

    Of image number ``i`` the objects are numbers ``firsts[i]`` to ``firsts[i + 1]`` of ``starts``
    and ``ends``, in the order of the file. ``told`` holds the names that stand in the file where
    they are other ones, ``tags`` the tags of those images that have some.
    """

    files: tuple[str, ...]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    firsts: Numbers
    starts: Numbers
    ends: Numbers
    text: TextFile
    told: dict[str, str] = field(default_factory=dict)
    tags: dict[str, Any] = field(default_factory=dict)

    def size(self, number: int) -> Size:
        """Return the size that is told of an image; 0 x 0 if it is none."""
        return Size(int(self.widths[number]), int(self.heights[number]))

    def objects(self, number: int) -> list[bytes]:
        """Return the JSON of each object of an image.

        Raises:
            AnnotationError: F602, the file cannot be read any more.
        """
        first, last = int(self.firsts[number]), int(self.firsts[number + 1])
        places = zip(self.starts[first:last].tolist(), self.ends[first:last].tolist(), strict=True)
        return self.text.read_all(list(places))


@dataclass
class _Images:
    """The images of a file, in its order."""

    ids: Numbers
    files: list[str]
    sizes: list[tuple[int, int]]
    told: dict[str, str]
    tags: dict[str, Any]


def index_split(
    document: Document, results: Document | None, types: TagTypes, notes: list[str]
) -> SplitIndex:
    """Index a file; the objects are those of ``results`` if there is such a file.

    Args:
        document: has images and categories.
        results: a bare list of objects.
        types: learns of the tags that the objects have.
        notes: gets what was mended.

    Raises:
        SchemaError: E403, the file is malformed.
    """
    images = _read_images(document, types, notes)
    order = np.argsort(images.ids, kind="stable")
    ids = images.ids[order]
    same = np.flatnonzero(np.diff(ids) == 0)
    if len(same):
        raise document.fault(f"has two images of id {ids[same[0]]}")
    source, key = (document, "annotations") if results is None else (results, RECORDS)
    of_image, starts, ends = _read_objects(source, key, types, notes)
    found = np.minimum(np.searchsorted(ids, of_image), max(len(ids) - 1, 0))
    known = ids[found] == of_image if len(ids) else np.zeros(len(of_image), bool)
    strays = len(of_image) - int(np.count_nonzero(known))
    if strays:
        notes.append(f"{source.path.name} has {strays} objects of images that it does not list")
    # Numbers of images by name.
    by_name = sorted(range(len(images.files)), key=images.files.__getitem__)
    rank = np.empty(len(by_name), np.int64)
    rank[by_name] = np.arange(len(by_name))
    image = rank[order[found[known]]] if len(ids) else np.empty(0, np.int64)
    place = np.argsort(image, kind="stable")
    sizes = np.array([images.sizes[number] for number in by_name], np.int32).reshape(-1, 2)
    return SplitIndex(
        tuple(images.files[number] for number in by_name),
        sizes[:, 0].copy(),
        sizes[:, 1].copy(),
        np.searchsorted(image[place], np.arange(len(by_name) + 1)),
        starts[known][place],
        ends[known][place],
        source.text,
        images.told,
        images.tags,
    )


def _read_images(document: Document, types: TagTypes, notes: list[str]) -> _Images:
    if "images" not in document.members:
        raise document.fault("has no list 'images'")
    found = _Images(np.empty(0, np.int64), [], [], {}, {})
    ids: list[int] = []
    taken: set[str] = set()
    renamed = 0
    for batch in document.batches("images", _Image, _LooseImage):
        for number, image in enumerate(batch.values, start=batch.first + 1):
            if type(image.id) is not int or not -_LARGEST < image.id < _LARGEST:
                raise document.fault(f"has an image without a whole 'id': number {number}")
            if not isinstance(image.file_name, str) or not image.file_name:
                raise document.fault(f"has an image without a 'file_name': id {image.id}")
            plain = plain_name(image.file_name)
            name = free_name(plain, taken) if plain in taken else plain
            renamed += name != plain
            taken.add(name)
            ids.append(image.id)
            found.files.append(name)
            found.sizes.append((_side(image.width), _side(image.height)))
            if name != image.file_name:
                found.told[name] = image.file_name
            if image.tags:
                found.tags[name] = image.tags
                for tag, value in image_tags(image.tags):
                    types.meet(tag, value)
    if renamed:
        notes.append(f"{document.path.name} has {renamed} images of names met before: numbered")
    found.ids = np.array(ids, np.int64)
    return found


def _read_objects(
    document: Document, key: str, types: TagTypes, notes: list[str]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return image id, start and end of every object that names an image."""
    if key not in document.members:
        notes.append(f"{document.path.name} has no list '{key}': its images have no objects")
        return (np.empty(0, np.int64),) * 3
    parts: list[Sequence[Numbers]] = [(np.empty(0, np.int64),) * 3]
    ids: list[Numbers] = []
    strays = 0
    for batch in document.batches(key, _Object, _LooseObject):
        values = batch.values
        for value in values:
            if value.iscrowd or value.attributes or value.segments_info or value.score is not None:
                _meet(value, types)
        of_image = [value.image_id for value in values]
        starts, ends = batch.places.starts, batch.places.ends
        if not all(type(id) is int and -_LARGEST < id < _LARGEST for id in of_image):
            kept = [type(id) is int and -_LARGEST < id < _LARGEST for id in of_image]
            strays += kept.count(False)
            of_image = [id for id, is_kept in zip(of_image, kept, strict=True) if is_kept]
            starts, ends = starts[kept], ends[kept]
        parts.append((np.array(of_image, np.int64), starts, ends))
        own = [value.id for value in values if type(value.id) is int]
        if len(own) == len(values) and all(-_LARGEST < id < _LARGEST for id in own):
            ids.append(np.array(own, np.int64))
    if strays:
        notes.append(f"{document.path.name} has {strays} objects without a whole 'image_id'")
    numbers = np.sort(np.concatenate(ids)) if ids else np.empty(0, np.int64)
    if twins := int(np.count_nonzero(np.diff(numbers) == 0)):
        notes.append(f"{document.path.name} has {twins} objects of ids met before")
    of_images, starts, ends = (np.concatenate(column) for column in zip(*parts, strict=True))
    return of_images, starts, ends


def _meet(value: _Object, types: TagTypes) -> None:
    segments = value.segments_info
    is_crowd = value.iscrowd in (1, True) or (
        isinstance(segments, list) and any(getattr(each, CROWD, 0) == 1 for each in segments)
    )
    if is_crowd:
        types.meet(CROWD, True)
    if isinstance(value.score, (int, float)):
        types.meet(SCORE, float(value.score))
    types.meet_all(value.attributes)


def plain_name(told: str) -> str:
    """Return the name of a file as one without folders and without marks that systems refuse."""
    text = told.replace("\\", "/").encode(errors="replace").decode()
    name = "_".join(part for part in PurePosixPath(text).parts if part not in ("/", ".."))
    name = _NOT_IN_A_NAME.sub("_", name).lstrip(".") or "_"
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    mark = hashlib.sha256(told.encode(errors="replace")).hexdigest()[:12]
    short = (stem or name).encode()[: MAX_NAME_BYTES - 40].decode(errors="ignore")
    return f"{short}_{mark}{dot}{suffix[:8]}" if dot else f"{short}_{mark}"


def _side(value: Any) -> int:
    """Return a width or height that is told, 0 if it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 < value < 2**31 else 0
