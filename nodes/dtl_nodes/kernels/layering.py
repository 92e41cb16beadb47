"""Masks on top of each other: what of each one can be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dtl_engine.sdk import Mask, Size


def visible_parts(masks: Sequence[Mask], size: Size) -> list[Mask | None]:
    """Return what each mask keeps when later ones lie on top of it.

    Args:
        masks: inside the image, back to front.
        size: of the image.

    Returns:
        For each mask its pixels that no later one has: the very same object if it has lost none,
        ``None`` if it has lost all.
    """
    taken = np.zeros((size.height, size.width), bool)
    parts: list[Mask | None] = []
    for mask in reversed(masks):
        place = taken[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width]
        hidden = mask.pixels & place
        if hidden.any():
            parts.append(Mask.tight(mask.pixels ^ hidden, mask.x, mask.y))
        else:
            parts.append(mask)
        place |= mask.pixels
    return parts[::-1]
