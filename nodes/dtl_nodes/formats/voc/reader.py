"""Read Pascal VOC, image by image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

from dtl_engine.sdk import (
    Annotation,
    AnnotationError,
    Dataset,
    Image,
    Instance,
    Mask,
    Origin,
    ReadLog,
    Sample,
    Schema,
    Size,
    Source,
    Tag,
)
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.image_size import fit_to_image
from dtl_nodes.formats.objects_inside import read_each
from dtl_nodes.formats.repairs import UNANNOTATED
from dtl_nodes.formats.voc.document import Document, Numbers, parse, read_bytes, read_object
from dtl_nodes.formats.voc.layout import PNG, XML, Layout, Parts
from dtl_nodes.formats.voc.masks import (
    Picture,
    class_masks,
    label_of_value,
    label_under,
    object_masks,
    read_picture,
    tags_for,
    void_mask,
)
from dtl_nodes.formats.voc.palette import LabelTable


@dataclass(frozen=True, slots=True)
class Rules:
    """How a dataset is read.

    ``twins`` are names that several images share without their suffix, and ``tags`` are those of
    images by such names.
    """

    has_masks: bool
    numbers: Numbers
    keeps_void: bool
    table: LabelTable
    twins: frozenset[str] = frozenset()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Voc(Source):
    """An opened Pascal VOC dataset."""

    def __init__(
        self,
        layout: Layout,
        schema: Schema,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        rules: Rules,
    ) -> None:
        super().__init__(layout.root, schema, datasets, notes)
        self._layout = layout
        self._rules = rules

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Read the boxes, or the masks, of one image."""
        path = self._checked(self._layout.images, origin.file)
        image = Image.open(path)
        annotation = self._masks(origin, image, log) if self._rules.has_masks else None
        if annotation is None:
            annotation = self._boxes(origin, image, log)
        tags = tuple(Tag(name) for name in self._rules.tags.get(origin.stem, ()))
        return Sample(origin, image, fit_to_image(annotation.with_tags(tags), image, path, log))

    def _boxes(self, origin: Origin, image: Image, log: ReadLog) -> Annotation:
        document = self._document(origin)
        if document is None:
            if self._layout.annotations is not None:
                log.repair(UNANNOTATED, "the image has no annotation: it has no objects")
            return Annotation(image.size)
        size = document.size or image.size
        instances = read_each(
            document.objects,
            partial(read_object, shift=document.shift, size=size, log=log),
            log,
        )
        return Annotation(size, tuple(instances))

    def _masks(self, origin: Origin, image: Image, log: ReadLog) -> Annotation:
        layout, size, rules = self._layout, image.size, self._rules
        assert layout.class_pictures is not None
        classes = self._picture(layout.class_pictures, origin, size)
        if classes is None:
            told = "/".join((*layout.class_pictures, f"{origin.stem}{PNG}"))
            raise AnnotationError("F606", f"the image has no {told}")
        objects = self._picture(layout.object_pictures, origin, size)
        found: list[Instance]
        if objects is None:
            read = partial(_of_class, classes, rules.table)
            found = read_each(class_masks(classes), read, log)
        else:
            elements = self._elements(origin)
            found = read_each(
                object_masks(objects),
                partial(_of_object, classes, rules.table, elements),
                log,
            )
        if rules.keeps_void and (void := void_mask(classes)):
            found.append(void)
        return Annotation(size, tuple(found))

    def _elements(self, origin: Origin) -> Sequence[Sequence[Instance]]:
        """Return what the XML file says of each object, for its tags; nothing if it is malformed.

        The pictures alone say which objects there are.
        """
        try:
            document = self._document(origin)
        except AnnotationError:
            return ()
        if document is None or document.size is None:
            return ()
        return [_described(each, document, document.size) for each in document.objects]

    def _document(self, origin: Origin) -> Document | None:
        """Return the XML file of an image, ``None`` if it has none."""
        if self._layout.annotations is None:
            return None
        path = self._checked(self._layout.annotations, f"{origin.stem}{XML}")
        try:
            document = parse(read_bytes(path), self._rules.numbers)
        except FileNotFoundError:
            return None
        except AnnotationError as error:
            error.path = error.path or str(path)
            raise
        if origin.stem in self._rules.twins and document.filename not in ("", origin.file):
            message = f"{path.name} annotates {document.filename[:80]!r}, not this image"
            raise AnnotationError("F606", message, path=str(path))
        return document

    def _picture(self, parts: Parts | None, origin: Origin, size: Size) -> Picture | None:
        if parts is None:
            return None
        path = self._checked(parts, f"{origin.stem}{PNG}")
        return read_picture(path, size) if path.exists() else None

    def _checked(self, parts: Parts, name: str) -> Path:
        """Return the place of a file, which no link may lead out of the dataset."""
        path = self._layout.path(parts, name)
        if path.is_symlink():
            require_inside(self.location, path)
        return path


def _of_class(classes: Picture, table: LabelTable, item: tuple[int, Mask]) -> Iterator[Instance]:
    value, mask = item
    yield Instance(label_of_value(value, classes, table), mask)


def _of_object(
    classes: Picture,
    table: LabelTable,
    described: Sequence[Sequence[Instance]],
    item: tuple[int, Mask],
) -> Iterator[Instance]:
    number, mask = item
    label = label_under(mask, classes, table)
    yield Instance(label, mask, tags_for(number, label, mask, described))


def _described(element: Element, document: Document, size: Size) -> Sequence[Instance]:
    """Return the object of an XML file, nothing if it is malformed."""
    try:
        return tuple(read_object(element, document.shift, size, ReadLog()))[:1]
    except AnnotationError:
        return ()
