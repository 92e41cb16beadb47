"""Masks packed into planes: eight in each, one bit per mask, warped together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dtl_engine.sdk import Mask, Size
from dtl_nodes.motion.motion import Motion, Plane

BITS = 8


def warped_masks(masks: Sequence[Mask], size: Size, motions: Iterable[Motion]) -> list[Mask | None]:
    """Return each mask after all motions; ``None`` where no pixel is left.

    Args:
        masks: of an image of ``size``.
        size: before the motions.
        motions: one after the other.
    """
    planes = [_packed(masks[at : at + BITS], size) for at in range(0, len(masks), BITS)]
    for motion in motions:
        planes = [motion.warp(plane) for plane in planes]
    return [
        Mask.tight(planes[at // BITS] & np.uint8(1 << at % BITS), 0, 0) for at in range(len(masks))
    ]


def _packed(masks: Sequence[Mask], size: Size) -> Plane:
    plane = np.zeros((size.height, size.width), np.uint8)
    frame = (0, 0, size.width, size.height)
    for bit, whole in enumerate(masks):
        for mask in whole.clip(frame):
            rows = slice(mask.y, mask.y + mask.height)
            columns = slice(mask.x, mask.x + mask.width)
            plane[rows, columns] |= mask.pixels.view(np.uint8) << np.uint8(bit)
    return plane
