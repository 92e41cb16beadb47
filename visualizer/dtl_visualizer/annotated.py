"""What is drawn of an annotated image: its pixels and the objects on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dtl_visualizer.edges import safe_colour
from dtl_visualizer.style import LIGHT

Place = tuple[float, float]
"""x and y in pixels, counted from the outer corner of the first pixel."""


@dataclass(frozen=True, slots=True)
class Area:
    """What the outer ring holds without its holes; rings close by themselves."""

    ring: tuple[Place, ...]
    holes: tuple[tuple[Place, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Cells:
    """Set pixels: (h, w) bool, the first in column ``x`` and row ``y``."""

    pixels: NDArray[np.bool_]
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A line through points."""

    points: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Spots:
    """Single points; ``links`` are the numbers of those that are joined."""

    points: tuple[Place, ...]
    links: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectPicture:
    """One object: the name of its class, the class's colour ``#RRGGBB``, and its outline."""

    label: str
    colour: str
    outline: Area | Cells | Chain | Spots

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green and blue of the colour; of what is no colour, those of a neutral one."""
        safe = safe_colour(self.colour)
        digits = LIGHT.get(safe, safe)
        return int(digits[1:3], 16), int(digits[3:5], 16), int(digits[5:7], 16)


@dataclass(frozen=True, slots=True)
class AnnotatedPicture:
    """An image with its objects, back to front; ``pixels`` are (H, W, 3) uint8 RGB."""

    pixels: NDArray[np.uint8]
    objects: tuple[ObjectPicture, ...]
