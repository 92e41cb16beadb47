"""Samples as detectors learn from them: arrays of the image, the boxes, the masks.

Source: the original Mask R-CNN plugin, less what the models reference calls its quirks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import DataError, Pixels, Sample, Size
from dtl_nodes.models.architectures.base import Example
from dtl_nodes.models.architectures.detection_shape import InputSize

MOST_INSTANCES = 100
"""An image with more objects shows a random part of them."""

Bits = NDArray[np.uint8]


def training_example(
    sample: Sample,
    size: InputSize,
    rng: np.random.Generator,
    *,
    indices: Mapping[str, int],
    background: str | None,
    neutral: str | None,
    with_negatives: bool = False,
) -> Example | None:
    """Turn a sample into arrays, shrunk to the largest size that the network asks for.

    Objects are painted at the size of the image and shrunk like it, each pixel taking the nearest
    one; boxes are the tight extents of what is left. Neutral objects make pixels neutral, which
    objects further up in the list take back.

    Args:
        sample: an image with objects of any shape.
        size: of the network input.
        rng: draws the instances of an image with more than ``MOST_INSTANCES``.
        indices: class -> output from 1; a class of output 0 is the background.
        background: the class whose objects mean nothing, if there is one.
        neutral: the class whose pixels count for nothing, if there is one.
        with_negatives: whether an image without objects is an example too.

    Returns:
        ``image`` (3, h, w) uint8 RGB; ``boxes`` (N, 4) int64, edges x0, y0, x1, y1 in pixels;
        ``labels`` (N,) int64; ``masks`` (N, h, w) uint8 of 0 and 1; where there are any,
        ``neutral`` (h, w) uint8. ``None`` if there is nothing to learn from it.

    Raises:
        DataError: F604, an object has a class that the network does not know; F605, the
            annotation is of an image of another size; the image cannot be read.
    """
    pixels = sample.image.pixels()
    height, width = pixels.shape[:2]
    if sample.size != Size(width, height):
        raise DataError(
            "F605",
            f"the image has {width} x {height} pixels, its annotation is of "
            f"{sample.size.width} x {sample.size.height}",
        )
    smaller = size.largest_for(width, height)
    rows, columns = _nearest(height, smaller[1]), _nearest(width, smaller[0])
    left_out = np.zeros((smaller[1], smaller[0]), bool)
    masks: list[Bits] = []
    labels: list[int] = []
    for instance in sample.annotation.restored().instances:
        if instance.label == background:
            continue
        index = indices.get(instance.label)
        if index is None and instance.label != neutral:
            raise DataError("F604", f"class '{instance.label}' is not one of the model")
        painted = instance.shape.paint(Size(width, height))[rows[:, None], columns]
        if instance.label == neutral:
            left_out |= painted
            continue
        left_out &= ~painted
        if index and painted.any():
            masks.append(painted.view(np.uint8))
            labels.append(index)
    if not masks and not with_negatives:
        return None
    if len(masks) > MOST_INSTANCES:
        drawn = np.sort(rng.choice(len(masks), MOST_INSTANCES, replace=False))
        masks, labels = [masks[at] for at in drawn], [labels[at] for at in drawn]
    example = {
        "image": np.ascontiguousarray(_shrunk(pixels, smaller).transpose(2, 0, 1)),
        "boxes": _boxes(masks),
        "labels": np.array(labels, np.int64),
        "masks": np.stack(masks) if masks else np.zeros((0, *left_out.shape), np.uint8),
    }
    if left_out.any():
        example["neutral"] = left_out.view(np.uint8)
    return example


def _nearest(length: int, shorter: int) -> NDArray[np.intp]:
    """Return which pixel of a row holds the centre of each pixel of the shrunk row."""
    return ((np.arange(shorter) + 0.5) * (length / shorter)).astype(np.intp)


def _shrunk(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Shrink an image as the network would: linear, without smoothing first."""
    import cv2

    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR))


def _boxes(masks: list[Bits]) -> NDArray[np.int64]:
    """Return the tight boxes of masks, edges, half-open."""
    import cv2

    boxes = np.zeros((len(masks), 4), np.int64)
    for at, mask in enumerate(masks):
        x, y, width, height = cv2.boundingRect(mask)
        boxes[at] = x, y, x + width, y + height
    return boxes
