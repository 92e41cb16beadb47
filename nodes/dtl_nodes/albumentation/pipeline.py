"""Run chosen transforms on a sample: its pixels, and its annotation behind them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from dtl_engine.sdk import Instance, Mask, Pixels, Polygon, Sample, Size
from dtl_nodes.albumentation.motions import motion_of
from dtl_nodes.albumentation.names import GEOMETRIC, LOOK_AT_BOXES, LOOK_AT_MASKS
from dtl_nodes.albumentation.prototypes import run
from dtl_nodes.albumentation.steps import Chosen
from dtl_nodes.motion.carry import carried
from dtl_nodes.motion.motion import Motion
from dtl_nodes.motion.moved_sample import with_instances
from dtl_nodes.motion.pixels import size_of


def applied(sample: Sample, chosen: Sequence[Chosen]) -> Sample:
    """Return the sample after the chosen transforms.

    Where none of them moves content, pixels are computed when they are first needed and the
    annotation is not even read.

    Raises:
        DataError: F610, a transform cannot work on this image.
    """
    if not chosen:
        return sample
    if not any(one.leaf.name in GEOMETRIC for one in chosen):
        return sample.map_pixels(partial(recolored, tuple(chosen)))
    pixels = np.array(sample.image.pixels())
    instances, size = sample.annotation.restored().instances, sample.size
    motions: list[Motion] = []
    before = size
    for one in chosen:
        name = one.leaf.name
        data: dict[str, Any] = {"image": pixels}
        if name in LOOK_AT_BOXES or name in LOOK_AT_MASKS:
            instances, size, motions = carried(instances, size, motions), before, []
            data |= _what_it_looks_at(name, instances, size)
        transform, params, pixels = run(one, data)
        after = size_of(pixels)
        if name in GEOMETRIC:
            motions.append(motion_of(name, transform, params, before, after))
        before = after
    return with_instances(sample, pixels, carried(instances, size, motions))


def recolored(chosen: Sequence[Chosen], pixels: Pixels) -> Pixels:
    """Return the pixels after transforms that move nothing.

    Raises:
        DataError: F610, a transform cannot work on this image.
    """
    made = np.array(pixels)
    for one in chosen:
        _, _, made = run(one, {"image": made})
    return made


def _what_it_looks_at(name: str, instances: Sequence[Instance], size: Size) -> dict[str, Any]:
    """Return what a transform wants to know of the annotation, in its own form."""
    if name in LOOK_AT_MASKS:
        union = np.zeros((size.height, size.width), bool)
        for instance in instances:
            if isinstance(instance.shape, (Mask, Polygon)):
                union |= instance.shape.paint(size)
        return {"mask": union.view(np.uint8)}
    boxes = np.array([instance.shape.bbox for instance in instances], np.float64).reshape(-1, 4)
    width, height = size
    boxes /= (width, height, width, height)
    return {"bboxes": np.clip(boxes, 0, 1)}
