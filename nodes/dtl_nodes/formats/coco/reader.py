"""Read a COCO dataset: files are indexed when it is opened, objects are read image by image."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    Instance,
    LabelSpec,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Size,
    Source,
)
from dtl_nodes.formats.coco.categories import Category, read_categories
from dtl_nodes.formats.coco.document import Document
from dtl_nodes.formats.coco.find_files import Found, find_files, results_file, root_of
from dtl_nodes.formats.coco.image_files import ImageFiles, find_images
from dtl_nodes.formats.coco.index import SplitIndex, index_split
from dtl_nodes.formats.coco.objects import Rules, parse_object
from dtl_nodes.formats.coco.panoptic import picture_folders, read_segments
from dtl_nodes.formats.coco.tag_types import TagTypes, read_image_tags
from dtl_nodes.formats.coco.untouched import PlainPolygon, UntouchedObjects, read_objects
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.groups import GROUP_TAG
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.image_tree import choose_datasets

MAX_PIXELS = 2**28


@dataclass(frozen=True)
class Split:
    """One split that was opened; ``pictures`` are the folders of panoptic pictures, if it is."""

    index: SplitIndex
    images: ImageFiles
    rules: Rules
    pictures: tuple[tuple[str, ...], ...] = ()


def open_coco(place: Path, project: str, subsets: tuple[str, ...], settings: Any) -> CocoSource:
    """Open the dataset at ``place`` for its splits ``subsets`` (``*`` for all).

    Raises:
        SchemaError: E403 or E404, it cannot be read.
    """
    try:
        return _opened(place, project, subsets, settings)
    except AnnotationError as error:
        raise SchemaError("E403", error.message, at=(0,), value=project) from error


def _opened(place: Path, project: str, subsets: tuple[str, ...], settings: Any) -> CocoSource:
    root = root_of(place)
    files, notes = find_files(place, settings.annotations, settings.task)
    results = None
    if settings.results is not None:
        results = Document(results_file(place, settings.results))
        if not results.is_list:
            raise results.fault("is no bare list of objects, as results are")
    types = TagTypes()
    chosen = [each for each in files if "*" in subsets or each.split in subsets]
    opened: dict[str, tuple[Found, dict[int, Category], SplitIndex]] = {}
    for each in chosen:
        document = Document(each.path)
        if document.is_list:
            raise document.fault("is a list; results are read by 'results' beside their dataset")
        categories = read_categories(document, notes)
        opened[each.split] = each, categories, index_split(document, results, types, notes)
    found = {each.split: opened[each.split][2].files for each in chosen}
    unread = {each.split: ("?",) for each in files if each.split not in found}
    datasets, more = choose_datasets({**unread, **found}, project, subsets)
    if any(category.keypoints for _, known, _ in opened.values() for category in known.values()):
        types.meet(GROUP_TAG, "")
    if settings.split:
        types.meet(GROUP_TAG, "")
    schema = Schema(_labels([known for _, known, _ in opened.values()]), types.specs())
    declared = {spec.name: spec.value_type for spec in schema.tags}
    splits = {}
    for name, (each, categories, index) in opened.items():
        rules = Rules(
            categories,
            declared,
            splits_parts=settings.split,
            exact_masks=settings.exact_masks,
            skips_crowds=settings.skip_crowds,
        )
        told = [index.told.get(file, file) for file in index.files[:20]]
        images = find_images(root, each.path, name, told, settings.images)
        pictures = picture_folders(root, each.path) if each.task == "panoptic" else ()
        splits[name] = Split(index, images, rules, pictures)
    if not any(dataset.files for dataset in datasets):
        raise SchemaError("E404", f"'{project}' has no image", at=(0,), value=project)
    return CocoSource(place, schema, datasets, (*notes, *more), splits)


class CocoSource(Source):
    """An opened COCO dataset."""

    def __init__(
        self,
        place: Path,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        splits: Mapping[str, Split],
    ) -> None:
        super().__init__(place, schema, datasets, notes)
        self._splits = splits
        self._root = root_of(place)

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the objects of one image and the header of its file."""
        split = self._splits[origin.dataset]
        index = split.index
        number = bisect_left(index.files, origin.file)
        path = split.images.path(index.told.get(origin.file, origin.file))
        image = Image.open(path)
        size = index.size(number)
        if min(size) < 1:
            message = "'width' and 'height' of the image are not whole numbers above 0"
            raise AnnotationError("F605", message, path=str(index.text.path))
        if size.width * size.height > MAX_PIXELS:
            message = f"the image has more than {MAX_PIXELS} pixels"
            raise AnnotationError("F607", message, path=str(index.text.path))
        # The size is checked before runs and rings are painted.
        empty = fit_to_image(Annotation(size), image, path, log)
        tags = tuple(read_image_tags(index.tags.get(origin.file), split.rules.types))
        try:
            objects = self._objects(split, index.objects(number), size, log)
        except AnnotationError as error:
            error.path = error.path or str(index.text.path)
            raise
        annotation = Annotation(size, objects, tags)
        if empty.size != size:
            annotation = fit_to_image(annotation, image, path, log)
        return Sample(origin, image, annotation)

    def _objects(
        self, split: Split, texts: Sequence[bytes], size: Size, log: ReadLog
    ) -> tuple[Instance, ...] | UntouchedObjects:
        if split.pictures:
            values = map(parse_object, texts)
            found = (
                read_segments(value, size, split.rules, self._root, split.pictures, log)
                for value in values
            )
            return tuple(instance for instances in found for instance in instances)
        items = read_objects(texts, size, split.rules, log)
        if any(isinstance(item, PlainPolygon) for item in items):
            return UntouchedObjects(items, size, split.rules, log)
        return tuple(instance for item in items if isinstance(item, tuple) for instance in item)


def _labels(files: Sequence[Mapping[int, Category]]) -> tuple[LabelSpec, ...]:
    """Return a declaration for each category of all files, in their order."""
    extra: dict[str, dict[str, Any]] = {}
    for categories in files:
        for category in categories.values():
            extra.setdefault(category.label, {}).update(
                (key, value)
                for key, value in category.declaration().items()
                if key not in extra.get(category.label, {})
            )
    return declare_labels(dict.fromkeys(extra, ()), extra=extra)
