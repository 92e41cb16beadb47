"""imgaug's category ``color``: hue, saturation, brightness, fewer colours."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.augmenter import PER_CHANNEL, Augmenter, colors, happens
from dtl_nodes.imgaug.parameters import Interval, Number
from dtl_nodes.imgaug.tables import by_rule, by_table
from dtl_nodes.kernels.strips import by_strips, rounded

Rng = np.random.Generator
Values = NDArray[np.float64]

_HUE, _SATURATION, _VALUE = range(3)


def _in_hsv(pixels: Pixels, channel: int, rule: Callable[[Values], Values]) -> Pixels:
    """Change one channel of HSV, 0 to 255; hue goes round."""
    import cv2

    old = np.arange(256, dtype=np.float64)
    new = rule(old)
    if channel == _HUE:
        new = np.rint(new) % 256
    tables = np.stack([new if at == channel else old for at in range(3)], axis=1)
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV_FULL)
    changed = cv2.LUT(hsv, rounded(tables)[None])
    return np.asarray(cv2.cvtColor(changed, cv2.COLOR_HSV2RGB_FULL), np.uint8)


def _add_to(channel: int) -> Callable[..., Pixels]:
    def add(pixels: Pixels, generator: Rng, value: Interval) -> Pixels:
        by = value.number(generator)
        return _in_hsv(pixels, channel, lambda old: old + by)

    return add


def _multiply(channel: int) -> Callable[..., Pixels]:
    def multiply(pixels: Pixels, generator: Rng, mul: Interval) -> Pixels:
        by = mul.number(generator)
        return _in_hsv(pixels, channel, lambda old: old * by)

    return multiply


def _add_to_brightness(pixels: Pixels, generator: Rng, add: Interval) -> Pixels:
    by = add.number(generator)
    return _in_hsv(pixels, _VALUE, lambda old: old + by)


def _multiply_and_add(pixels: Pixels, generator: Rng, mul: Interval, add: Interval) -> Pixels:
    factor, summand = mul.number(generator), add.number(generator)
    return _in_hsv(pixels, _VALUE, lambda old: old * factor + summand)


def _hue_and_saturation(
    first: Callable[[Values, float], Values],
) -> Callable[[Pixels, Rng, Interval, float], Pixels]:
    def change(pixels: Pixels, generator: Rng, numbers: Interval, per_channel: float) -> Pixels:
        hue = numbers.number(generator)
        saturation = numbers.number(generator) if happens(per_channel, generator) else hue
        turned = _in_hsv(pixels, _HUE, lambda old: first(old, hue))
        return _in_hsv(turned, _SATURATION, lambda old: first(old, saturation))

    return change


def _add_both(pixels: Pixels, generator: Rng, value: Interval, per_channel: float) -> Pixels:
    change = _hue_and_saturation(lambda old, by: old + by)
    return change(pixels, generator, value, per_channel)


def _multiply_both(pixels: Pixels, generator: Rng, mul: Interval, per_channel: float) -> Pixels:
    change = _hue_and_saturation(lambda old, by: old * by)
    return change(pixels, generator, mul, per_channel)


def _remove_saturation(pixels: Pixels, generator: Rng, mul: Interval) -> Pixels:
    left = 1 - mul.number(generator)
    return _in_hsv(pixels, _SATURATION, lambda old: old * left)


def _grayscale(pixels: Pixels, generator: Rng, alpha: Interval) -> Pixels:
    import cv2

    part = np.float32(alpha.number(generator))

    def mixed(strip: Pixels) -> NDArray[np.float32]:
        gray = np.asarray(cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY), np.float32)[..., None]
        sums: NDArray[np.float32] = gray * part + strip * (1 - part)
        return sums

    return by_strips(pixels, mixed)


def _temperature(pixels: Pixels, generator: Rng, kelvin: Interval) -> Pixels:
    factors = np.array(white(kelvin.number(generator))) / 255
    return by_table(pixels, np.arange(256, dtype=np.float64)[:, None] * factors)


def white(kelvin: float) -> tuple[float, float, float]:
    """Return the colour of a black body, 0 to 255.

    Source: T. Helland, "How to Convert Temperature (K) to RGB", 2012.
    """
    hundreds = kelvin / 100
    if hundreds <= 66:
        red, green = 255.0, 99.4708025861 * math.log(hundreds) - 161.1195681661
    else:
        red = 329.698727446 * (hundreds - 60) ** -0.1332047592
        green = 288.1221695283 * (hundreds - 60) ** -0.0755148492
    if hundreds >= 66:
        blue = 255.0
    else:
        blue = 138.5177312231 * math.log(hundreds - 10) - 305.0447927307 if hundreds > 19 else 0.0
    red, green, blue = (min(max(part, 0.0), 255.0) for part in (red, green, blue))
    return red, green, blue


def _quantize(pixels: Pixels, generator: Rng, n_colors: Interval) -> Pixels:
    def middle(old: Values, count: Values) -> Values:
        width = 256 / count
        return (np.floor(old / width) + 0.5) * width

    return by_rule(pixels, generator, n_colors, 0, middle)


AUGMENTERS: dict[str, Augmenter] = {
    "AddToBrightness": colors(_add_to_brightness, add=Number(-255, 255, [-30, 30])),
    "AddToHue": colors(_add_to(_HUE), value=Number(-255, 255, [-255, 255])),
    "AddToSaturation": colors(_add_to(_SATURATION), value=Number(-255, 255, [-75, 75])),
    "AddToHueAndSaturation": colors(
        _add_both, value=Number(-255, 255, [-40, 40]), per_channel=PER_CHANNEL
    ),
    "ChangeColorTemperature": colors(_temperature, kelvin=Number(1000, 40_000, [1000, 11_000])),
    "Grayscale": colors(_grayscale, alpha=Number(0, 1, 1)),
    "MultiplyAndAddToBrightness": colors(
        _multiply_and_add, mul=Number(0, 100, [0.7, 1.3]), add=Number(-255, 255, [-30, 30])
    ),
    "MultiplyBrightness": colors(_multiply(_VALUE), mul=Number(0, 100, [0.7, 1.3])),
    "MultiplyHue": colors(_multiply(_HUE), mul=Number(-100, 100, [-3, 3])),
    "MultiplySaturation": colors(_multiply(_SATURATION), mul=Number(0, 100, [0, 3])),
    "MultiplyHueAndSaturation": colors(
        _multiply_both, mul=Number(0, 100, [0.5, 1.5]), per_channel=PER_CHANNEL
    ),
    "RemoveSaturation": colors(_remove_saturation, mul=Number(0, 1, 1)),
    "UniformColorQuantization": colors(_quantize, n_colors=Number(2, 256, [2, 16], is_whole=True)),
}
"""By imgaug's names."""
