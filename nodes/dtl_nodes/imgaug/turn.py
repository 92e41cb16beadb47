"""Turn, scale, shear and shift an image about its middle."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.imgaug.augmenter import Done, done
from dtl_nodes.motion.motion import Matrix, project, shift_matrix
from dtl_nodes.motion.pixels import Fetch, projected, size_of

_MOST_GROWTH = 8
"""How many times longer the sides of an image may become."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An affine map about the middle of an image; angles in degrees, to the right."""

    scale: tuple[float, float] = (1.0, 1.0)
    shift_px: tuple[float, float] = (0.0, 0.0)
    degrees: float = 0.0
    shear: tuple[float, float] = (0.0, 0.0)

    def matrix(self, size: Size) -> Matrix:
        """Return the matrix between places of an image of ``size``."""
        angle = math.radians(self.degrees)
        turn = np.array(
            (
                (math.cos(angle), -math.sin(angle), 0),
                (math.sin(angle), math.cos(angle), 0),
                (0, 0, 1),
            )
        )
        shear = np.eye(3)
        shear[0, 1], shear[1, 0] = (math.tan(math.radians(part)) for part in self.shear)
        middle = size.width / 2, size.height / 2
        there = shift_matrix(-middle[0], -middle[1])
        back = shift_matrix(middle[0] + self.shift_px[0], middle[1] + self.shift_px[1])
        matrix: Matrix = back @ turn @ shear @ np.diag((*self.scale, 1.0)) @ there
        return matrix


def turn_pixels(pixels: Pixels, turn: Turn, fetch: Fetch, fit_output: bool) -> Done:
    """Return the pixels turned; ``fit_output`` makes the image hold them all."""
    size = size_of(pixels)
    matrix, after = turn.matrix(size), size
    if fit_output:
        width, height = size
        corners = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float64)
        places = project(matrix, corners)
        (left, top), far = places.min(axis=0), places.max(axis=0)
        sides = np.ceil(far - (left, top) - 1e-6)
        after = Size(
            int(np.clip(sides[0], 1, _MOST_GROWTH * width)),
            int(np.clip(sides[1], 1, _MOST_GROWTH * height)),
        )
        matrix = shift_matrix(-left, -top) @ matrix
    return done(projected(pixels, matrix, after, fetch))
