"""Pictures of annotations: objects drawn in colours, and laid over their image."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Mask, Pixels, Shape, ShapeKind, Size
from dtl_nodes.kernels.color import Rgb
from dtl_nodes.kernels.draw import draw_filled, draw_outline

BLACK: Rgb = (0, 0, 0)
NEARLY_BLACK: Rgb = (1, 1, 1)
SEPARATOR: Rgb = (0, 255, 0)

FILLED = frozenset((ShapeKind.BITMAP, ShapeKind.POLYGON))
"""Shapes that people see filled; of all others they see the outline."""


def paint_filled(objects: Iterable[tuple[Shape, Rgb]], size: Size) -> Pixels:
    """Return objects drawn filled on black, later ones on top: (H, W, 3) uint8 RGB.

    Source: DTL ``save_masks``, machine masks.
    """
    return _painted(((draw_filled(shape, size), color) for shape, color in objects), size)


def paint_visibly(objects: Iterable[tuple[Shape, Rgb]], size: Size) -> Pixels:
    """Return objects drawn for people on black, later ones on top: (H, W, 3) uint8 RGB.

    Masks and polygons are filled, all others are outlines as wide as a 300th of the image; what
    is black is drawn nearly black.

    Source: DTL ``save`` with ``visualize``.
    """
    width_px = max(1, (max(size) + 1) // 300)
    drawn = (
        (
            draw_filled(shape, size)
            if shape.kind in FILLED
            else draw_outline(shape, size, width_px),
            NEARLY_BLACK if color == BLACK else color,
        )
        for shape, color in objects
    )
    return _painted(drawn, size)


def three_parts(image: Pixels, painted: Pixels) -> Pixels:
    """Return ``image``, a green column and ``image`` with ``painted`` half over it.

    Args:
        image: (H, W, 3) uint8 RGB.
        painted: as large; where it is black, the image shows.

    Returns:
        (H, 2 * W + 1, 3) uint8 RGB.
    """
    height, width = image.shape[:2]
    picture: Pixels = np.empty((height, 2 * width + 1, 3), np.uint8)
    picture[:, :width] = image
    picture[:, width] = SEPARATOR
    overlay = picture[:, width + 1 :]
    overlay[:] = image
    # The mean rounded down, without leaving eight bits.
    mean = (image & painted) + ((image ^ painted) >> 1)
    np.copyto(overlay, mean, where=painted.any(axis=2, keepdims=True))
    return picture


def _painted(drawn: Iterable[tuple[Mask | None, Rgb]], size: Size) -> Pixels:
    canvas: NDArray[np.uint8] = np.zeros((size.height, size.width, 3), np.uint8)
    for mask, color in drawn:
        if mask is not None:
            part = canvas[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width]
            part[mask.pixels] = color
    return canvas
