"""Average precision of detections in the validation set, by the protocol of COCO."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import BBox, Mask, Size
from dtl_nodes.models.architectures.detection_results import paste
from dtl_nodes.models.coco_protocol import (
    CocoCounts,
    Guess,
    Record,
    There,
    box_record,
    mask_record,
)

Kind = Literal["segm", "bbox"]


class Comparison:
    """What is there and what was found, counted image by image."""

    def __init__(self, classes: tuple[int, ...], with_masks: bool) -> None:
        self.classes = classes
        kinds: tuple[Kind, ...] = ("segm", "bbox") if with_masks else ("bbox",)
        self._counts: dict[Kind, CocoCounts[int]] = {kind: CocoCounts(kind) for kind in kinds}
        self._images = 0

    def add(
        self,
        size: Size,
        truth: dict[str, NDArray[Any]],
        outputs: dict[str, NDArray[Any]],
    ) -> None:
        """Take an image.

        Args:
            size: of the image in which all boxes lie.
            truth: ``boxes`` (N, 4), ``labels``, ``masks`` (N, H, W) and perhaps ``neutral``.
            outputs: what ``forward`` says of it.
        """
        for kind, counts in self._counts.items():
            there = _there(kind, size, truth, with_masks="segm" in self._counts)
            crowds = [There(each, True) for each in _neutral(kind, size, truth.get("neutral"))]
            guesses = _guesses(kind, size, outputs)
            for label in self.classes:
                if label in there or label in guesses:
                    objects = [*there[label], *crowds]
                    counts.see(self._images, label, objects, guesses[label])
        self._images += 1

    def average_precisions(self, kind: Kind) -> dict[str, float]:
        """Return ``<kind>_mAP``, ``<kind>_mAP_50`` and ``<kind>_mAP_75``, from 0 to 1.

        Averages over classes that are there at all, each over 101 recalls; ``_mAP`` over the IoU
        thresholds from 0.50 to 0.95 too. They are 0 if there is no object at all.
        """
        numbers = self._counts[kind].sums(self.classes).numbers
        named = {"mAP": "AP", "mAP_50": "AP50", "mAP_75": "AP75"}
        return {f"{kind}_{name}": numbers[key] or 0.0 for name, key in named.items()}


def _there(
    kind: Kind, size: Size, truth: dict[str, NDArray[Any]], *, with_masks: bool
) -> dict[int, list[There]]:
    """Return the objects by class; where there are masks, areas are theirs."""
    found: dict[int, list[There]] = defaultdict(list)
    for at, label in enumerate(truth["labels"]):
        pixels = truth["masks"][at] if with_masks else None
        if kind == "segm" and pixels is not None:
            record = mask_record(Mask.tight(pixels, 0, 0), size)
        else:
            area = None if pixels is None else float(np.count_nonzero(pixels))
            record = box_record(BBox(*truth["boxes"][at]), area)
        found[int(label)].append(There(record))
    return found


def _guesses(kind: Kind, size: Size, outputs: dict[str, NDArray[Any]]) -> dict[int, list[Guess]]:
    """Return what was found by class."""
    found: dict[int, list[Guess]] = defaultdict(list)
    for at, label in enumerate(outputs["labels"]):
        if kind == "segm":
            patch = paste(outputs["masks"][at], outputs["boxes"][at], size)
            mask = None if patch is None else Mask.tight(patch.pixels, patch.x, patch.y)
            record = mask_record(mask, size)
        else:
            record = box_record(BBox(*outputs["boxes"][at]))
        found[int(label)].append(Guess(record, float(outputs["scores"][at])))
    return found


def _neutral(kind: Kind, size: Size, neutral: NDArray[Any] | None) -> list[Record]:
    """Return each neutral region, a crowd of every class: what is found there is not counted."""
    import cv2

    if neutral is None:
        return []
    records = []
    count, regions, stats, _ = cv2.connectedComponentsWithStats(neutral.astype(np.uint8))
    for region in range(1, count):
        x, y, width, height = stats[region, :4].tolist()
        if kind == "bbox":
            records.append(box_record(BBox(x, y, x + width, y + height)))
        else:
            records.append(mask_record(Mask.tight(regions == region, 0, 0), size))
    return records
