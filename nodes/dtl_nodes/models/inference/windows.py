"""Where windows of one size lie so that they cover an image.

Source: the sliding windows of the original plugins; the three border strategies are those of the
later servers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Literal

from dtl_engine.sdk import Size, Window

Border = Literal["shift_window", "add_padding", "change_size"]
"""What becomes of a window that would leave the image."""


def spans(extent: int, side: int, overlap: int, border: Border) -> Iterator[tuple[int, int]]:
    """Yield start and end of the windows along one axis, in order.

    Args:
        extent: of the image in pixels, from 1.
        side: of the window in pixels, from 1.
        overlap: of neighbours in pixels, less than ``side``.
        border: ``shift_window`` pulls the last window back to end at the border, ``add_padding``
            lets it reach beyond, ``change_size`` cuts it off. An image smaller than the window has
            one of the whole size that starts at 0, or with ``change_size`` one of its own size.
    """
    for start in count(0, side - overlap):
        end = start + side
        if end < extent:
            yield start, end
            continue
        if border == "change_size":
            yield start, extent
        elif border == "shift_window" and extent >= side:
            yield extent - side, extent
        else:
            yield start, end
        return


def windows(size: Size, window: Size, overlap: Size, border: Border) -> Iterator[Window]:
    """Yield windows that cover an image, row by row, in a row from left to right.

    Args:
        size: of the image in pixels.
        window: its size in pixels.
        overlap: of neighbours in pixels, less than the window.
        border: see ``spans``.
    """
    rows = list(spans(size.height, window.height, overlap.height, border))
    columns = list(spans(size.width, window.width, overlap.width, border))
    return (Window(left, top, right, bottom) for top, bottom in rows for left, right in columns)
