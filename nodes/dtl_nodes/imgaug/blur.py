"""imgaug's category ``blur``."""

from __future__ import annotations

import numpy as np

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.augmenter import Augmenter, colors
from dtl_nodes.imgaug.parameters import Interval, Number
from dtl_nodes.kernels.blur import gaussian_blur, median_blur

Rng = np.random.Generator

_WEAKEST = 0.001


def _gaussian(pixels: Pixels, generator: Rng, sigma: Interval) -> Pixels:
    drawn = sigma.number(generator)
    return gaussian_blur(pixels, drawn) if drawn > _WEAKEST else pixels


def _average(pixels: Pixels, generator: Rng, k: Interval) -> Pixels:
    import cv2

    side = k.whole(generator)
    return np.asarray(cv2.blur(pixels, (side, side)), np.uint8)


def _median(pixels: Pixels, generator: Rng, k: Interval) -> Pixels:
    side = k.whole(generator)
    return median_blur(pixels, side + 1 - side % 2) if side > 1 else pixels


def _bilateral(
    pixels: Pixels, generator: Rng, d: Interval, sigma_color: Interval, sigma_space: Interval
) -> Pixels:
    import cv2

    across = d.whole(generator)
    strengths = sigma_color.number(generator), sigma_space.number(generator)
    return np.asarray(cv2.bilateralFilter(pixels, across, *strengths), np.uint8)


def _motion(
    pixels: Pixels, generator: Rng, k: Interval, angle: Interval, direction: Interval
) -> Pixels:
    import cv2

    side = k.whole(generator) | 1
    # Brighter towards one end, as ``direction`` says from -1 (backwards) to 1.
    ahead = (np.clip(direction.number(generator), -1, 1) + 1) / 2
    line = np.zeros((side, side), np.float32)
    line[:, side // 2] = np.linspace(ahead, 1 - ahead, side)
    middle = (side // 2, side // 2)
    turn = cv2.getRotationMatrix2D(middle, angle.number(generator), 1.0)
    kernel = np.asarray(cv2.warpAffine(line, turn, (side, side)), np.float32)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)


AUGMENTERS: dict[str, Augmenter] = {
    "GaussianBlur": colors(_gaussian, sigma=Number(0, 100, [0, 3])),
    "AverageBlur": colors(_average, k=Number(1, 1000, [1, 7], is_whole=True)),
    "MedianBlur": colors(_median, k=Number(1, 253, [1, 7], is_whole=True)),
    "BilateralBlur": colors(
        _bilateral,
        d=Number(1, 100, [1, 9], is_whole=True),
        sigma_color=Number(0, 1000, [10, 250]),
        sigma_space=Number(0, 1000, [10, 250]),
    ),
    "MotionBlur": colors(
        _motion,
        k=Number(3, 1000, [3, 7], is_whole=True),
        angle=Number(-3600, 3600, [0, 360]),
        direction=Number(-1, 1, [-1, 1]),
    ),
}
"""By imgaug's names."""
