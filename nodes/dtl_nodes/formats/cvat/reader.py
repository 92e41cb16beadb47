"""Read CVAT files: indexed in one pass, image elements one by one."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    DataError,
    Dataset,
    Image,
    Instance,
    Origin,
    Sample,
    Schema,
    SchemaError,
    Size,
    Source,
    Tag,
)
from dtl_nodes.formats.cvat.declarations import read_labels, schema_of
from dtl_nodes.formats.cvat.elements import number, read_element
from dtl_nodes.formats.cvat.layout import IMAGES, MAX_IMAGE_BYTES, OCCLUDED
from dtl_nodes.formats.cvat.scan import Images, Scan, group_of, scan_file
from dtl_nodes.formats.cvat.tags import image_tags, object_tags
from dtl_nodes.formats.cvat.xml_text import Element, parse_fragment
from dtl_nodes.formats.data_paths import path_inside
from dtl_nodes.formats.groups import Groups, Part, join_parts
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.image_tree import choose_datasets, name_datasets
from dtl_nodes.formats.objects_inside import read_each, require_inside_image


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read."""

    file: Path
    root: Path
    images: str | None
    """The folder of the images, relative to ``root``; ``None``: the usual places."""

    groups: Groups
    drop: bool


def open_file(reading: Reading, project: str, subsets: tuple[str, ...]) -> CvatFile:
    """Open a CVAT file; subsets are datasets, else the folders in the names of images.

    Raises:
        SchemaError: E403, it cannot be read; E404, it has no image.
    """
    scan = scan_file(reading.file, reading.groups)
    notes: list[str] = []
    schema = schema_of(_labels(reading.file, scan), scan.met, notes)
    if scan.repeated:
        notes.append(
            f"{len(scan.repeated)} images share a name within a dataset, such as "
            f"{scan.repeated[0]}: the later ones are numbered"
        )
    if scan.met.cuboids:
        notes.append(f"{scan.met.cuboids} cuboids are read as the polygons around them")
    names = name_datasets(scan.images)
    places = {}
    for dataset, key in names.items():
        places[dataset] = _sorted(scan.images.pop(key))
    datasets, more = choose_datasets(
        {name: tuple(files) for name, (files, _, _) in places.items()}, project, subsets
    )
    chosen = {dataset.name: places[dataset.name][1:] for dataset in datasets}
    return CvatFile(reading, schema, datasets, (*notes, *more), chosen)


def _labels(path: Path, scan: Scan) -> Any:
    if scan.meta is None:
        return []
    start, end = scan.meta
    try:
        data = _bytes(path, start, end)
        # An element without content ends earlier than one with an end tag.
        meta = parse_fragment(data[: data.rindex(b">") + 1])
    except (AnnotationError, OSError, ValueError):
        meta = None
    if meta is None:
        raise SchemaError("E403", f"'meta' of '{path.name}' cannot be read", at=(0,))
    return read_labels(meta)


def _sorted(images: Images) -> tuple[list[str], array[int], array[int]]:
    """Return names, starts and ends by name."""
    names = list(images.names)
    order = sorted(range(len(names)), key=names.__getitem__)
    starts = array("Q", (images.starts[at] for at in order))
    return [names[at] for at in order], starts, array("Q", (images.ends[at] for at in order))


def _bytes(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)


class CvatFile(Source):
    """An opened CVAT file."""

    def __init__(
        self,
        reading: Reading,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        places: dict[str, tuple[array[int], array[int]]],
    ) -> None:
        self.location = reading.file
        self.schema = schema
        self.datasets = datasets
        self.notes = notes
        self._reading = reading
        self._places = places
        self._files = {dataset.name: dataset.files for dataset in datasets}

    def read(self, origin: Origin) -> Sample:
        """Read one ``image`` element and the header of its image."""
        try:
            element = self._element(origin)
            size = _size(element)
            annotation = self._annotation(element, size)
            path = self._image_path(element)
        except DataError as error:
            error.path = error.path or str(self._reading.file)
            raise
        image = Image.open(path)
        return Sample(origin, image, fit_to_image(annotation, image, path))

    def _element(self, origin: Origin) -> Element:
        starts, ends = self._places[origin.dataset]
        at = bisect_left(self._files[origin.dataset], origin.file)
        start, end = starts[at], ends[at]
        if end - start > MAX_IMAGE_BYTES:
            limit = MAX_IMAGE_BYTES >> 20
            raise AnnotationError("F607", f"the annotation is larger than {limit} MiB")
        try:
            element = parse_fragment(_bytes(self._reading.file, start, end))
        except OSError as error:
            message = f"the annotation cannot be read: {error.strerror}"
            raise AnnotationError("F602", message) from error
        if element.tag != "image":
            raise AnnotationError("F602", "the file was changed while it was read")
        return element

    def _annotation(self, element: Element, size: Size) -> Annotation:
        children = list(element)
        shapes = sorted((each for each in children if each.tag != "tag"), key=_depth)
        parts = read_each(shapes, lambda each: self._parts(each, size), drop=self._reading.drop)
        tags = read_each(
            (each for each in children if each.tag == "tag"),
            lambda each: image_tags(each, self.schema),
            drop=self._reading.drop,
        )
        return Annotation(size, join_parts(parts, self._reading.groups, size), tuple(tags))

    def _parts(self, element: Element, size: Size) -> Iterator[Part]:
        label = element.get("label")
        if not label:
            raise AnnotationError("F602", "an object has no label")
        shape = read_element(element, size)
        tags = object_tags(element, self.schema, drop=self._reading.drop)
        if element.get(OCCLUDED) == "1":
            tags = (*tags, Tag(OCCLUDED))
        for piece in require_inside_image(shape, label, size):
            yield Part(Instance(label, piece, tags), group_of(element.get("group_id")))

    def _image_path(self, element: Element) -> Path:
        name = element.get("name", "")
        root = self._reading.root
        candidates = [path_inside(root, folder, name) for folder in self._folders(element)]
        return next((path for path in candidates if path.is_file()), candidates[0])

    def _folders(self, element: Element) -> Iterable[tuple[str, ...]]:
        """Return where the image may be, as parts below the root."""
        if self._reading.images is not None:
            return ((self._reading.images,),)
        subset = element.get("subset") or "default"
        if subset in (".", "..") or "/" in subset or "\\" in subset:
            return ((IMAGES,), ())
        return ((IMAGES,), (), (IMAGES, subset), (subset,))

    def __reduce__(self) -> tuple[Any, ...]:
        return CvatFile, (self._reading, self.schema, self.datasets, self.notes, self._places)


def _size(element: Element) -> Size:
    told = (element.get("width", ""), element.get("height", ""))
    if all(text.isascii() and text.isdigit() and len(text) < 10 for text in told):
        size = Size(int(told[0]), int(told[1]))
        if size.width > 0 and size.height > 0:
            return size
    raise AnnotationError("F605", "width and height of the image are not whole numbers above 0")


def _depth(element: Element) -> float:
    """Return the order in which an object is painted; ties keep the order of the file."""
    try:
        return number(element, "z_order", "0")
    except AnnotationError:
        return 0.0
