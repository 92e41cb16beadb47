"""Frames: objects that are in another scale than their image for a while."""

from __future__ import annotations

from dataclasses import dataclass, field

from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Shape


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture that objects were scaled to, and the way back to the image.

    ``untouched`` are the labels whose objects were left in the image's coordinates; ``None`` says
    that the annotation was scaled as a whole. ``originals`` pairs what scaling made with what it
    was made of: an object that nothing changed since is brought back to the bit.
    """

    back: Affine
    untouched: frozenset[str] | None = None
    originals: tuple[tuple[Shape, Shape], ...] = field(default=(), compare=False, repr=False)

    @property
    def size(self) -> Size:
        """The picture that holds all objects, those of the image's coordinates included."""
        own, image = self.back.source, self.back.target
        if self.untouched is None:
            return own
        return Size(max(own.width, image.width), max(own.height, image.height))

    def holds(self, label: str) -> bool:
        """Whether objects of ``label`` are in the coordinates of the frame."""
        return self.untouched is None or label not in self.untouched

    def originals_by_id(self) -> dict[int, Shape]:
        """Return what shapes were scaled from, by the ``id`` of what scaling made of them."""
        return {id(after): before for after, before in self.originals}

    def without(self, labels: frozenset[str]) -> Frame:
        """Return the frame after the objects of ``labels`` left it."""
        return Frame(self.back, (self.untouched or frozenset()) | labels, self.originals)
