"""What is drawn of an annotated image: its pixels and the objects on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True)
class AnnotatedPicture:
    """An image with its objects, back to front; ``pixels`` are (H, W, 3) uint8 RGB."""

    pixels: NDArray[np.uint8]
    objects: tuple[ObjectPicture, ...]
