"""Read a Supervisely project: its folders at once, its annotations one by one."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from dtl_engine.sdk import (
    IMAGE_SUFFIXES,
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    Origin,
    Sample,
    Schema,
    SchemaError,
    Size,
    Source,
    did_you_mean,
)
from dtl_nodes.formats.supervisely.layout import ANNOTATION_SUFFIX, ANNOTATIONS, IMAGES, NESTED
from dtl_nodes.formats.supervisely.meta import read_meta
from dtl_nodes.formats.supervisely.tags import read_tags
from dtl_nodes.formats.supervisely.untouched import UntouchedObjects, is_normal, read_objects

MAX_ANNOTATION_BYTES = 256 * 2**20
READ_KEYS = frozenset(("size", "objects", "tags", "description"))


def open_project(folder: Path, project: str, datasets: tuple[str, ...]) -> Project:
    """Open the project in ``folder`` for its ``datasets`` (``*`` for all).

    Raises:
        SchemaError: the folder is no project, or it has no image.
    """
    schema, notes = read_meta(folder)
    found = _list_datasets(folder, project)
    if not any(dataset.files for dataset in found):
        raise SchemaError("E404", f"project '{project}' has no image", at=(0,), value=project)
    names = {dataset.name for dataset in found}
    notes += tuple(
        f"project '{project}' has no dataset '{name}': it gives no sample; "
        + (did_you_mean(name, names) or f"there are {', '.join(sorted(names))}")
        for name in datasets
        if name != "*" and name not in names
    )
    notes += tuple(
        f"dataset '{dataset.name}' of project '{project}' holds nested datasets, which are not read"
        for dataset in found
        if (folder / dataset.name / NESTED).is_dir()
    )
    chosen = tuple(dataset for dataset in found if "*" in datasets or dataset.name in datasets)
    notes += tuple(filter(None, (_strays(folder / dataset.name, dataset) for dataset in chosen)))
    return Project(folder, schema, chosen, notes)


class Project(Source):
    """An opened Supervisely project."""

    def __init__(
        self, folder: Path, schema: Schema, datasets: tuple[Dataset, ...], notes: tuple[str, ...]
    ) -> None:
        self.location = folder
        self.schema = schema
        self.datasets = datasets
        self.notes = notes

    def read(self, origin: Origin) -> Sample:
        """Read one annotation and the header of its image, whose pixels stay in the file."""
        folder = self.location / origin.dataset
        image_path = folder / IMAGES / origin.file
        if image_path.is_symlink() and not _stays_inside(image_path, self.location):
            raise AnnotationError(
                "F609", "the image is a link out of its project", path=str(image_path)
            )
        path = _annotation_path(folder, origin)
        try:
            annotation = _read_annotation(path, self.schema)
        except AnnotationError as error:
            error.path = error.path or str(path)
            raise
        _check_size(image_path, annotation.size)
        return Sample(origin, Image.open(image_path, annotation.size), annotation)


def _list_datasets(folder: Path, project: str) -> list[Dataset]:
    datasets = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        images = entry / IMAGES
        if entry.name.startswith(".") or not images.is_dir():
            continue
        datasets.append(Dataset(project, entry.name, tuple(sorted(_image_names(images)))))
    return datasets


def _image_names(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            is_image = Path(entry.name).suffix.lower() in IMAGE_SUFFIXES
            if is_image and not entry.name.startswith(".") and _is_file_or_broken_link(entry):
                yield entry.name


def _is_file_or_broken_link(entry: os.DirEntry[str]) -> bool:
    """Leave out folders and pipes; a broken link is an image that cannot be read."""
    return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())


def _strays(folder: Path, dataset: Dataset) -> str:
    """Return a note on annotations without an image, empty if there are none."""
    annotations = folder / ANNOTATIONS
    if not annotations.is_dir():
        return ""
    stems = {file for image in dataset.files for file in (image, PurePosixPath(image).stem)}
    names = (path.name.removesuffix(ANNOTATION_SUFFIX) for path in annotations.iterdir())
    strays = sorted(name for name in names if name not in stems and not name.startswith("."))
    if not strays:
        return ""
    return (
        f"dataset '{dataset.name}' of project '{dataset.project}' has {len(strays)} annotations "
        f"without an image, such as {strays[0]}{ANNOTATION_SUFFIX}"
    )


def _annotation_path(folder: Path, origin: Origin) -> Path:
    """Find the annotation of an image: its whole name first, then its name without suffix."""
    path = folder / ANNOTATIONS / f"{origin.file}{ANNOTATION_SUFFIX}"
    if path.is_file():
        return path
    older = folder / ANNOTATIONS / f"{origin.stem}{ANNOTATION_SUFFIX}"
    if not older.is_file():
        raise AnnotationError("F606", "the image has no annotation", path=str(path))
    siblings = origin.siblings
    if bisect_right(siblings, origin.stem) - bisect_left(siblings, origin.stem) > 1:
        raise AnnotationError(
            "F606", f"{older.name} would annotate several images", path=str(older)
        )
    return older


def _read_annotation(path: Path, schema: Schema) -> Annotation:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AnnotationError("F602", f"the annotation cannot be read: {error.strerror}") from error
    if len(data) > MAX_ANNOTATION_BYTES:
        raise AnnotationError("F607", "the annotation is larger than 256 MiB")
    try:
        value = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise AnnotationError("F602", f"the annotation is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise AnnotationError("F602", "the annotation is no JSON object")
    size = _size(value.get("size"))
    objects = value.get("objects")
    if not isinstance(objects, list):
        raise AnnotationError("F602", "the annotation has no list 'objects'")
    description = value.get("description")
    return Annotation(
        size,
        UntouchedObjects(objects, schema, size)
        if is_normal(objects, schema, size)
        else read_objects(objects, schema, size),
        read_tags(value.get("tags"), schema),
        description if isinstance(description, str) else "",
        {key: v for key, v in value.items() if key not in READ_KEYS},
    )


def _size(value: Any) -> Size:
    if isinstance(value, dict):
        width, height = value.get("width"), value.get("height")
        if type(width) is int and type(height) is int and width > 0 and height > 0:
            return Size(width, height)
    raise AnnotationError("F605", "'size' of the annotation is not a width and a height above 0")


def _check_size(path: Path, size: Size) -> None:
    found = Image.open(path).size
    if found != size:
        raise AnnotationError(
            "F605",
            f"the image has {found.width}x{found.height} pixels, its annotation says "
            f"{size.width}x{size.height}",
            path=str(path),
        )


def _stays_inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())
