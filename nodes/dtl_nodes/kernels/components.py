"""Connected components of masks: apart from each other, or without the small ones."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
"""(h, w) bool."""

Neighbours = Literal[4, 8]
"""Which pixels touch: 4, those that share a side; 8, those that share a corner too."""


def split_components(pixels: Bools, neighbours: Neighbours) -> list[tuple[Bools, int, int]]:
    """Return the connected components by themselves, in reading order of their first pixels.

    Args:
        pixels: (h, w) bool.
        neighbours: which pixels touch.

    Returns:
        For each component its pixels without margins, (h, w) bool, and the column and row of
        their corner in ``pixels``.
    """
    labels, boxes, areas = _components(pixels, neighbours)
    found = []
    for number, (left, top, width, height) in enumerate(boxes.tolist(), start=1):
        if areas[number - 1] == width * height:
            part = np.ones((height, width), bool)
        else:
            part = labels[top : top + height, left : left + width] == number
        found.append((top, left + int(part[0].argmax()), left, part))
    found.sort(key=lambda component: component[:2])
    return [(part, left, top) for top, _, left, part in found]


def without_small(pixels: Bools, least_px: int, neighbours: Neighbours) -> Bools:
    """Return the mask without the components that have fewer than ``least_px`` pixels.

    ``pixels``, (h, w) bool, is returned itself where nothing had to go.
    """
    labels, _, areas = _components(pixels, neighbours)
    stays = areas >= least_px
    if stays.all():
        return pixels
    return np.concatenate(([False], stays))[labels]


def _components(
    pixels: Bools, neighbours: Neighbours
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return the labels (h, w), 0 outside; of each label from 1 on its box and its area."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        pixels.view(np.uint8), connectivity=neighbours
    )
    stats = np.asarray(stats, np.int32)[1:count]
    return np.asarray(labels, np.int32), stats[:, : cv2.CC_STAT_AREA], stats[:, cv2.CC_STAT_AREA]
