"""imgaug's category ``arithmetic``: sums, products, noise, values that are lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.augmenter import PER_CHANNEL, Augmenter, colors, happens
from dtl_nodes.imgaug.parameters import Chance, Interval, Maybe, Number
from dtl_nodes.imgaug.tables import by_rule, by_table
from dtl_nodes.kernels.strips import by_strips

Rng = np.random.Generator
Hit = NDArray[np.bool_]
"""(H, W, 1) or (H, W, 3) bool."""


def _add(pixels: Pixels, generator: Rng, value: Interval, per_channel: float) -> Pixels:
    return by_rule(pixels, generator, value, per_channel, lambda old, by: old + by)


def _multiply(pixels: Pixels, generator: Rng, mul: Interval, per_channel: float) -> Pixels:
    return by_rule(pixels, generator, mul, per_channel, lambda old, by: old * by)


def _add_each(pixels: Pixels, generator: Rng, value: Interval, per_channel: float) -> Pixels:
    depth = _depth(generator, per_channel)
    return by_strips(pixels, lambda x: x + value.numbers(generator, (*x.shape[:2], depth)))


def _multiply_each(pixels: Pixels, generator: Rng, mul: Interval, per_channel: float) -> Pixels:
    depth = _depth(generator, per_channel)
    return by_strips(pixels, lambda x: x * mul.numbers(generator, (*x.shape[:2], depth)))


def _normal(
    pixels: Pixels, generator: Rng, loc: Interval, scale: Interval, per_channel: float
) -> Pixels:
    mean, std, depth = (
        loc.number(generator),
        scale.number(generator),
        _depth(generator, per_channel),
    )
    return by_strips(pixels, lambda x: x + generator.normal(mean, std, (*x.shape[:2], depth)))


def _laplace(
    pixels: Pixels, generator: Rng, loc: Interval, scale: Interval, per_channel: float
) -> Pixels:
    mean, width = loc.number(generator), scale.number(generator)
    depth = _depth(generator, per_channel)
    return by_strips(pixels, lambda x: x + generator.laplace(mean, width, (*x.shape[:2], depth)))


def _poisson(pixels: Pixels, generator: Rng, lam: Interval, per_channel: float) -> Pixels:
    mean, depth = lam.number(generator), _depth(generator, per_channel)

    def noisy(strip: Pixels) -> NDArray[np.float64]:
        shape = (*strip.shape[:2], depth)
        # imgaug subtracts as often as it adds.
        signs = np.where(generator.random(shape) < 0.5, -1.0, 1.0)
        sums: NDArray[np.float64] = strip + signs * generator.poisson(mean, shape)
        return sums

    return by_strips(pixels, noisy)


def _drop(pixels: Pixels, generator: Rng, p: Interval, per_channel: float) -> Pixels:
    hit = _fine(pixels, generator, p.number(generator), per_channel)
    return np.where(hit, np.uint8(0), pixels)


def _drop_coarse(
    pixels: Pixels,
    generator: Rng,
    p: Interval,
    size_px: Interval | None,
    size_percent: Interval | None,
    per_channel: float,
) -> Pixels:
    hit = _coarse(pixels, generator, p, size_px, size_percent, per_channel)
    return np.where(hit, np.uint8(0), pixels)


def _drop_channels(
    pixels: Pixels, generator: Rng, p: Interval, nb_keep_channels: Interval
) -> Pixels:
    lost = generator.random(3) < p.number(generator)
    kept = generator.permutation(3)[: nb_keep_channels.whole(generator)]
    lost[kept] = False
    return np.where(lost, np.uint8(0), pixels)


def _salt_and_pepper(pixels: Pixels, generator: Rng, p: Interval, per_channel: float) -> Pixels:
    hit = _fine(pixels, generator, p.number(generator), per_channel)
    return np.where(hit, _extremes(hit, generator), pixels)


def _salt(pixels: Pixels, generator: Rng, p: Interval, per_channel: float) -> Pixels:
    return np.where(
        _fine(pixels, generator, p.number(generator), per_channel), np.uint8(255), pixels
    )


def _coarse_salt_and_pepper(
    pixels: Pixels,
    generator: Rng,
    p: Interval,
    size_px: Interval | None,
    size_percent: Interval | None,
    per_channel: float,
) -> Pixels:
    hit = _coarse(pixels, generator, p, size_px, size_percent, per_channel)
    return np.where(hit, _extremes(hit, generator), pixels)


def _replace_each(
    pixels: Pixels, generator: Rng, mask: Interval, replacement: Interval, per_channel: float
) -> Pixels:
    hit = _fine(pixels, generator, mask.number(generator), per_channel)
    values = np.clip(np.rint(replacement.numbers(generator, hit.shape)), 0, 255)
    return np.where(hit, values.astype(np.uint8), pixels)


def _cutout(
    pixels: Pixels,
    generator: Rng,
    nb_iterations: Interval,
    size: Interval,
    squared: float,
    cval: Interval,
) -> Pixels:
    height, width = pixels.shape[:2]
    made = pixels.copy()
    for _ in range(nb_iterations.whole(generator)):
        tall = wide = size.number(generator)
        if squared:
            tall_px = wide_px = round(tall * min(height, width))
        else:
            wide = size.number(generator)
            tall_px, wide_px = round(tall * height), round(wide * width)
        top = round(generator.random() * height - tall_px / 2)
        left = round(generator.random() * width - wide_px / 2)
        rows, columns = (
            slice(max(top, 0), max(top + tall_px, 0)),
            slice(max(left, 0), max(left + wide_px, 0)),
        )
        made[rows, columns] = cval.whole(generator)
    return made


def _invert(pixels: Pixels, generator: Rng, p: Interval, per_channel: float) -> Pixels:
    chance = p.number(generator)
    hit = generator.random(3 if happens(per_channel, generator) else 1) < chance
    old = np.arange(256, dtype=np.float64)[:, None]
    return by_table(pixels, np.where(hit, 255 - old, old))


def _solarize(pixels: Pixels, generator: Rng, p: float, threshold: Interval) -> Pixels:
    if not happens(p, generator):
        return pixels
    old, most = np.arange(256, dtype=np.float64)[:, None], threshold.number(generator)
    return by_table(pixels, np.where(old >= most, 255 - old, old))


def _jpeg(pixels: Pixels, generator: Rng, compression: Interval) -> Pixels:
    import cv2

    quality = int(np.clip(100 - compression.number(generator), 1, 100))
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))
    read = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(read, np.uint8)[..., ::-1])


def _depth(generator: Rng, per_channel: float) -> int:
    return 3 if happens(per_channel, generator) else 1


def _fine(pixels: Pixels, generator: Rng, share: float, per_channel: float) -> Hit:
    """Draw which pixels, or values, are hit."""
    shape = (*pixels.shape[:2], _depth(generator, per_channel))
    return generator.random(shape, np.float32) < share


def _coarse(
    pixels: Pixels,
    generator: Rng,
    p: Interval,
    size_px: Interval | None,
    size_percent: Interval | None,
    per_channel: float,
) -> Hit:
    """Draw which rectangles of a coarser picture are hit."""
    import cv2

    height, width = pixels.shape[:2]
    if size_percent is not None:
        part = size_percent.number(generator)
        rows, columns = round(height * part), round(width * part)
    else:
        side = (size_px or Interval(3, 8, True)).whole(generator)
        rows, columns = side, side
    shape = (max(rows, 1), max(columns, 1), _depth(generator, per_channel))
    small = generator.random(shape, np.float32) < p.number(generator)
    large = cv2.resize(small.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(large, np.uint8).reshape(height, width, -1).view(np.bool_)


def _extremes(hit: Hit, generator: Rng) -> Pixels:
    return np.where(generator.random(hit.shape) < 0.5, np.uint8(0), np.uint8(255))


_SHARE = (0.0, 1.0)
_SIZE_PX = Maybe(Number(1, 10_000, None, is_whole=True))
_SIZE_PERCENT = Maybe(Number(*_SHARE, None))

AUGMENTERS: dict[str, Augmenter] = {
    "Add": colors(_add, value=Number(-255, 255, [-20, 20]), per_channel=PER_CHANNEL),
    "AddElementwise": colors(
        _add_each, value=Number(-255, 255, [-20, 20]), per_channel=PER_CHANNEL
    ),
    "AdditiveGaussianNoise": colors(
        _normal,
        loc=Number(-255, 255, 0),
        scale=Number(0, 255, [0, 15]),
        per_channel=PER_CHANNEL,
    ),
    "AdditiveLaplaceNoise": colors(
        _laplace,
        loc=Number(-255, 255, 0),
        scale=Number(0, 255, [0, 15]),
        per_channel=PER_CHANNEL,
    ),
    "AdditivePoissonNoise": colors(_poisson, lam=Number(0, 255, [0, 15]), per_channel=PER_CHANNEL),
    "Multiply": colors(_multiply, mul=Number(0, 100, [0.8, 1.2]), per_channel=PER_CHANNEL),
    "MultiplyElementwise": colors(
        _multiply_each, mul=Number(0, 100, [0.8, 1.2]), per_channel=PER_CHANNEL
    ),
    "Cutout": colors(
        _cutout,
        nb_iterations=Number(0, 1000, 1, is_whole=True),
        size=Number(*_SHARE, 0.2),
        squared=Chance(True),
        cval=Number(0, 255, 128, is_whole=True),
    ),
    "Dropout": colors(_drop, p=Number(*_SHARE, [0, 0.05]), per_channel=PER_CHANNEL),
    "CoarseDropout": colors(
        _drop_coarse,
        p=Number(*_SHARE, [0.02, 0.1]),
        size_px=_SIZE_PX,
        size_percent=_SIZE_PERCENT,
        per_channel=PER_CHANNEL,
    ),
    "Dropout2d": colors(
        _drop_channels, p=Number(*_SHARE, 0.1), nb_keep_channels=Number(0, 3, 1, is_whole=True)
    ),
    "ReplaceElementwise": colors(
        _replace_each,
        mask=Number(*_SHARE, 0.05),
        replacement=Number(0, 255, [0, 255]),
        per_channel=PER_CHANNEL,
    ),
    "ImpulseNoise": colors(
        _salt_and_pepper, p=Number(*_SHARE, [0, 0.03]), per_channel=Chance(True)
    ),
    "SaltAndPepper": colors(
        _salt_and_pepper, p=Number(*_SHARE, [0, 0.03]), per_channel=PER_CHANNEL
    ),
    "CoarseSaltAndPepper": colors(
        _coarse_salt_and_pepper,
        p=Number(*_SHARE, [0.02, 0.1]),
        size_px=_SIZE_PX,
        size_percent=_SIZE_PERCENT,
        per_channel=PER_CHANNEL,
    ),
    "Salt": colors(_salt, p=Number(*_SHARE, [0, 0.03]), per_channel=PER_CHANNEL),
    "Pepper": colors(_drop, p=Number(*_SHARE, [0, 0.05]), per_channel=PER_CHANNEL),
    "Invert": colors(_invert, p=Number(*_SHARE, 1), per_channel=PER_CHANNEL),
    "Solarize": colors(_solarize, p=Chance(True), threshold=Number(0, 255, 128)),
    "JpegCompression": colors(_jpeg, compression=Number(0, 100, [0, 100])),
}
"""By imgaug's names."""
