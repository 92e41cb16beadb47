"""Where the pixels of images come from, computed once and shared by all who need them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from dtl_engine.model.codec import Decoded, decode
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.imagefile.channels import Raster
from dtl_engine.model.imagefile.opencv import prepare_opencv
from dtl_engine.model.imagefile.stored import StoredBytes, StoredFile


class Flip(NamedTuple):
    """Whether the columns (x) and whether the rows (y) run backwards."""

    x: bool = False
    y: bool = False


Recipe = Callable[[], Decoded]
"""Makes the pixels of an image when they are first needed; it pickles."""


class Source:
    """An encoded image or computed pixels; also the layer of these pixels without mirroring.

    Pixels that are still to be computed have a ``recipe``, which makes them once, on demand.

    Safe to share between threads. The decoded array lives as long as the source, and the source as
    long as an image of it: nothing else holds either. A pickled source takes its array along only
    where that is all that it has.
    """

    flip = Flip()

    def __init__(
        self,
        stored: StoredFile | StoredBytes | None,
        suffix: str,
        size: Size | None = None,
        decoded: Decoded | None = None,
        recipe: Recipe | None = None,
    ) -> None:
        """Take ``stored``, ``decoded`` or a ``recipe``.

        ``size`` is the size declared for ``stored``, or the one that a ``recipe`` makes.
        """
        if decoded is not None:
            decoded.raster.flags.writeable = False
        self.stored = stored
        self.suffix = suffix
        self.recipe = recipe
        self._declared = size
        self._header_size: Size | None = None
        self._decoded = decoded
        self._decoding = threading.Lock()
        self._mirrors: WeakValueDictionary[tuple[Window | None, Flip], Mirrored] | None = None
        self._mirroring = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        decoded = self._decoded if self.stored is None and self.recipe is None else None
        return Source, (self.stored, self.suffix, self._declared, decoded, self.recipe)

    @property
    def source(self) -> Source:
        """The source itself."""
        return self

    @property
    def size(self) -> Size:
        """Width and height in pixels: as declared, as decoded, else as the header says."""
        if (size := self._declared or self._header_size) is not None:
            return size
        if self._decoded is not None:
            height, width = self._decoded.raster.shape[:2]
            return Size(width, height)
        assert self.stored is not None
        self._header_size = size = self.stored.read_header().size
        return size

    def decoded(self) -> Decoded:
        """Return the upright pixels and their coding; the first caller decodes, others wait.

        Raises:
            ImageError: as ``decode`` does.
        """
        if (decoded := self._decoded) is None:
            with self._decoding:
                if (decoded := self._decoded) is None:
                    decoded = self._decoded = self._make()
        return decoded

    def _make(self) -> Decoded:
        if self.recipe is not None:
            decoded = self.recipe()
            decoded.raster.flags.writeable = False
            return decoded
        assert self.stored is not None
        return decode(self.stored.read(), size=self._declared, path=str(self.stored.path or ""))

    def raster(self) -> Raster:
        """Return the upright pixels, read-only."""
        return self.decoded().raster

    def place(self, region: Window) -> Window:
        """Return where ``region`` of the source lies in this layer: there."""
        return region

    def origin(self) -> tuple[bytes, bool]:
        """Return the colour profile (or nothing) and whether the image was stored losslessly."""
        if (known := self._decoded) is not None:
            return known.coding.icc, known.coding.is_lossless
        if self.stored is None:
            coding = self.decoded().coding
            return coding.icc, coding.is_lossless
        header = self.stored.read_header()
        return header.icc, header.is_lossless

    def mirrored(self, region: Window | None, flip: Flip) -> Layer:
        """Return the layer of ``region`` (``None``: all) in an orientation.

        All who ask for the same one share it for as long as one of them lives.
        """
        if flip == self.flip:
            return self
        key = (region, flip)
        with self._mirroring:
            # Made here, as most sources are never mirrored.
            mirrors = self._mirrors = self._mirrors or WeakValueDictionary()
            if (layer := mirrors.get(key)) is None:
                layer = mirrors[key] = Mirrored(self, region, flip)
        return layer

    def detached(self) -> Source:
        """Return a source of the same pixels that shares no decoded array of a stored image."""
        if self.stored is None and self.recipe is None:
            return self
        return Source(self.stored, self.suffix, self._declared, recipe=self.recipe)


class Mirrored:
    """A layer: a region of a source (``None``: all of it), mirrored about one or both axes."""

    def __init__(self, source: Source, region: Window | None, flip: Flip) -> None:
        self.source = source
        self.flip = flip
        self._region = region
        self._raster: Raster | None = None
        self._mirroring = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Source.mirrored, (self.source, self._region, self.flip)

    def raster(self) -> Raster:
        """Return the mirrored pixels of the region, read-only; mirrored once, by one flip.

        Raises:
            ImageError: as ``decode`` does.
        """
        if (raster := self._raster) is None:
            with self._mirroring:
                if (raster := self._raster) is None:
                    raster = self._raster = self._mirror()
        return raster

    def _mirror(self) -> Raster:
        prepare_opencv()
        import cv2

        pixels = self.source.raster()
        if self._region is not None:
            left, top, right, bottom = self._region
            pixels = pixels[top:bottom, left:right]
        code = {(True, False): 1, (False, True): 0, (True, True): -1}[self.flip]
        mirrored: Raster = cv2.flip(pixels, code)  # type: ignore[assignment]
        mirrored.flags.writeable = False
        return mirrored

    def place(self, region: Window) -> Window:
        """Return where ``region``, given in pixels of the source, lies in this layer."""
        return reposition(region, self._region or Window(0, 0, *self.source.size), self.flip)


Layer = Source | Mirrored
"""Pixels of a source in one orientation, computed once, on demand."""


def reposition(window: Window, frame: Window, flip: Flip) -> Window:
    """Return ``window`` counted from the first corner of ``frame``, as mirrored by ``flip``.

    Args:
        window: a part of ``frame``.
        frame: the part of a picture that is shown.
        flip: how it is shown.
    """
    left, right = window.left - frame.left, window.right - frame.left
    top, bottom = window.top - frame.top, window.bottom - frame.top
    if flip.x:
        left, right = frame.size.width - right, frame.size.width - left
    if flip.y:
        top, bottom = frame.size.height - bottom, frame.size.height - top
    return Window(left, top, right, bottom)
