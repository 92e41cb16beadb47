"""What layers on masks have in common: masks in place of masks, and pixels side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Instance, Mask, Sample, Window
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.instances import require_shape


def change_masks(
    sample: Sample, labels: Collection[str], action: str, change: Callable[[Mask], Iterable[Mask]]
) -> Sample:
    """Return the sample with the masks of ``labels`` changed, their objects otherwise as before.

    Args:
        sample: any sample.
        labels: the classes whose objects are changed.
        action: the layer's, for errors.
        change: from a mask to the masks in its place; one that stays should be the same object.

    Raises:
        AnnotationError: F604, an object of the classes has another shape.
    """
    instances: list[Instance] = []
    for instance in sample.instances:
        if instance.label not in labels:
            instances.append(instance)
            continue
        mask = require_shape(instance, Mask, action)
        instances.extend(
            instance if new is mask else instance.with_shape(new) for new in change(mask)
        )
    return with_instances(sample, instances)


def united(masks: Sequence[Mask]) -> Mask | None:
    """Return one mask of all pixels of ``masks``; ``None`` if there is none."""
    if not masks:
        return None
    window = window_around(masks)
    pixels = pixels_in(window, masks[0])
    for mask in masks[1:]:
        pixels |= pixels_in(window, mask)
    return Mask.tight(pixels, window.left, window.top)


def window_around(masks: Sequence[Mask]) -> Window:
    """Return the smallest window with all of ``masks``, of which there is at least one."""
    return Window(
        min(mask.x for mask in masks),
        min(mask.y for mask in masks),
        max(mask.x + mask.width for mask in masks),
        max(mask.y + mask.height for mask in masks),
    )


def pixels_in(window: Window, mask: Mask) -> NDArray[np.bool_]:
    """Return the pixels of ``mask`` in ``window``, (h, w) bool of the window's size, writable."""
    picture = np.zeros((window.bottom - window.top, window.right - window.left), bool)
    for part in mask.clip(window):
        top, left = part.y - window.top, part.x - window.left
        picture[top : top + part.height, left : left + part.width] = part.pixels
    return picture
