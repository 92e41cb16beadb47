"""imgaug's category ``contrast``."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.augmenter import PER_CHANNEL, Augmenter, colors, happens
from dtl_nodes.imgaug.parameters import Interval, Number
from dtl_nodes.imgaug.tables import by_rule

Rng = np.random.Generator
Plane = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def _gamma(pixels: Pixels, generator: Rng, gamma: Interval, per_channel: float) -> Pixels:
    return by_rule(
        pixels, generator, gamma, per_channel, lambda old, power: 255 * (old / 255) ** power
    )


def _sigmoid(
    pixels: Pixels, generator: Rng, gain: Interval, cutoff: Interval, per_channel: float
) -> Pixels:
    middle = cutoff.number(generator)
    return by_rule(
        pixels,
        generator,
        gain,
        per_channel,
        lambda old, slope: 255 / (1 + np.exp(slope * (middle - old / 255))),
    )


def _log(pixels: Pixels, generator: Rng, gain: Interval, per_channel: float) -> Pixels:
    return by_rule(
        pixels,
        generator,
        gain,
        per_channel,
        lambda old, factor: 255 * factor * np.log2(1 + old / 255),
    )


def _linear(pixels: Pixels, generator: Rng, alpha: Interval, per_channel: float) -> Pixels:
    return by_rule(
        pixels, generator, alpha, per_channel, lambda old, factor: 127 + factor * (old - 127)
    )


def _clahe(
    pixels: Pixels, generator: Rng, clip_limit: Interval, tile_grid_size_px: Interval
) -> Pixels:
    equalize = _adaptive(pixels, generator, clip_limit, tile_grid_size_px)
    return _in_lightness(pixels, equalize)


def _all_clahe(
    pixels: Pixels,
    generator: Rng,
    clip_limit: Interval,
    tile_grid_size_px: Interval,
    per_channel: float,
) -> Pixels:
    each = happens(per_channel, generator)
    equalize = _adaptive(pixels, generator, clip_limit, tile_grid_size_px)
    channels = []
    for channel in range(3):
        if each and channel:
            equalize = _adaptive(pixels, generator, clip_limit, tile_grid_size_px)
        channels.append(equalize(np.ascontiguousarray(pixels[..., channel])))
    return np.stack(channels, axis=2)


def _adaptive(
    pixels: Pixels, generator: Rng, clip_limit: Interval, tile: Interval
) -> Callable[[Plane], Plane]:
    import cv2

    side, limit = tile.whole(generator), clip_limit.number(generator)
    height, width = pixels.shape[:2]
    tiles = math.ceil(width / side), math.ceil(height / side)
    equalizer = cv2.createCLAHE(clipLimit=limit, tileGridSize=tiles)
    return lambda plane: np.asarray(equalizer.apply(plane), np.uint8)


def _equalize(pixels: Pixels, generator: Rng) -> Pixels:
    return _in_lightness(pixels, _even)


def _all_equalize(pixels: Pixels, generator: Rng) -> Pixels:
    return np.stack([_even(np.ascontiguousarray(pixels[..., at])) for at in range(3)], axis=2)


def _even(plane: Plane) -> Plane:
    import cv2

    return np.asarray(cv2.equalizeHist(plane), np.uint8)


def _in_lightness(pixels: Pixels, change: Callable[[Plane], Plane]) -> Pixels:
    import cv2

    lab = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB), np.uint8)
    lab[..., 0] = change(np.ascontiguousarray(lab[..., 0]))
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


_CLIP = Number(0.01, 1000, [0.1, 8])
_TILE = Number(2, 10_000, [3, 12], is_whole=True)

AUGMENTERS: dict[str, Augmenter] = {
    "GammaContrast": colors(_gamma, gamma=Number(0.01, 10, [0.7, 1.7]), per_channel=PER_CHANNEL),
    "SigmoidContrast": colors(
        _sigmoid,
        gain=Number(0, 100, [5, 6]),
        cutoff=Number(0, 1, [0.3, 0.6]),
        per_channel=PER_CHANNEL,
    ),
    "LogContrast": colors(_log, gain=Number(0, 10, [0.4, 1.6]), per_channel=PER_CHANNEL),
    "LinearContrast": colors(_linear, alpha=Number(0, 100, [0.6, 1.4]), per_channel=PER_CHANNEL),
    "CLAHE": colors(_clahe, clip_limit=_CLIP, tile_grid_size_px=_TILE),
    "AllChannelsCLAHE": colors(
        _all_clahe, clip_limit=_CLIP, tile_grid_size_px=_TILE, per_channel=PER_CHANNEL
    ),
    "HistogramEqualization": colors(_equalize),
    "AllChannelsHistogramEqualization": colors(_all_equalize),
}
"""By imgaug's names."""
