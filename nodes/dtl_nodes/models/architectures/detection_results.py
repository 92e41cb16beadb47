"""What detectors say, turned into objects; numpy and OpenCV alone.

Source: the paste of masks is that of torchvision's Mask R-CNN.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Instance, Mask, Rectangle, Shape, Size, Tag
from dtl_nodes.models.architectures.base import Arrays
from dtl_nodes.models.config import CONFIDENCE, ModelConfig

DEFAULT_CONFIDENCE = 0.7
MASK_THRESHOLD = 0.5
CONFIDENCE_DIGITS = 4


class Patch(NamedTuple):
    """A mask somewhere in an image: (h, w) bool, its first pixel at column x and row y."""

    pixels: NDArray[np.bool_]
    x: int
    y: int


def paste(scores: NDArray[np.floating[Any]], box: NDArray[Any], size: Size) -> Patch | None:
    """Bring the scores of a mask from their box to the pixels of the image.

    Args:
        scores: (M, M) from 0 to 1, over the box.
        box: edges x0, y0, x1, y1 in pixels of the image.
        size: of the image.

    Returns:
        The pixels with at least ``MASK_THRESHOLD``; ``None`` where the box has none in the image.
    """
    import cv2

    side = scores.shape[-1]
    padded = np.pad(scores.astype(np.float32), 1)
    x0, y0, x1, y1 = np.asarray(box, np.float32)
    # A border of one cell of zeros around the mask widens the box by as much.
    half_width = (x1 - x0) * np.float32(0.5) * np.float32((side + 2) / side)
    half_height = (y1 - y0) * np.float32(0.5) * np.float32((side + 2) / side)
    middle_x, middle_y = (x1 + x0) * np.float32(0.5), (y1 + y0) * np.float32(0.5)
    left, top = int(middle_x - half_width), int(middle_y - half_height)
    right, bottom = int(middle_x + half_width), int(middle_y + half_height)
    first_x, last_x = max(left, 0), min(right + 1, size.width)
    first_y, last_y = max(top, 0), min(bottom + 1, size.height)
    if first_x >= last_x or first_y >= last_y:
        return None
    wide = max(right - left + 1, 1), max(bottom - top + 1, 1)
    spread = np.asarray(cv2.resize(padded, wide, interpolation=cv2.INTER_LINEAR))
    part = spread[first_y - top : last_y - top, first_x - left : last_x - left]
    return Patch(part >= MASK_THRESHOLD, first_x, first_y)


def found_instances(
    outputs: Arrays, size: Size, config: ModelConfig, options: Mapping[str, Any]
) -> tuple[Instance, ...]:
    """Return the objects that a detector found, the surest first.

    Args:
        outputs: ``boxes`` (N, 4), ``labels`` (N,), ``scores`` (N,) and, for objects with masks,
            ``masks`` (N, M, M) from 0 to 1.
        size: of the image.
        config: names the classes.
        options: ``min_confidence_threshold`` and ``confidence_tag_name``.
    """
    threshold = options.get("min_confidence_threshold")
    least = np.float32(DEFAULT_CONFIDENCE if threshold is None else threshold)
    tag = options.get("confidence_tag_name") or CONFIDENCE
    titles = {index: title for title, index in config.indices.items() if index}
    return tuple(
        Instance(titles[label], shape, (Tag(tag, round(score, CONFIDENCE_DIGITS)),))
        for label, score, shape in _shapes(outputs, size, least)
        if label in titles
    )


def _shapes(outputs: Arrays, size: Size, least: np.float32) -> Iterator[tuple[int, float, Shape]]:
    """Yield class, score and shape of what has a score of at least ``least`` and some pixels."""
    scores, boxes = outputs["scores"], outputs["boxes"]
    masks = outputs.get("masks")
    for at in np.argsort(-scores, kind="stable"):
        if scores[at] < least:
            return
        shape = rectangle(boxes[at], size) if masks is None else _mask(masks[at], boxes[at], size)
        if shape is not None:
            yield int(outputs["labels"][at]), float(scores[at]), shape


def _mask(scores: NDArray[Any], box: NDArray[Any], size: Size) -> Mask | None:
    patch = paste(scores, box, size)
    return None if patch is None else Mask.tight(patch.pixels, patch.x, patch.y)


def rectangle(box: NDArray[Any], size: Size) -> Rectangle | None:
    """Return a box with edges on whole pixels, cut at the image; ``None`` if nothing is left."""
    x0, y0, x1, y1 = (math.floor(float(edge) + 0.5) for edge in box)
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, size.width), min(y1, size.height)
    return Rectangle(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
