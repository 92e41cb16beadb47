"""The image of a sample: lazy, immutable, sharing its pixels with all that is made of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from dtl_engine.errors import ImageError
from dtl_engine.model.codec import IMAGE_FORMATS, IMAGE_SUFFIXES, JPEG_QUALITY, Decoded, encode
from dtl_engine.model.geometry import Axis, Size, Window
from dtl_engine.model.imagefile.channels import Coding, Pixels, Raster, to_opencv, to_rgb
from dtl_engine.model.imagefile.stored import StoredBytes, StoredFile
from dtl_engine.model.source import Flip, Layer, Source, reposition


@dataclass(frozen=True, eq=False, repr=False, slots=True, weakref_slot=True)
class Image:
    """One picture: an image file, or computed pixels, with pending exact geometry.

    Making, mirroring and cropping an image costs no pixel. When pixels are needed, the file is
    decoded once for all images derived from it, a mirrored picture is computed once for all that
    is made of it, and a crop is a view. What was computed lives until the last image that can use
    it is gone; a pickled image leaves it behind. Images are compared by identity.

    ``_region`` is the part of the source that is shown (``None``: all), in its upright pixels.
    """

    _layer: Layer
    _region: Window | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str], size: Size | None = None) -> Image:
        """Return the image of a file, which is not touched yet.

        Args:
            path: the file; its suffix (one of ``IMAGE_SUFFIXES``, any case) decides how a changed
                image is encoded, its content how it is decoded.
            size: the upright size where it is known; then only pixels need the file, and reading
                them checks it.

        Raises:
            ImageError: F601, no accepted suffix.
        """
        if not isinstance(path, Path):
            path = Path(path)
        return cls(Source(StoredFile(path), _accepted(path.suffix, str(path)), size))

    @classmethod
    def from_bytes(cls, data: bytes, suffix: str, size: Size | None = None) -> Image:
        """Return the image of encoded bytes; ``suffix`` and ``size`` as for ``open``.

        Raises:
            ImageError: F601, no accepted suffix.
        """
        return cls(Source(StoredBytes(data), _accepted(suffix), size))

    @classmethod
    def from_pixels(cls, pixels: Pixels, suffix: str = ".png") -> Image:
        """Return the image of computed pixels.

        Args:
            pixels: (H, W, 3) uint8 RGB, not empty; handed over, not to be written any more.
            suffix: what it would be encoded as, as for ``open``.

        Raises:
            ImageError: F601, no accepted suffix.
            ValueError: ``pixels`` are of another shape or dtype.
        """
        return cls(_computed(pixels, _accepted(suffix), icc=b"", is_lossless=True))

    @classmethod
    def computed(cls, size: Size, function: Callable[[], Pixels], suffix: str = ".png") -> Image:
        """Return the image of pixels that are computed when first needed, and once.

        Args:
            size: of what ``function`` returns.
            function: returns (H, W, 3) uint8 RGB; pure, and it pickles. It may raise an
                ``ImageError``.
            suffix: what it would be encoded as, as for ``open``.

        Raises:
            ImageError: F601, no accepted suffix.
        """
        recipe = partial(_compute_pixels, function, size)
        return cls(Source(None, _accepted(suffix), size, recipe=recipe))

    def with_pixels(self, pixels: Pixels) -> Image:
        """Return an image of computed pixels that is encoded the way this one would be.

        It keeps the suffix, the colour profile and whether WebP is lossless. The pixels have any
        size; for the rest see ``from_pixels``.

        Raises:
            ValueError: ``pixels`` are of another shape or dtype.
            ImageError: the file, if it was not read yet, cannot be read.
        """
        source = self._layer.source
        icc, is_lossless = source.origin()
        return Image(_computed(pixels, source.suffix, icc=icc, is_lossless=is_lossless))

    def mapped(self, function: Callable[[Pixels], Pixels], size: Size | None = None) -> Image:
        """Return the image of computed pixels that are computed when first needed, and once.

        It is encoded the way this one would be, see ``with_pixels``.

        Args:
            function: takes the (H, W, 3) uint8 RGB pixels of this image, read-only, and returns new
                ones of ``size``; pure, and it pickles (a function of a module, or a ``partial``).
            size: the size of what ``function`` returns; ``None``: the size of this image.
        """
        source = self._layer.source
        recipe = partial(_map_pixels, self, function, size or self.size)
        return Image(Source(None, source.suffix, size or self.size, recipe=recipe))

    @property
    def size(self) -> Size:
        """Width and height in pixels, upright; at most a header is read for it.

        Raises:
            ImageError: F601 or F607, the header was needed and cannot be read.
        """
        return self._layer.source.size if self._region is None else self._region.size

    @property
    def orientation(self) -> int:
        """How the stored pixels are turned upright: 1 to 8 as in EXIF, 1 for computed pixels."""
        stored = self._layer.source.stored
        return 1 if stored is None else stored.read_header().orientation

    @property
    def suffix(self) -> str:
        """The suffix of the original file name with its dot, in lower case."""
        return self._layer.source.suffix

    @property
    def path(self) -> Path | None:
        """The file that the pixels come from, if they come from one."""
        stored = self._layer.source.stored
        return stored.path if stored is not None else None

    @property
    def is_untouched(self) -> bool:
        """Whether the encoded original still shows just this picture and can be passed on."""
        layer = self._layer
        return self._region is None and layer is layer.source and layer.source.stored is not None

    def mirror(self, axis: Axis) -> Image:
        """Return the mirrored image; mirroring twice about one axis undoes it."""
        layer, (x, y) = self._layer, self._layer.flip
        flip = Flip(not x, y) if axis == "vertical" else Flip(x, not y)
        return Image(layer.source.mirrored(self._region, flip), self._region)

    def crop(self, window: Window) -> Image:
        """Return the part of the image that ``window`` shows.

        Even a window of the whole image counts as a change: the original engine encodes it anew.

        Raises:
            ValueError: ``window`` is empty or leaves the image.
            ImageError: the size is not known and the header cannot be read.
        """
        frame = Window(0, 0, *self.size)
        left, top, right, bottom = window
        if not (0 <= left < right <= frame.right and 0 <= top < bottom <= frame.bottom):
            size = f"{frame.right}x{frame.bottom}"
            raise ValueError(f"{window} is empty or leaves the image of {size} pixels")
        left, top, right, bottom = reposition(window, frame, self._layer.flip)
        if self._region is not None:
            x, y = self._region[:2]
            left, top, right, bottom = left + x, top + y, right + x, bottom + y
        return Image(self._layer, Window(left, top, right, bottom))

    def detached(self) -> Image:
        """Return the same picture with its own decoding, for one who keeps images for long.

        A list of images that are asked for pixels would keep all these pixels.
        """
        source = self._layer.source.detached()
        return Image(source.mirrored(self._region, self._layer.flip), self._region)

    def raster(self) -> Raster:
        """Return the pixels in the channels and depth of the file, upright, read-only.

        Returns:
            uint8 or uint16, (H, W) gray, (H, W, 3) BGR or (H, W, 4) BGRA as OpenCV has them;
            palette files: (H, W) indices; 8-bit gray with alpha: (H, W, 2). It may be a view.

        Raises:
            ImageError: F601, F605 or F607, the file cannot be decoded, see ``codec.decode``.
        """
        view, coding = self._view()
        if coding.layout != "rgb":
            return view
        return _read_only(to_opencv(view, coding, with_alpha=True, with_depth=True))

    def pixels(self) -> Pixels:
        """Return the pixels as nodes see them, upright, read-only.

        Returns:
            (H, W, 3) uint8 RGB: alpha dropped, gray expanded, 16 bits shifted down to 8.

        Raises:
            ImageError: F601, F605 or F607, the file cannot be decoded, see ``codec.decode``.
        """
        view, coding = self._view()
        pixels = to_rgb(view, coding)
        pixels.flags.writeable = False
        return pixels

    def encoded(self) -> bytes:
        """Return the original bytes of an untouched image.

        Raises:
            ImageError: F601, the file is missing or empty; F607, it is over 1 GiB.
            ValueError: the image was changed.
        """
        return self._untouched().read()

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Write the original bytes of an untouched image to the file ``path``; never a link.

        Raises:
            ImageError: F601, the original is missing or empty.
            OSError: ``path`` cannot be written.
            ValueError: the image was changed.
        """
        self._untouched().copy_to(path if isinstance(path, Path) else Path(path))

    def encode(self, suffix: str, jpeg_quality: int = JPEG_QUALITY) -> bytes:
        """Encode the pixels in the format of ``suffix``, see ``codec.encode``.

        Raises:
            ImageError: F601, F605 or F607, the file cannot be decoded; F608, the format cannot
                hold the image or is unknown.
        """
        view, coding = self._view()
        return encode(view, coding, suffix, jpeg_quality)

    def _view(self) -> Decoded:
        layer = self._layer
        raster, coding = layer.raster(), layer.source.decoded().coding
        if self._region is not None:
            left, top, right, bottom = layer.place(self._region)
            raster = raster[top:bottom, left:right]
        return Decoded(raster, coding)

    def _untouched(self) -> StoredFile | StoredBytes:
        stored = self._layer.source.stored
        if stored is None or not self.is_untouched:
            raise ValueError("a changed image has no original bytes; encode it")
        return stored

    def __repr__(self) -> str:
        origin = self.path or "pixels"
        return f"<Image {str(origin)!r} flip={tuple(self._layer.flip)} region={self._region}>"


