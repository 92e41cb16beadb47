"""Carry instances along with the content of their image."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_engine.sdk import (
    Instance,
    Keypoints,
    Mask,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
    Size,
)
from dtl_nodes.motion.motion import Motion
from dtl_nodes.motion.planes import warped_masks
from dtl_nodes.motion.vectors import Box, Vector, moved


def carried(
    instances: Sequence[Instance], size: Size, motions: Sequence[Motion]
) -> tuple[Instance, ...]:
    """Return what became of the instances of an image.

    What leaves the image at any of the motions is cut off, as the pixels are: polygons and lines
    may fall into pieces, each an instance, and what has nothing left is gone. Of a rectangle
    remains the upright box around what is left of it.

    Args:
        instances: back to front.
        size: of the image before the motions.
        motions: one after the other.
    """
    if not motions:
        return tuple(instances)
    frame = (0, 0, size.width, size.height)
    # What lies outside of the image has no pixels that could come into view.
    pieces = [(at, part) for at, one in enumerate(instances) for part in one.shape.clip(frame)]
    masks = [(at, shape) for at, shape in pieces if isinstance(shape, Mask)]
    vectors = [(at, _vector(shape)) for at, shape in pieces if not isinstance(shape, Mask)]
    for motion in motions:
        results = moved([vector for _, vector in vectors], motion)
        vectors = [
            (at, part) for (at, _), parts in zip(vectors, results, strict=True) for part in parts
        ]
    left: dict[int, list[Shape]] = {at: [] for at in range(len(instances))}
    for at, vector in vectors:
        left[at].append(vector.rectangle() if isinstance(vector, Box) else vector)
    for (at, _), mask in zip(
        masks, _moved_masks([mask for _, mask in masks], size, motions), strict=True
    ):
        if mask is not None:
            left[at].append(mask)
    return tuple(
        instance.with_shape(shape) for at, instance in enumerate(instances) for shape in left[at]
    )


def _vector(shape: Shape) -> Vector:
    if isinstance(shape, Rectangle):
        return Box.of(shape)
    assert isinstance(shape, (Point, Polyline, Polygon, Keypoints))
    return shape


def _moved_masks(masks: Sequence[Mask], size: Size, motions: Sequence[Motion]) -> list[Mask | None]:
    if not all(motion.grid is not None for motion in motions):
        return warped_masks(masks, size, motions)
    return [_shifted(mask, size, motions) for mask in masks]


def _shifted(mask: Mask, size: Size, motions: Sequence[Motion]) -> Mask | None:
    """Return a mask after motions of whole pixels."""
    left: Mask | None = mask
    for motion in motions:
        assert motion.grid is not None
        left = motion.grid.mask(left, size) if left is not None else None
        if left is None:
            return None
        size = motion.size
        left = next(iter(left.clip((0, 0, size.width, size.height))), None)
    return left
