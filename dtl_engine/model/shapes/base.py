"""What every shape can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size, Window

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom edge in pixels; a ``BBox`` and a ``Window`` are such edges."""

Painted = NDArray[np.bool_]
"""Pixels of a picture that belong to a shape: (H, W) bool."""


class ShapeKind(StrEnum):
    """The shapes under the names that DTL's JSON gives them."""

    POINT = "point"
    RECTANGLE = "rectangle"
    LINE = "line"
    POLYGON = "polygon"
    BITMAP = "bitmap"
    GRAPH = "graph"


class Shape(ABC):
    """A place in an image: an immutable value under the rule of ``model.geometry``.

    Shapes may leave the image. They compare and hash by value, and pickle.
    """

    __slots__ = ()

    kind: ClassVar[ShapeKind]

    @property
    @abstractmethod
    def bbox(self) -> BBox:
        """The upright box around the shape in pixels, float; it may have no area."""

    @property
    @abstractmethod
    def area(self) -> float:
        """The area in square pixels as DTL counts it."""

    @abstractmethod
    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the shape mirrored about the middle of an image of ``size``; nothing is cut."""

    @abstractmethod
    def shift(self, dx: int, dy: int) -> Self:
        """Return the shape moved by whole pixels, ``dx`` to the right and ``dy`` down."""

    @abstractmethod
    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the shape in the image that ``affine`` leads to; nothing is cut.

        Args:
            affine: a map of the points of the image.

        Returns:
            One shape, or ``()`` when no pixel is left of a mask. An upright rectangle becomes the
            upright box of its four turned corners; masks take the nearest pixel.

        Raises:
            AnnotationError: F604, a coordinate would lie too far away.

        Source: DTL reference, resize and rotate of objects.
        """

    @abstractmethod
    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return what lies in the closed ``window``, in the frame of the image.

        Args:
            window: left, top, right and bottom edge in pixels, fractions allowed.

        Returns:
            The pieces in a fixed order; ``()`` when nothing is left. What the window does not
            cut is returned as the very same object.

        Source: DTL reference, clipping to a window.
        """

    @abstractmethod
    def paint(self, size: Size) -> Painted:
        """Return the pixels of the shape in a picture of ``size``: (H, W) bool, writable.

        Painting commutes with ``mirror`` and ``crop`` bit by bit; ``paint`` states the rules.
        """

    def crop(self, window: Window) -> tuple[Self, ...]:
        """Return what lies in ``window``, in the frame of the picture cut out by it."""
        dx, dy = -window.left, -window.top
        return tuple(piece.shift(dx, dy) for piece in self.clip(window))

    def normalize(self, size: Size) -> tuple[Self, ...]:
        """Return what reading and writing keep of the shape in an image of ``size``.

        That is what lies in the image; ``(self,)`` when nothing had to change.

        Source: DTL reference, normalisation.
        """
        return self.clip((0, 0, size.width, size.height))
