"""Masks out of the two pictures: values that are numbers of objects, and of classes.

Source: VOC2012 development kit, section 8; where a picture has colours, these stand for the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Image, Instance, Mask, Size, Tag
from dtl_nodes.formats.voc.layout import VOID, VOID_LABEL
from dtl_nodes.formats.voc.palette import PALETTE, LabelTable, packed
from dtl_nodes.kernels.pixel_sets import mask_of_pixels

MOST_VALUES = 10_000
"""Pictures with more are none of masks."""

_LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Picture:
    """The values of a picture, (H, W) int32, and which of them is void.

    ``has_colors`` says that the values are colours as one number.
    """

    values: NDArray[np.int32]
    has_colors: bool

    @property
    def void(self) -> int:
        """The value of the void outline."""
        return packed(PALETTE[VOID]) if self.has_colors else VOID


def read_picture(path: Path, size: Size) -> Picture:
    """Read a picture of values: indices of a palette, gray, or colours.

    Args:
        path: the file.
        size: of the image that it belongs to.

    Raises:
        ImageError: F601 or F607, it cannot be decoded.
        AnnotationError: F605, it is of another size.
    """
    image = Image.open(path)
    if image.size != size:
        raise AnnotationError(
            "F605",
            f"the image has {size.width}x{size.height} pixels, {path.parent.name}/{path.name} has "
            f"{image.size.width}x{image.size.height}",
            path=str(path),
        )
    raster: NDArray[Any] = image.raster()
    if raster.ndim == 2:
        return Picture(raster.astype(np.int32), False)
    if raster.shape[2] < 3:
        return Picture(raster[..., 0].astype(np.int32), False)
    blue, green, red = (raster[..., at].astype(np.int32) for at in range(3))
    return Picture(red << 16 | green << 8 | blue, True)


def class_masks(classes: Picture) -> Iterator[tuple[int, Mask]]:
    """Yield each class value but void with the mask of all its pixels, by value."""
    for value, mask in _masks(classes):
        if value != classes.void:
            yield value, mask


def object_masks(objects: Picture) -> Iterator[tuple[int, Mask]]:
    """Yield the number of each object with its mask, by number.

    Colours of the palette are its indices.
    """
    known = {packed(color): index for index, color in enumerate(PALETTE)}
    found = [(value, mask) for value, mask in _masks(objects) if value != objects.void]
    if objects.has_colors:
        found = [(known.get(value, value), mask) for value, mask in found]
    yield from sorted(found, key=lambda item: item[0])


def void_mask(picture: Picture) -> Instance | None:
    """Return the void outline as an object of class ``neutral``."""
    mask = Mask.tight(picture.values == picture.void, 0, 0)
    return None if mask is None else Instance(VOID_LABEL, mask)


def label_under(mask: Mask, classes: Picture, table: LabelTable) -> str:
    """Return the class that most pixels of an object have in the picture of classes.

    Raises:
        AnnotationError: F604, all are background or void; F603, the value stands for no class.
    """
    rows = slice(mask.y, mask.y + mask.height)
    columns = slice(mask.x, mask.x + mask.width)
    under = classes.values[rows, columns][mask.pixels]
    values, counts = np.unique(under, return_counts=True)
    counts[(values == 0) | (values == classes.void)] = 0
    if not counts.any():
        raise AnnotationError("F604", "an object has no class in SegmentationClass")
    return label_of_value(int(values[counts.argmax()]), classes, table)


def label_of_value(value: int, classes: Picture, table: LabelTable) -> str:
    """Return the class that a value stands for.

    Raises:
        AnnotationError: F603, it stands for none.
    """
    label = (table.by_color if classes.has_colors else table.by_index).get(value)
    if label is None:
        told = f"colour #{value:06X}" if classes.has_colors else f"value {value}"
        raise AnnotationError(
            "F603", f"{told} in SegmentationClass stands for no class; labelmap.txt would say it"
        )
    return label


def tags_for(
    number: int, label: str, mask: Mask, described: Sequence[Sequence[Instance]]
) -> tuple[Tag, ...]:
    """Return the tags of an object from the XML file, where its object of that number is the same.

    It is if the class is and the boxes overlap by half of what they cover.

    Args:
        number: of the object, from 1.
        label: its class.
        mask: its pixels.
        described: for each object of the XML file what it says, or nothing.
    """
    if not 1 <= number <= len(described):
        return ()
    for found in described[number - 1]:
        if found.label == label and _overlap(found.shape.bbox, mask.bbox) >= _LEAST_OVERLAP:
            return found.tags
    return ()


def _masks(picture: Picture) -> Iterator[tuple[int, Mask]]:
    """Yield each value but 0 with its pixels, by value; the picture is gone through once."""
    width = picture.values.shape[1]
    places = np.flatnonzero(picture.values)
    values = picture.values.reshape(-1)[places]
    order = np.argsort(values, kind="stable")
    found, starts = np.unique(values[order], return_index=True)
    if len(found) > MOST_VALUES:
        raise AnnotationError("F607", f"a picture of masks has more than {MOST_VALUES} values")
    groups = np.split(places[order], starts[1:]) if len(found) else []
    for value, group in zip(found.tolist(), groups, strict=True):
        yield value, mask_of_pixels(group, width)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the area that two boxes share as a part of what they cover."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)
