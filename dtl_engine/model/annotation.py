"""Everything said about one image: its tags and its labelled instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dtl_engine.model.geometry import Axis, Size, Window
from dtl_engine.model.shapes import Shape

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

    ``size`` is the annotated image's, in pixels. Instances given in the form of their file
    are read when first asked for.
    """

    __slots__ = ("_instances", "description", "extra", "pending", "size", "tags")

    def __init__(
        self,
        size: Size,
        instances: tuple[Instance, ...] | PendingInstances = (),
        tags: tuple[Tag, ...] = (),
        description: str = "",
        extra: Mapping[str, Any] = NOTHING,
    ) -> None:
        self.size = size
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
        return Annotation(self.size, tuple(instances), self.tags, self.description, self.extra)

    def with_tags(self, tags: tuple[Tag, ...]) -> Annotation:
        """Return the annotation with other image tags; instances stay as they are, unread too."""
        other = Annotation(self.size, self.pending or (), tags, self.description, self.extra)
        other._instances = self._instances
        return other

    def mirror(self, axis: Axis) -> Annotation:
        """Return the annotation of the mirrored image."""
        return self.with_instances(
            instance.with_shape(instance.shape.mirror(axis, self.size))
            for instance in self.instances
        )

    def crop(self, window: Window) -> Annotation:
        """Return the annotation of the image's part in ``window``.

        Coordinates count from the window's corner; an instance cut into pieces becomes several.
        """
        pieces = tuple(
            instance.with_shape(piece)
            for instance in self.instances
            for piece in instance.shape.crop(window)
        )
        return Annotation(window.size, pieces, self.tags, self.description, self.extra)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Annotation):
            return NotImplemented
        return (self.size, self.tags, self.description, self.extra, self.instances) == (
            other.size,
            other.tags,
            other.description,
            other.extra,
            other.instances,
        )

    def __hash__(self) -> int:
        return hash((self.size, self.tags, self.description, self.instances))

    def __repr__(self) -> str:
        return f"Annotation(size={self.size}, tags={self.tags}, instances={self.instances})"
