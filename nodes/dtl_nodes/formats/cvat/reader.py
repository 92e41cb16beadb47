"""Read CVAT files: indexed in one pass, image elements one by one."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    DataError,
    Dataset,
    Image,
    Instance,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Size,
    Source,
    Tag,
)
from dtl_nodes.formats.cvat.declarations import Met, read_labels, read_tasks, schema_of
from dtl_nodes.formats.cvat.elements import number, read_element
from dtl_nodes.formats.cvat.grouping import Images, Key, by_dataset
from dtl_nodes.formats.cvat.layout import IMAGES, MAX_IMAGE_BYTES, OCCLUDED
from dtl_nodes.formats.cvat.scan import Scan, group_of, scan_file
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


def open_files(readings: tuple[Reading, ...], project: str, subsets: tuple[str, ...]) -> CvatSource:
    """Open CVAT files, one or more; subsets are datasets, else tasks or folders of images.

    The datasets of several files have the names of the folders of these before their own.

    Raises:
        SchemaError: E403, one cannot be read; E404, there is no image.
    """
    met, metas, repeated = Met(), list[Element](), list[str]()
    found: dict[Key, tuple[int, Images]] = {}
    for at, reading in enumerate(readings):
        scan = scan_file(reading.file, reading.groups)
        meta = _meta(reading.file, scan)
        metas += [] if meta is None else [meta]
        titles = {} if meta is None else read_tasks(meta)
        met.add(scan.met)
        repeated += scan.repeated
        prefix = (reading.file.parent.name,) if len(readings) > 1 else ()
        for key, images in by_dataset(scan.images, titles, repeated).items():
            found[(*prefix, *key)] = at, images
    notes: list[str] = []
    schema = schema_of(read_labels(metas), met, notes)
    if repeated:
        notes.append(
            f"{len(repeated)} images share a name within a dataset, such as "
            f"{repeated[0]}: the later ones are numbered"
        )
    if met.cuboids:
        notes.append(f"{met.cuboids} cuboids are read as the polygons around them")
    names, files, places = name_datasets(found), {}, {}
    for dataset, key in names.items():
        at, images = found.pop(key)
        files[dataset], starts, ends = _sorted(images)
        places[dataset] = at, starts, ends
    datasets, more = choose_datasets(files, project, subsets)
    chosen = {dataset.name: places[dataset.name] for dataset in datasets}
    return CvatSource(readings, schema, datasets, (*notes, *more), chosen)


def _meta(path: Path, scan: Scan) -> Element | None:
    if scan.meta is None:
        return None
    start, end = scan.meta
    try:
        data = _bytes(path, start, end)
        # An element without content ends earlier than one with an end tag.
        return parse_fragment(data[: data.rindex(b">") + 1])
    except (AnnotationError, OSError, ValueError) as error:
        message = f"'meta' of '{path.name}' cannot be read"
        raise SchemaError("E403", message, at=(0,)) from error


def _sorted(images: Images) -> tuple[tuple[str, ...], array[int], array[int]]:
    """Return names, starts and ends by name."""
    names = list(images.names)
    order = sorted(range(len(names)), key=names.__getitem__)
    starts = array("Q", (images.starts[at] for at in order))
    return tuple(names[at] for at in order), starts, array("Q", (images.ends[at] for at in order))


def _bytes(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)


class CvatSource(Source):
    """Opened CVAT files."""

    def __init__(
        self,
        readings: tuple[Reading, ...],
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        places: dict[str, tuple[int, array[int], array[int]]],
    ) -> None:
        super().__init__(readings[0].root, schema, datasets, notes)
        self._readings = readings
        self._places = places
        self._files = {dataset.name: dataset.files for dataset in datasets}

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read one ``image`` element and the header of its image."""
        at, starts, ends = self._places[origin.dataset]
        reading = self._readings[at]
        number = bisect_left(self._files[origin.dataset], origin.file)
        try:
            element = _element(reading.file, starts[number], ends[number])
            size = _size(element)
            annotation = self._annotation(element, size, reading, log)
            path = _image_path(element, reading)
        except DataError as error:
            error.path = error.path or str(reading.file)
            raise
        image = Image.open(path)
        return Sample(origin, image, fit_to_image(annotation, image, path, log))

    def _annotation(
        self, element: Element, size: Size, reading: Reading, log: ReadLog
    ) -> Annotation:
        children = list(element)
        shapes = sorted((each for each in children if each.tag != "tag"), key=_depth)
        parts = read_each(shapes, lambda each: self._parts(each, size, log), log)
        tags = read_each(
            (each for each in children if each.tag == "tag"),
            lambda each: image_tags(each, self.schema),
            log,
        )
        return Annotation(size, join_parts(parts, reading.groups, size), tuple(tags))

    def _parts(self, element: Element, size: Size, log: ReadLog) -> Iterator[Part]:
        label = element.get("label")
        if not label:
            raise AnnotationError("F602", "an object has no label")
        shape = read_element(element, size)
        tags = object_tags(element, self.schema, log)
        if element.get(OCCLUDED) == "1":
            tags = (*tags, Tag(OCCLUDED))
        for piece in require_inside_image(shape, label, size, log):
            yield Part(Instance(label, piece, tags), group_of(element.get("group_id")))


def _element(path: Path, start: int, end: int) -> Element:
    if end - start > MAX_IMAGE_BYTES:
        limit = MAX_IMAGE_BYTES >> 20
        raise AnnotationError("F607", f"the annotation is larger than {limit} MiB")
    try:
        element = parse_fragment(_bytes(path, start, end))
    except OSError as error:
        message = f"the annotation cannot be read: {error.strerror}"
        raise AnnotationError("F602", message) from error
    if element.tag != "image":
        raise AnnotationError("F602", "the file was changed while it was read")
    return element


def _image_path(element: Element, reading: Reading) -> Path:
    name = element.get("name", "")
    folders = _folders(element.get("subset") or "default", reading)
    candidates = [path_inside(reading.root, folder, name) for folder in folders]
    return next((path for path in candidates if path.is_file()), candidates[0])


def _folders(subset: str, reading: Reading) -> Iterator[tuple[str, ...]]:
    """Yield where an image may be, as parts below the root: near the file, then from there on."""
    if reading.images is not None:
        yield (reading.images,)
        return
    is_plain = subset not in (".", "..") and "/" not in subset and "\\" not in subset
    home = reading.file.parent.relative_to(reading.root).parts
    for above in dict.fromkeys((home, ())):
        yield from ((*above, IMAGES), above)
        if is_plain:
            yield from ((*above, IMAGES, subset), (*above, subset))


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
