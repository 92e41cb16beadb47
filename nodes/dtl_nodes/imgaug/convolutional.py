"""imgaug's category ``convolutional``: each pixel mixed with its eight neighbours."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.augmenter import Augmenter, colors
from dtl_nodes.imgaug.parameters import Interval, Number

Rng = np.random.Generator
Kernel = NDArray[np.float64]
"""(3, 3) float64."""


def _mixed(pixels: Pixels, effect: Kernel, alpha: float) -> Pixels:
    """Return ``alpha`` parts of the effect and the rest of the image itself."""
    import cv2

    kernel = alpha * effect
    kernel[1, 1] += 1 - alpha
    return np.asarray(cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.uint8)


def _sharpen(pixels: Pixels, generator: Rng, alpha: Interval, lightness: Interval) -> Pixels:
    effect = np.full((3, 3), -1.0)
    effect[1, 1] = 8 + lightness.number(generator)
    return _mixed(pixels, effect, alpha.number(generator))


def _emboss(pixels: Pixels, generator: Rng, alpha: Interval, strength: Interval) -> Pixels:
    by = strength.number(generator)
    effect = np.array(((-1 - by, -by, 0), (-by, 1, by), (0, by, 1 + by)), np.float64)
    return _mixed(pixels, effect, alpha.number(generator))


def _edges(pixels: Pixels, generator: Rng, alpha: Interval) -> Pixels:
    effect = np.array(((0, 1, 0), (1, -4, 1), (0, 1, 0)), np.float64)
    return _mixed(pixels, effect, alpha.number(generator))


def _directed_edges(pixels: Pixels, generator: Rng, alpha: Interval, direction: Interval) -> Pixels:
    turn = 2 * math.pi * direction.number(generator) - math.pi / 2
    rows, columns = np.indices((3, 3)) - 1.0
    apart = np.arctan2(rows, columns) - turn
    apart = np.abs((apart + math.pi) % (2 * math.pi) - math.pi)
    effect = (1 - apart / math.pi) ** 4
    effect[1, 1] = 0
    effect /= effect.sum()
    effect[1, 1] = -1
    return _mixed(pixels, effect, alpha.number(generator))


AUGMENTERS: dict[str, Augmenter] = {
    "Sharpen": colors(_sharpen, alpha=Number(0, 1, [0, 0.2]), lightness=Number(0, 100, [0.8, 1.2])),
    "Emboss": colors(_emboss, alpha=Number(0, 1, [0, 1]), strength=Number(0, 100, [0.25, 1])),
    "EdgeDetect": colors(_edges, alpha=Number(0, 1, [0, 0.75])),
    "DirectedEdgeDetect": colors(
        _directed_edges, alpha=Number(0, 1, [0, 0.75]), direction=Number(0, 1, [0, 1])
    ),
}
"""By imgaug's names."""
