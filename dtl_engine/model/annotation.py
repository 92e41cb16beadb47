"""Everything said about one image: its tags and its labelled instances."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dtl_engine.model.affine import Affine
from dtl_engine.model.frame import Frame
from dtl_engine.model.geometry import Axis, Size, Window
from dtl_engine.model.shapes import Shape
from dtl_engine.model.shapes.base import Edges

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on an image or an instance; ``value`` is ``None`` for a tag without one."""

    name: str
    value: str | int | float | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Instance:
    """One labelled object with one shape.

    ``extra`` holds the keys of its file that mean nothing here (ids, author, dates).
    """

    label: str
    shape: Shape
    tags: tuple[Tag, ...] = ()
    description: str = ""
    extra: Mapping[str, Any] = field(default_factory=lambda: NOTHING, hash=False)

    def with_shape(self, shape: Shape) -> Instance:
        """Return the same object with another shape."""
        return Instance(self.label, shape, self.tags, self.description, self.extra)

    def with_label(self, label: str) -> Instance:
        """Return the same object under another label."""
        return Instance(label, self.shape, self.tags, self.description, self.extra)


class PendingInstances(Protocol):
    """Instances still in the form of their file, which nothing has needed yet.

    A writer of the same format passes them on as they are.
    """

    def load(self) -> tuple[Instance, ...]:
        """Read the instances.

        Raises:
            AnnotationError: an object does not hold what its label promises.
        """
        ...


class Annotation:
    """Image tags and instances of one image, back to front; immutable.

    ``image_size`` is the annotated image's, in pixels, and ``size`` that of the picture in which
    the objects are drawn and clipped. They are the same unless the objects are scaled for a
    while; then ``frame`` says how. Whatever moves objects together with pixels brings them back
    first. Instances given in the form of their file are read when first asked for.
    """

    __slots__ = (
        "_instances",
        "description",
        "extra",
        "frame",
        "image_size",
        "pending",
        "size",
        "tags",
    )

    def __init__(
        self,
        size: Size,
        instances: tuple[Instance, ...] | PendingInstances = (),
        tags: tuple[Tag, ...] = (),
        description: str = "",
        extra: Mapping[str, Any] = NOTHING,
        frame: Frame | None = None,
    ) -> None:
        self.image_size = size
        self.size = size if frame is None else frame.size
        self.frame = frame
        self.tags = tags
        self.description = description
        self.extra = extra
        self._instances: tuple[Instance, ...] | None
        self.pending: PendingInstances | None
        if isinstance(instances, tuple):
            self._instances, self.pending = instances, None
        else:
            self._instances, self.pending = None, instances

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The instances, back to front: later ones lie on top."""
        if self._instances is None:
            assert self.pending is not None
            self._instances = self.pending.load()
        return self._instances

    def with_instances(self, instances: Iterable[Instance]) -> Annotation:
        """Return the annotation of the same image with other instances."""
        return self._with(tuple(instances), self.frame)

    def with_tags(self, tags: tuple[Tag, ...]) -> Annotation:
        """Return the annotation with other image tags; instances stay as they are, unread too."""
        other = Annotation(
            self.image_size, self.pending or (), tags, self.description, self.extra, self.frame
        )
        other._instances = self._instances
        return other

    def _with(
        self, instances: tuple[Instance, ...], frame: Frame | None, size: Size | None = None
    ) -> Annotation:
        return Annotation(
            size or self.image_size, instances, self.tags, self.description, self.extra, frame
        )

    def mirror(self, axis: Axis) -> Annotation:
        """Return the annotation of the mirrored image."""
        whole = self.restored()
        return whole.with_instances(
            instance.with_shape(instance.shape.mirror(axis, whole.size))
            for instance in whole.instances
        )

    def crop(self, window: Window) -> Annotation:
        """Return the annotation of the image's part in ``window``.

        Coordinates count from the window's corner; an instance cut into pieces becomes several.
        """
        pieces = (
            instance.with_shape(piece)
            for instance in self.restored().instances
            for piece in instance.shape.crop(window)
        )
        return self._with(tuple(pieces), None, window.size)

    def clip(self, window: Edges) -> Annotation:
        """Return the annotation with what lies of the objects in ``window``; the image stays."""
        return self.with_instances(
            instance.with_shape(piece)
            for instance in self.instances
            for piece in instance.shape.clip(window)
        )

    def transform(self, affine: Affine) -> Annotation:
        """Return the annotation of the image that ``affine`` makes of this one; nothing is cut."""
        pieces = (
            instance.with_shape(piece)
            for instance in self.restored().instances
            for piece in instance.shape.transform(affine)
        )
        return self._with(tuple(pieces), None, affine.target)

    def scaled(self, affine: Affine, labels: Container[str] | None = None) -> Annotation:
        """Return the annotation with objects brought into a frame, until they are restored.

        Objects that are in another frame are restored first. Masks of which no pixel is left are
        gone.

        Args:
            affine: from the image to the picture of the frame.
            labels: whose objects are brought there; ``None``: the annotation as a whole.
        """
        start = self.restored()
        made: list[Instance] = []
        originals: list[tuple[Shape, Shape]] = []
        untouched: set[str] = set()
        for instance in start.instances:
            if labels is not None and instance.label not in labels:
                untouched.add(instance.label)
                made.append(instance)
                continue
            for shape in instance.shape.transform(affine):
                made.append(instance.with_shape(shape))
                originals.append((shape, instance.shape))
        left = None if labels is None else frozenset(untouched)
        return start._with(tuple(made), Frame(affine.inverse, left, tuple(originals)))

    def restored(self, labels: frozenset[str] | None = None) -> Annotation:
        """Return the annotation with objects brought back from their frame to the image.

        Args:
            labels: whose objects come back; ``None``: all.
        """
        frame = self.frame
        if frame is None:
            return self
        originals = frame.originals_by_id()
        made: list[Instance] = []
        is_empty = True
        for instance in self.instances:
            if not frame.holds(instance.label):
                made.append(instance)
            elif labels is not None and instance.label not in labels:
                is_empty = False
                made.append(instance)
            elif (original := originals.get(id(instance.shape))) is not None:
                made.append(instance.with_shape(original))
            else:
                pieces = instance.shape.transform(frame.back)
                made.extend(instance.with_shape(piece) for piece in pieces)
        left = None if labels is None or is_empty else frame.without(labels)
        return self._with(tuple(made), left)

    def to_save(self) -> Annotation:
        """Return the annotation in the frame of the image, as it is to be saved.

        An annotation that was scaled as a whole is restored. Objects of picked labels keep the
        scale that they were given, as in the original engine.
        """
        if self.frame is None:
            return self
        if self.frame.untouched is None:
            return self.restored()
        return self._with(self.instances, None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Annotation):
            return NotImplemented
        return self._fields == other._fields

    def __hash__(self) -> int:
        return hash((self.image_size, self.tags, self.description, self.instances))

    @property
    def _fields(self) -> tuple[Any, ...]:
        """What makes annotations equal; ``extra`` counts too, but has no hash."""
        instances = self.instances
        return self.image_size, self.tags, self.description, self.extra, self.frame, instances

    def __repr__(self) -> str:
        return f"Annotation(size={self.size}, tags={self.tags}, instances={self.instances})"
