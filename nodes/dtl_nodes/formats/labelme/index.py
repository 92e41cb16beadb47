"""What is in a LabelMe folder: which file annotates which image, and the declarations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dtl_engine.sdk import AnnotationError, Schema, ShapeKind, TagSpec, TagValueType
from dtl_nodes.formats.base import LOSS_REPORT
from dtl_nodes.formats.data_paths import file_name_of, free_name, path_inside, require_inside
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.groups import GROUP_TAG, Groups, PartKey, join_keys
from dtl_nodes.formats.image_tree import MOST_LEVELS, is_image_name, name_datasets
from dtl_nodes.formats.labelme.document import Outline, count_points, outline_of, read_bytes
from dtl_nodes.formats.labelme.layout import KINDS, NODE, SUFFIX
from dtl_nodes.formats.labelme.shapes import group_of, node_of

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with images, which is a dataset.

    ``renamed`` holds the name of the annotation where it is not that of the image with another
    suffix; ``bare`` the images that have none, of which it holds the file where it has another
    name.
    """

    parts: Parts
    files: tuple[str, ...]
    renamed: Mapping[str, str]
    bare: frozenset[str]


@dataclass(slots=True)
class Index:
    """What was found; it grows while folders are looked through."""

    root: Path
    groups: Groups
    folders: dict[str, Folder] = field(default_factory=dict)
    kinds: dict[str, set[ShapeKind]] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    has_group_tags: bool = False
    foreign: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    @property
    def schema(self) -> Schema:
        """The declarations: classes and flags by name."""
        tags = [TagSpec(name) for name in sorted(self.tags)]
        if self.has_group_tags:
            tags.append(TagSpec(GROUP_TAG, TagValueType.STRING))
        return Schema(declare_labels(dict(sorted(self.kinds.items()))), tuple(tags))

    @property
    def notes(self) -> Iterator[str]:
        """What was mended or left out."""
        bare = [name for folder in self.folders.values() for name in sorted(folder.bare)]
        if bare:
            yield f"{len(bare)} images have no annotation, such as {bare[0]}: they have no objects"
        if self.foreign:
            yield f"{len(self.foreign)} JSON files are not LabelMe's, such as {self.foreign[0]}"
        if self.repeated:
            yield (
                f"{len(self.repeated)} images are annotated by several files, such as "
                f"{self.repeated[0]}: each is a sample of its own"
            )

    def meet(self, outline: Outline) -> None:
        """Take note of what a file holds."""
        keys = []
        for shape in outline.shapes or ():
            if not isinstance(shape.label, str) or not shape.label:
                continue
            self.kinds.setdefault(shape.label, set())
            self.tags |= _set_flags(shape.flags)
            name = shape.shape_type or "polygon"
            kind = KINDS.get(name) if isinstance(name, str) else None
            if name == "points":
                kind = ShapeKind.POINT if count_points(shape) == 1 else ShapeKind.GRAPH
            group = group_of(shape.group_id)
            if kind is not None:
                keys.append(PartKey(shape.label, kind, group, node_of({NODE: shape.node})[0] != ""))
        for label, kind, has_group_tag in join_keys(keys, self.groups):
            self.kinds[label].add(kind)
            self.has_group_tags |= has_group_tag
        self.tags |= _set_flags(outline.flags)


def index_folder(root: Path, groups: Groups) -> Index:
    """Look through a folder and those in it; every annotation is read, no image is.

    Raises:
        OSError: a folder cannot be read.
    """
    index = Index(root, groups)
    listed = {parts: names for parts, *names in _walk(root)}
    claimed: set[Path] = set()
    annotated: dict[Parts, dict[str, str]] = {}
    for parts, (documents, images) in listed.items():
        known: dict[str, str] = {}
        for name in documents:
            image = _image_of(index, parts, name, images, claimed)
            if image:
                free = free_name(image, known)
                if free != image:
                    index.repeated.append(image)
                known[free] = name
        annotated[parts] = known
    bare = {
        parts: {name for name in images if root.joinpath(*parts, name) not in claimed}
        for parts, (_, images) in listed.items()
    }
    used = [parts for parts in listed if annotated[parts] or bare[parts]]
    for dataset, parts in name_datasets(used).items():
        index.folders[dataset] = _folder(parts, annotated[parts], bare[parts])
    return index


def _folder(parts: Parts, annotated: dict[str, str], bare: set[str]) -> Folder:
    known = dict(annotated)
    renamed = {file: name for file, name in annotated.items() if name != f"{_stem(file)}{SUFFIX}"}
    without = set()
    for name in sorted(bare):
        # Its name may be taken by an image of another folder that is annotated here.
        free = free_name(name, known)
        known[free] = ""
        without.add(free)
        if free != name:
            renamed[free] = name
    return Folder(parts, tuple(sorted(known)), renamed, frozenset(without))


def _image_of(index: Index, parts: Parts, name: str, images: list[str], claimed: set[Path]) -> str:
    """Return the name of the image that a file annotates; ``""`` if it is not LabelMe's."""
    path = index.root.joinpath(*parts, name)
    stem = name.removesuffix(SUFFIX)
    beside = next((image for image in images if _stem(image) == stem), "")
    try:
        require_inside(index.root, path)
        outline = outline_of(read_bytes(path))
    except AnnotationError:
        outline = None
    told = beside
    if outline is not None:
        if outline.shapes is msgspec.UNSET and outline.imagePath is msgspec.UNSET:
            if name != LOSS_REPORT:
                index.foreign.append("/".join((*parts, name)))
            return ""
        index.meet(outline)
        told = outline.imagePath if isinstance(outline.imagePath, str) else ""
        try:
            claimed.add(path_inside(index.root, parts, told))
        except AnnotationError:
            # It is told of when it is read; the image beside it is meant.
            told = beside or told
    if beside and not is_image_name(file_name_of(told)):
        told = beside
    if told == beside:
        claimed.add(index.root.joinpath(*parts, beside))
    name = file_name_of(told)
    return name if is_image_name(name) else f"{stem}.png"


def _walk(root: Path, parts: Parts = ()) -> Iterator[tuple[Parts, list[str], list[str]]]:
    """Yield folders with the names of their JSON files and of their images, sorted."""
    annotations, images, folders = [], [], []
    with os.scandir(root.joinpath(*parts)) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.name.isprintable():
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.name.lower().endswith(SUFFIX) and entry.is_file():
                annotations.append(entry.name)
            elif is_image_name(entry.name) and (entry.is_file() or entry.is_symlink()):
                images.append(entry.name)
    yield parts, sorted(annotations), sorted(images)
    if len(parts) < MOST_LEVELS:
        for name in sorted(folders):
            yield from _walk(root, (*parts, name))


def _set_flags(value: object) -> set[str]:
    if not isinstance(value, dict):
        return set()
    return {name for name, flag in value.items() if flag is True}


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
