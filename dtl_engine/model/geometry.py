"""Sizes, boxes, windows and mirror lines, under the one coordinate rule.

Coordinates are edges: ``(0, 0)`` is the outer corner of the first pixel, x runs right, y runs
down, and the far corner of an image is ``(W, H)``. The pixel in column c and row r covers
``[c, c + 1] x [r, r + 1]`` and has its centre at ``(c + 0.5, r + 0.5)``. Mirroring is ``W - x``.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Axis = Literal["horizontal", "vertical"]
"""The mirror line.

``horizontal``: the first row becomes the last; ``vertical``: the first column does.
"""


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class BBox(NamedTuple):
    """An upright box by its edges in pixels; ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float


class Window(NamedTuple):
    """A half-open box of whole pixels: columns ``left`` to ``right - 1``."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> Size:
        """Width and height of the window in pixels."""
        return Size(self.right - self.left, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        """Whether the window holds no pixel."""
        return self.right <= self.left or self.bottom <= self.top