def _accepted(suffix: str, path: str = "") -> str:
    suffix = suffix.lower()
    if suffix not in IMAGE_FORMATS:
        known = ", ".join(IMAGE_SUFFIXES)
        message = f"cannot read the image: {path!r} has suffix '{suffix}'; accepted are {known}"
        raise ImageError("F601", message, path=path)
    return suffix


def _computed(pixels: Pixels, suffix: str, *, icc: bytes, is_lossless: bool) -> Source:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        shape = pixels.shape
        raise ValueError(f"pixels must be (H, W, 3) uint8, not {shape} {pixels.dtype}")
    # OpenCV takes rows of any distance, but no other strides.
    pixels = pixels.view() if pixels.strides[1:] == (3, 1) else np.ascontiguousarray(pixels)
    coding = Coding("rgb", icc=icc, is_lossless=is_lossless)
    return Source(None, suffix, decoded=Decoded(pixels, coding))


def _map_pixels(image: Image, function: Callable[[Pixels], Pixels], size: Size) -> Decoded:
    """Compute the pixels of ``image.mapped(function, size)``."""
    made = image.with_pixels(function(image.pixels()))
    if made.size != size:
        raise ValueError(f"the pixels were to be of {size}, they are of {made.size}")
    return made._view()


def _compute_pixels(function: Callable[[], Pixels], size: Size) -> Decoded:
    """Compute the pixels of ``Image.computed(size, function)``."""
    made = Image.from_pixels(function())
    if made.size != size:
        raise ImageError("F605", f"the pixels were to be of {size}, they are of {made.size}")
    return made._view()


def _read_only(raster: Raster) -> Raster:
    raster.flags.writeable = False
    return raster
