"""Rasters: pictures whose pixels are numbers of classes.

Source: the rasters of the original segmentation plugins; painting follows the shapes' own rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Instance, Mask, Sample, Shape, Size

Raster = NDArray[np.uint8 | np.uint16]
"""(H, W): the number of the class of each pixel."""

MARGIN_PX = 1
"""Lines and points paint pixels that their box only touches."""


def class_raster(sample: Sample, indices: Mapping[str, int], neutral: str | None) -> Raster:
    """Paint the objects of a sample with the numbers of their classes.

    The canvas is background, 0. Objects are painted in their order: a later one lies on top. The
    holes of a polygon leave the canvas as it was.

    Args:
        sample: its image must be of the size that its annotation says.
        indices: the number of each class.
        neutral: painted with the number after the highest.

    Raises:
        AnnotationError: F605, the sizes differ; F604, an object is of another class.
        ImageError: the image cannot be read.
    """
    told, found = sample.size, sample.image.size
    if told != found:
        raise AnnotationError(
            "F605",
            f"the image has {found.width}x{found.height} pixels, its annotation says "
            f"{told.width}x{told.height}",
        )
    beyond = max(indices.values(), default=-1) + 1
    numbers = dict(indices) if neutral is None else {**indices, neutral: beyond}
    dtype = np.uint8 if beyond <= np.iinfo(np.uint8).max else np.uint16
    raster: Raster = np.zeros((found.height, found.width), dtype)
    for instance in sample.annotation.restored().instances:
        if instance.label not in numbers:
            raise AnnotationError(
                "F604", f"an object has class '{instance.label}', which the network does not know"
            )
        _paint(raster, instance.shape, numbers[instance.label])
    return raster


def _paint(raster: Raster, shape: Shape, number: int) -> None:
    """Paint one shape; only the part of the raster around it is touched."""
    height, width = raster.shape
    box = shape.bbox
    left, top = max(math.floor(box.x0) - MARGIN_PX, 0), max(math.floor(box.y0) - MARGIN_PX, 0)
    right = min(math.ceil(box.x1) + MARGIN_PX, width)
    bottom = min(math.ceil(box.y1) + MARGIN_PX, height)
    if left < right and top < bottom:
        painted = shape.shift(-left, -top).paint(Size(right - left, bottom - top))
        raster[top:bottom, left:right][painted] = number


def nearest(raster: Raster, size: Size) -> Raster:
    """Return a raster in another size: each pixel takes the one that holds its centre.

    A centre on the border of two pixels takes the right or lower one.
    """
    height, width = raster.shape
    columns = (2 * np.arange(size.width) + 1) * width // (2 * size.width)
    rows = (2 * np.arange(size.height) + 1) * height // (2 * size.height)
    resized: Raster = raster[rows[:, None], columns]
    return resized


def masks_of(raster: NDArray[np.integer], indices: Mapping[str, int]) -> tuple[Instance, ...]:
    """Return a mask for each class that has a pixel, in the order of their numbers.

    Args:
        raster: (H, W), the number of the class of each pixel.
        indices: the number of each class.
    """
    found: list[Instance] = []
    for title, index in sorted(indices.items(), key=lambda item: item[1]):
        mask = Mask.tight(raster == index, 0, 0)
        if mask is not None:
            found.append(Instance(title, mask))
    return tuple(found)
