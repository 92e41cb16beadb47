"""Upright windows of turned pictures."""

from __future__ import annotations

import math

from dtl_engine.sdk import Size, Window, turned_size


def inner_window(size: Size, degrees: float) -> Window:
    """Return the largest upright window inside a picture that was turned, in its canvas.

    The borders are cut to whole pixels, so that pixels may lie outside by less than one; the
    window may be empty.

    Args:
        size: of the picture before.
        degrees: by which it was turned.

    Source: DTL reference, rotate with ``crop``; the golden cases for the borders. The window
    touches the longer sides with two opposite corners where the picture is narrow for its turn,
    else all four sides.
    """
    canvas = turned_size(size, degrees)
    if degrees % 90 == 0:
        return Window(0, 0, *canvas)
    radians = math.radians(degrees % 180)
    sin, cos = abs(math.sin(radians)), abs(math.cos(radians))
    (width, height), half = size, min(size) / 2
    if half <= sin * cos * max(size) or abs(sin - cos) < 1e-9:
        across, down = (half / sin, half / cos) if width >= height else (half / cos, half / sin)
    else:
        spread = cos * cos - sin * sin
        across = (width * cos - height * sin) / spread
        down = (height * cos - width * sin) / spread
    left, top = (canvas.width - across) / 2, (canvas.height - down) / 2
    return Window(*map(math.trunc, (left, top, left + across, top + down)))


def middle_window(canvas: Size, size: Size) -> Window:
    """Return the window of ``size`` in the middle of a canvas, half pixels to the right and down.

    It leaves the canvas where that is smaller.
    """
    left = (canvas.width - size.width + 1) // 2
    top = (canvas.height - size.height + 1) // 2
    return Window(left, top, left + size.width, top + size.height)
