"""Masks: pixels somewhere in an image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from dtl_engine.errors import AnnotationError
from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Axis, BBox, Size
from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.coordinates import contains, overlaps
from dtl_engine.model.shapes.mask_body import Decode, Encode, MaskBody, MaskPixels
from dtl_engine.model.shapes.paint import blank
from dtl_engine.model.shapes.resample import resample


@dataclass(frozen=True, slots=True)
class Mask(Shape):
    """Set pixels: a body whose top-left corner lies at the whole pixel ``(x, y)``.

    Masks are tight: the outermost rows and columns hold a set pixel. Only one that was read and
    never cut may have empty margins, or even be empty, as its pixels are decoded on first use.
    Build masks with ``tight`` and ``lazy``.
    """

    kind: ClassVar[ShapeKind] = ShapeKind.BITMAP

    body: MaskBody
    x: int
    y: int

    @classmethod
    def tight(cls, pixels: NDArray[np.bool_ | np.uint8], x: int, y: int) -> Self | None:
        """Return the mask of ``pixels`` with its margins trimmed; ``None`` if none is set.

        Args:
            pixels: (h, w) bool or uint8, copied; every value but 0 is set.
            x: column of the first pixel in the image.
            y: row of the first pixel in the image.
        """
        return cls._tight(np.array(pixels, dtype=bool, order="C", ndmin=2), x, y)

    @classmethod
    def lazy(cls, x: int, y: int, width: int, height: int, encoded: str, decode: Decode) -> Self:
        """Return a mask whose pixels are decoded when they are first needed.

        Args:
            x: column of the first pixel in the image.
            y: row of the first pixel in the image.
            width: of the decoded pixels.
            height: of the decoded pixels.
            encoded: the string of a DTL bitmap, which writers take over as it is; formats with
                another form decode at once and use ``tight``.
            decode: from that string to (height, width) bool; a function that pickles.

        Raises:
            AnnotationError: F604, for a size without pixels.
        """
        if width < 1 or height < 1:
            raise AnnotationError("F604", f"bitmap: the size {width} x {height} holds no pixel")
        return cls(MaskBody(width, height, encoded=encoded, decode=decode), x, y)

    @classmethod
    def _tight(cls, pixels: NDArray[np.bool_], x: int, y: int) -> Self | None:
        """Trim ``pixels``, which nobody changes any more; they are copied only when cut."""
        import cv2

        dx, dy, width, height = cv2.boundingRect(pixels.view(np.uint8))
        if width == 0:
            return None
        kept = np.ascontiguousarray(pixels[dy : dy + height, dx : dx + width])
        return cls(MaskBody(width, height, pixels=kept), x + dx, y + dy)

    @property
    def width(self) -> int:
        """Columns of the body, known without decoding."""
        return self.body.width

    @property
    def height(self) -> int:
        """Rows of the body, known without decoding."""
        return self.body.height

    @property
    def pixels(self) -> MaskPixels:
        """The pixels of the body: (height, width) bool, read-only; decoded on first use."""
        return self.body.pixels

    @property
    def encoded(self) -> str | None:
        """The DTL string of the body if it is known: read, or made by ``encoded_by``.

        It survives moves and crops that cut nothing, since those share the body.
        """
        return self.body.encoded

    def encoded_by(self, encode: Encode) -> str:
        """Return the DTL string; ``encode`` runs at most once for all masks of one body."""
        return self.body.encoded_by(encode)

    @property
    def bbox(self) -> BBox:
        """From the origin to the origin plus the size of the body, half-open."""
        x, y = float(self.x), float(self.y)
        return BBox(x, y, x + self.width, y + self.height)

    @property
    def area(self) -> float:
        """The number of set pixels; decodes."""
        return float(np.count_nonzero(self.pixels))

    def tightened(self) -> Self | None:
        """Return the mask without empty margins, ``None`` if no pixel is set; decodes.

        A tight mask returns itself, with its string.
        """
        trimmed = self._tight(self.pixels, self.x, self.y)
        if trimmed is not None and (trimmed.width, trimmed.height) == (self.width, self.height):
            return self
        return trimmed

    def mirror(self, axis: Axis, size: Size) -> Self:
        """Return the mask mirrored about the middle of an image of ``size``; decodes."""
        body = self.body.mirrored(axis)
        if axis == "vertical":
            return type(self)(body, size.width - self.x - self.width, self.y)
        return type(self)(body, self.x, size.height - self.y - self.height)

    def shift(self, dx: int, dy: int) -> Self:
        """Return the mask moved by whole pixels; the body is shared."""
        return type(self)(self.body, self.x + dx, self.y + dy) if dx or dy else self

    def transform(self, affine: Affine) -> tuple[Self, ...]:
        """Return the mask of the nearest pixels, ``()`` if none of them is set; decodes.

        The centre of each pixel is mapped back and takes the pixel that holds it. Quarter turns
        turn the array itself.
        """
        turned = self._tight(*resample(self.pixels, self.x, self.y, affine.of_masks))
        return () if turned is None else (turned,)

    def clip(self, window: Edges) -> tuple[Self, ...]:
        """Return the pixels in ``window``, its edges rounded half up; never more than one mask.

        Only a mask that is cut is decoded; its margins are trimmed.
        """
        left, top, right, bottom = (math.floor(edge + 0.5) for edge in window)
        whole = (left, top, right, bottom)
        bbox = self.bbox
        if contains(whole, bbox):
            return (self,)
        if not overlaps(whole, bbox):
            return ()
        x, y = max(left, self.x), max(top, self.y)
        pixels = self.pixels[y - self.y : bottom - self.y, x - self.x : right - self.x]
        cut = self._tight(pixels, x, y)
        return () if cut is None else (cut,)

    def paint(self, size: Size) -> Painted:
        """Return the set pixels themselves."""
        picture = blank(size)
        for part in self.clip((0, 0, size.width, size.height)):
            rows, columns = slice(part.y, part.y + part.height), slice(part.x, part.x + part.width)
            picture[rows, columns] = part.pixels
        return picture
