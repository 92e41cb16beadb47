"""Hiding parts of a picture: under colour, or under its blurred self."""

from __future__ import annotations

from collections.abc import Iterable

from dtl_engine.sdk import Mask, Pixels, Shape, Size
from dtl_nodes.kernels.blur import gaussian_blur, gaussian_reach
from dtl_nodes.kernels.color import Rgb
from dtl_nodes.kernels.draw import draw_filled


def paint_over(pixels: Pixels, layers: Iterable[tuple[Shape, Rgb]]) -> Pixels:
    """Return the picture with filled shapes painted over it, one after another.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        layers: shapes with their colours, back to front.
    """
    painted = pixels.copy()
    for shape, color in layers:
        for mask in _drawn((shape,), pixels):
            _under(mask, painted)[mask.pixels] = color
    return painted


def blur_under(pixels: Pixels, shapes: Iterable[Shape], sigma: float) -> Pixels:
    """Return the picture blurred where filled shapes lie.

    Only as much of it is blurred as these places can see.

    Args:
        pixels: (H, W, 3) uint8.
        shapes: whose pixels are exchanged for those of the blurred picture.
        sigma: of the Gaussian, in pixels.
    """
    hidden = pixels.copy()
    masks = _drawn(shapes, pixels)
    if not masks:
        return hidden
    reach = gaussian_reach(sigma)
    left = max(min(mask.x for mask in masks) - reach, 0)
    top = max(min(mask.y for mask in masks) - reach, 0)
    right = max(mask.x + mask.width for mask in masks) + reach
    bottom = max(mask.y + mask.height for mask in masks) + reach
    blurred = gaussian_blur(pixels[top:bottom, left:right], sigma)
    for mask in masks:
        source = _under(mask.shift(-left, -top), blurred)
        _under(mask, hidden)[mask.pixels] = source[mask.pixels]
    return hidden


def _drawn(shapes: Iterable[Shape], pixels: Pixels) -> list[Mask]:
    height, width = pixels.shape[:2]
    masks = (draw_filled(shape, Size(width, height)) for shape in shapes)
    return [mask for mask in masks if mask is not None]


def _under(mask: Mask, pixels: Pixels) -> Pixels:
    return pixels[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width]
