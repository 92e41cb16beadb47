"""Effects that change each value by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.augmenter import happens
from dtl_nodes.imgaug.parameters import Interval
from dtl_nodes.kernels.strips import rounded

Values = NDArray[np.float64]
Rule = Callable[[Values, Values], Values]
"""From the values 0 to 255, (256, 1), and a drawn number for each channel to new values."""


def by_rule(
    pixels: Pixels,
    generator: np.random.Generator,
    numbers: Interval,
    per_channel: float,
    rule: Rule,
) -> Pixels:
    """Apply ``rule`` with a number drawn for the image, or for each of its channels."""
    count = 3 if happens(per_channel, generator) else 1
    drawn = np.array([numbers.number(generator) for _ in range(count)], np.float64)
    return by_table(pixels, rule(np.arange(256, dtype=np.float64)[:, None], drawn))


def by_table(pixels: Pixels, table: Values) -> Pixels:
    """Replace each value by the entry of ``table``, (256, 1) or (256, 3), rounded."""
    import cv2

    return np.asarray(cv2.LUT(pixels, rounded(np.array(table, np.float64))[None]), np.uint8)
