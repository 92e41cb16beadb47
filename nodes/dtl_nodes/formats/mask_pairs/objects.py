"""Masks of one image as objects.

Source: sections 9, 10.1 and 10.2 of the data formats reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Image, Instance, Mask, Polygon, ReadLog, Shape, Size
from dtl_nodes.formats.data_paths import require_inside
from dtl_nodes.formats.mask_pairs.rules import MaskRules
from dtl_nodes.formats.mask_picture import (
    read_colors,
    read_grey,
    read_values,
    resize_nearest,
    same_ratio,
    size_of,
    turned,
)
from dtl_nodes.formats.repairs import RESIZED, TURNED
from dtl_nodes.kernels.components import split_components
from dtl_nodes.kernels.pixel_edges import trace_edges

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PendingMask:
    """The objects of a mask that nothing has needed yet."""

    path: Path
    root: Path
    image: Image
    rules: MaskRules
    log: ReadLog

    def load(self) -> tuple[Instance, ...]:
        """Decode the mask and take it apart.

        Raises:
            ImageError: F601 or F607, the mask cannot be decoded.
            AnnotationError: F605, it has another size than the image; F609, it is a link out.
        """
        require_inside(self.root, self.path)
        rules = self.rules
        if rules.colors is not None:
            picture: NDArray[Any] = read_colors(self.path)
        elif rules.values is not None:
            picture = read_values(self.path)
        else:
            picture = read_grey(self.path)
        picture = self._fitted(picture)
        return tuple(
            Instance(label, shape)
            for label, pixels in _classes(picture, rules)
            for shape in _shapes(pixels, rules)
        )

    def _fitted(self, picture: NDArray[Any]) -> NDArray[Any]:
        """Return the mask in the size of the image."""
        size, found = self.image.size, size_of(picture)
        if found == size:
            return picture
        if found == size[::-1] and self.image.orientation >= 5:
            self.log.repair(TURNED, "the mask is of the picture before EXIF turns it")
            return turned(picture, self.image.orientation)
        if self.rules.resizes or (not self.rules.has_table and same_ratio(found, size)):
            self.log.repair(RESIZED, "the mask is resized to its image", path=str(self.path))
            return resize_nearest(picture, size)
        raise _wrong_size(found, size, self.path)


def _wrong_size(found: Size, size: Size, path: Path) -> AnnotationError:
    return AnnotationError(
        "F605",
        f"the image has {size.width}x{size.height} pixels, its mask "
        f"{found.width}x{found.height}; 'resize_masks' would bring it to that size",
        path=str(path),
    )


def _classes(picture: NDArray[Any], rules: MaskRules) -> Iterator[tuple[str, Bools]]:
    """Yield each class with its pixels, in the order of the table."""
    if rules.colors is not None:
        for label, color in rules.colors.items():
            yield label, (picture == np.array(color, np.uint8)).all(axis=2)
    elif rules.values is not None:
        for label, values in rules.values.items():
            yield label, picture != 0 if values is None else np.isin(picture, values)
    else:
        # Masks of zeros and ones are meant as such.
        threshold = 0 if picture.max(initial=0) <= 1 else rules.threshold
        yield rules.class_name, picture > threshold


def _shapes(pixels: Bools, rules: MaskRules) -> Iterator[Shape]:
    if rules.instances == "none":
        mask = Mask.tight(pixels, 0, 0)
        if mask is not None:
            yield mask
    elif rules.instances == "contours":
        yield from _contours(pixels, rules)
    else:
        for part, x, y in split_components(np.ascontiguousarray(pixels), 8):
            height, width = part.shape
            area = np.count_nonzero(part) if rules.counts_pixels else (width - 1) * (height - 1)
            if area < rules.min_area:
                continue
            if rules.is_polygon:
                outer, holes = trace_edges(part)
                corner = np.array((x, y), np.float64)
                yield Polygon(outer + corner, [hole + corner for hole in holes])
            else:
                mask = Mask.tight(part, x, y)
                assert mask is not None, "a component has pixels"
                yield mask


def _contours(pixels: Bools, rules: MaskRules) -> Iterator[Polygon]:
    """Yield every outline, of holes and islands too, through the centres of border pixels."""
    import cv2

    found, _ = cv2.findContours(
        np.ascontiguousarray(pixels).view(np.uint8), cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE
    )
    for contour in found:
        ring = np.asarray(contour, np.float64).reshape(-1, 2)
        width, height = np.ptp(ring, axis=0)
        area = cv2.contourArea(contour) if rules.counts_pixels else width * height
        if len(ring) >= 3 and area >= rules.min_area:
            yield Polygon(ring + 0.5)
