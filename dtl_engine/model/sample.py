"""A sample: one image with its annotation and its identity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dtl_engine.model.affine import Affine
from dtl_engine.model.annotation import Annotation, Instance, Tag
from dtl_engine.model.geometry import Axis, Size, Window
from dtl_engine.model.image import Image
from dtl_engine.model.imagefile.channels import Pixels


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sample was read: project, dataset and image file name.

    ``siblings`` are the names without suffix of all images of the dataset, sorted. The image is
    number ``number``, from 1, of the ``total`` that the whole graph reads, in their fixed order.
    """

    project: str
    dataset: str
    file: str
    siblings: tuple[str, ...] = field(default=(), compare=False, repr=False)
    number: int = field(default=1, compare=False, repr=False)
    total: int = field(default=1, compare=False, repr=False)

    @property
    def stem(self) -> str:
        """The file name without its suffix; it never changes inside a graph."""
        stem, dot, _ = self.file.rpartition(".")
        return stem if dot else self.file

    @property
    def suffix(self) -> str:
        """The file name's suffix with its dot."""
        _, dot, suffix = self.file.rpartition(".")
        return f"{dot}{suffix}" if dot else ""

    def __str__(self) -> str:
        return f"{self.project}/{self.dataset}/{self.file}"


class Sample:
    """One image with its annotation; immutable, sharing what a node does not change.

    ``id`` is the lineage: the origin and, after each ``#``, the layer that it went through, as in
    ``lemon/ds1/IMG_0748.jpeg#fv#data2.3``. ``dataset`` is the dataset to write to when a layer
    chose one, else ``None``.
    """

    __slots__ = ("annotation", "dataset", "id", "image", "origin")

    def __init__(
        self,
        origin: Origin,
        image: Image,
        annotation: Annotation,
        *,
        id: str = "",
        dataset: str | None = None,
    ) -> None:
        self.origin = origin
        self.image = image
        self.annotation = annotation
        self.id = id or str(origin)
        self.dataset = dataset

    @property
    def size(self) -> Size:
        """Width and height of the image in pixels."""
        return self.annotation.image_size

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The labelled objects, back to front."""
        return self.annotation.instances

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags of the image."""
        return self.annotation.tags

    def replace(
        self,
        *,
        image: Image | None = None,
        annotation: Annotation | None = None,
        instances: Iterable[Instance] | None = None,
        tags: tuple[Tag, ...] | None = None,
    ) -> Sample:
        """Return a copy with the given parts exchanged; everything else is shared."""
        chosen = self.annotation if annotation is None else annotation
        if instances is not None:
            chosen = chosen.with_instances(instances)
        if tags is not None:
            chosen = chosen.with_tags(tags)
        return Sample(
            self.origin,
            self.image if image is None else image,
            chosen,
            id=self.id,
            dataset=self.dataset,
        )

    def in_dataset(self, dataset: str) -> Sample:
        """Return a copy that is to be written to ``dataset``."""
        return Sample(self.origin, self.image, self.annotation, id=self.id, dataset=dataset)

    def derived(self, step: str) -> Sample:
        """Return a copy whose lineage is one ``step`` longer."""
        id = f"{self.id}#{step}"
        return Sample(self.origin, self.image, self.annotation, id=id, dataset=self.dataset)

    def mirror(self, axis: Axis) -> Sample:
        """Return the sample mirrored: pixels and annotation alike."""
        return self.replace(image=self.image.mirror(axis), annotation=self.annotation.mirror(axis))

    def crop(self, window: Window) -> Sample:
        """Return the part of the sample inside ``window``: pixels and annotation alike."""
        return self.replace(image=self.image.crop(window), annotation=self.annotation.crop(window))

    def transform(
        self, affine: Affine, function: Callable[[Pixels], Pixels], *, clip: bool = False
    ) -> Sample:
        """Return the sample under an affine map: pixels and annotation alike.

        Args:
            affine: from this image to the new one.
            function: does to the pixels what ``affine`` does to points; see ``Image.mapped``.
            clip: whether objects are cut at the border of the new image.
        """
        annotation = self.annotation.transform(affine)
        if clip:
            annotation = annotation.clip((0, 0, *affine.target))
        return self.replace(image=self.image.mapped(function, affine.target), annotation=annotation)

    def to_save(self) -> Sample:
        """Return the sample as it is to be saved, see ``Annotation.to_save``."""
        annotation = self.annotation.to_save()
        return self if annotation is self.annotation else self.replace(annotation=annotation)

    def map_pixels(self, function: Callable[[Pixels], Pixels]) -> Sample:
        """Return the sample with its pixels computed by ``function`` when they are first needed.

        The size stays; see ``Image.mapped``.
        """
        return self.replace(image=self.image.mapped(function, self.size))

    def __repr__(self) -> str:
        return f"Sample({self.id})"
