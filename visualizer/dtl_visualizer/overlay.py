"""An annotated image as PNG: its pixels, and its objects over them in their classes' colours."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from dtl_visualizer.annotated import AnnotatedPicture, Area, Cells, Chain, ObjectPicture, Place
from dtl_visualizer.name_chips import draw_names

SCALE = 2
"""Pixels of the drawing for each pixel of the image."""

LEAST_STEP_PX = 9.0
"""Outlines whose vertices are nearer in the drawing, on average, get no dot on each."""

_SMOOTHING = 2
_FILL = 0.25
_LINE_PX = 3.0
_BORDER = 9
"""Twice the width of the border of set pixels in the larger stencil, and one."""

_HALO_PX = 6.0
_HALO = (255, 255, 255)
_HALO_SHARE = 0.6
_SPOT_PX = 6.0
_VERTEX_PX = 2.2


def write_overlay(picture: AnnotatedPicture, scale: int = SCALE, *, names: bool = True) -> bytes:
    """Return ``picture`` as PNG.

    Args:
        picture: the image and its objects; what leaves the image is not seen.
        scale: how many times as large the image is drawn, at least 1.
        names: whether the classes are written beside the objects, as far as there is room.
    """
    image = Image.fromarray(picture.pixels, "RGB")
    size = (image.width * scale, image.height * scale)
    image = image.resize(size, Image.Resampling.NEAREST)
    for shown in picture.objects:
        image = _Pen(size, scale, shown.rgb).draw(image, shown)
    if names:
        draw_names(image, picture.objects, scale)
    file = BytesIO()
    image.save(file, "PNG", compress_level=6)
    return file.getvalue()


class _Pen:
    """Draws one object in one colour; stencils are larger than the drawing and made smooth."""

    def __init__(self, size: tuple[int, int], scale: int, colour: tuple[int, int, int]) -> None:
        self._size = size
        self._large = (size[0] * _SMOOTHING, size[1] * _SMOOTHING)
        self._scale = scale * _SMOOTHING
        self._colour = colour

    def draw(self, image: Image.Image, shown: ObjectPicture) -> Image.Image:
        """Return ``image`` with the object on it."""
        outline = shown.outline
        if isinstance(outline, Area):
            rings = [(*ring, ring[0]) for ring in (outline.ring, *outline.holes)]
            image = self._lay(image, self._area(outline), self._colour, _FILL)
            return self._chains(image, rings)
        if isinstance(outline, Cells):
            inside = self._cells(outline)
            border = ImageChops.subtract(inside, inside.filter(ImageFilter.MinFilter(_BORDER)))
            image = self._lay(image, inside, self._colour, _FILL)
            return self._lay(image, border, self._colour, 1.0)
        if isinstance(outline, Chain):
            return self._chains(image, [outline.points])
        links = [(outline.points[one], outline.points[other]) for one, other in outline.links]
        image = self._spots(self._lines(image, links), outline.points, _SPOT_PX + 2, _HALO)
        return self._spots(image, outline.points, _SPOT_PX, self._colour)

    def _lines(self, image: Image.Image, chains: Sequence[Sequence[Place]]) -> Image.Image:
        for width, colour, share in (
            (_HALO_PX, _HALO, _HALO_SHARE),
            (_LINE_PX, self._colour, 1.0),
        ):
            stencil, pen = self._stencil()
            for chain in chains:
                pixels = round(width * _SMOOTHING)
                pen.line(self._scaled(chain), fill=255, width=pixels, joint="curve")
            image = self._lay(image, stencil, colour, share)
        return image

    def _chains(self, image: Image.Image, chains: Sequence[Sequence[Place]]) -> Image.Image:
        """Draw lines, and their vertices where these can be told apart."""
        image = self._lines(image, chains)
        steps = [math.dist(*pair) for chain in chains for pair in itertools.pairwise(chain)]
        if sum(steps) * self._scale < LEAST_STEP_PX * _SMOOTHING * len(steps):
            return image
        places = [place for chain in chains for place in chain]
        return self._spots(image, places, _VERTEX_PX, _HALO)

    def _spots(
        self,
        image: Image.Image,
        places: Sequence[Place],
        radius: float,
        colour: tuple[int, int, int],
    ) -> Image.Image:
        stencil, pen = self._stencil()
        reach = radius * _SMOOTHING
        for x, y in self._scaled(places):
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
        return self._lay(image, stencil, colour, 1.0)

    def _area(self, area: Area) -> Image.Image:
        stencil, pen = self._stencil()
        pen.polygon(self._scaled(area.ring), fill=255)
        for hole in area.holes:
            pen.polygon(self._scaled(hole), fill=0)
        return stencil

    def _cells(self, cells: Cells) -> Image.Image:
        stencil, _ = self._stencil()
        small = Image.fromarray(cells.pixels.astype(np.uint8) * np.uint8(255), "L")
        size = (small.width * self._scale, small.height * self._scale)
        large = small.resize(size, Image.Resampling.NEAREST)
        stencil.paste(large, (cells.x * self._scale, cells.y * self._scale))
        return stencil

    def _stencil(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        stencil = Image.new("L", self._large)
        return stencil, ImageDraw.Draw(stencil)

    def _lay(
        self, image: Image.Image, stencil: Image.Image, colour: tuple[int, int, int], share: float
    ) -> Image.Image:
        smooth = stencil.resize(self._size, Image.Resampling.BOX)
        if share < 1:
            smooth = smooth.point([round(value * share) for value in range(256)])
        return Image.composite(Image.new("RGB", self._size, colour), image, smooth)

    def _scaled(self, places: Sequence[Place]) -> list[tuple[float, float]]:
        return [(x * self._scale, y * self._scale) for x, y in places]
