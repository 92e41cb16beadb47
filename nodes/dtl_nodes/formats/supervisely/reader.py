"""Read a Supervisely project: its folders at once, its annotations one by one."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    IMAGE_SUFFIXES,
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
from dtl_nodes.formats.supervisely.annotation_file import read_annotation
from dtl_nodes.formats.supervisely.layout import ANNOTATION_SUFFIX, ANNOTATIONS, IMAGES, NESTED
from dtl_nodes.formats.supervisely.meta import read_meta
from dtl_nodes.formats.supervisely.normal_form import NormalForm


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
        self._normal_form = NormalForm(schema)

    def read(self, origin: Origin) -> Sample:
        """Read one annotation and the header of its image, whose pixels stay in the file."""
        # Paths are put together as text: pathlib's operators would cost more than the checks.
        folder = f"{self.location}{os.sep}{origin.dataset}{os.sep}"
        image_path = Path(f"{folder}{IMAGES}{os.sep}{origin.file}")
        if image_path.is_symlink() and not _stays_inside(image_path, self.location):
            message = "the image is a link out of its project"
            raise AnnotationError("F609", message, path=str(image_path))
        path, data = _annotation_bytes(f"{folder}{ANNOTATIONS}{os.sep}", origin)
        try:
            annotation = read_annotation(data, self.schema, self._normal_form)
        except AnnotationError as error:
            error.path = error.path or path
            raise
        image = Image.open(image_path)
        _check_size(image, image_path, annotation.size)
        return Sample(origin, image, annotation)

    def remove(self, origin: Origin) -> None:
        """Delete the annotation and the image; a dataset that is empty then stays."""
        folder = self.location / origin.dataset
        path, _ = _annotation_bytes(f"{folder / ANNOTATIONS}{os.sep}", origin)
        Path(path).unlink()
        (folder / IMAGES / origin.file).unlink()

    def __reduce__(self) -> tuple[Any, ...]:
        return Project, (self.location, self.schema, self.datasets, self.notes)


def _annotation_bytes(folder: str, origin: Origin) -> tuple[str, bytes]:
    """Read the annotation of an image: of its whole name, else of its name without suffix."""
    path = f"{folder}{origin.file}{ANNOTATION_SUFFIX}"
    older = f"{folder}{origin.stem}{ANNOTATION_SUFFIX}"
    for candidate in (path, older):
        try:
            data = Path(candidate).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            message = f"the annotation cannot be read: {error.strerror}"
            raise AnnotationError("F602", message, path=candidate) from error
        if candidate is older and _shares_stem(origin):
            message = f"{origin.stem}{ANNOTATION_SUFFIX} would annotate several images"
            raise AnnotationError("F606", message, path=older)
        return candidate, data
    raise AnnotationError("F606", "the image has no annotation", path=path)


def _holds(names: tuple[str, ...], name: str) -> bool:
    """Whether sorted ``names`` hold ``name``; a set would double the memory of a large dataset."""
    at = bisect_left(names, name)
    return at < len(names) and names[at] == name


def _shares_stem(origin: Origin) -> bool:
    siblings = origin.siblings
    return bisect_right(siblings, origin.stem) - bisect_left(siblings, origin.stem) > 1


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
    names = (path.name.removesuffix(ANNOTATION_SUFFIX) for path in annotations.iterdir())
    strays = sorted(
        name
        for name in names
        if not name.startswith(".")
        and not _holds(dataset.files, name)
        and not _holds(dataset.stems, name)
    )
    if not strays:
        return ""
    return (
        f"dataset '{dataset.name}' of project '{dataset.project}' has {len(strays)} annotations "
        f"without an image, such as {strays[0]}{ANNOTATION_SUFFIX}"
    )


def _check_size(image: Image, path: Path, size: Size) -> None:
    found = image.size
    if found != size:
        raise AnnotationError(
            "F605",
            f"the image has {found.width}x{found.height} pixels, its annotation says "
            f"{size.width}x{size.height}",
            path=str(path),
        )


def _stays_inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())
