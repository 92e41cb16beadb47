"""Average precision of detections in the validation set, by the protocol of COCO."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.models.architectures.detection_results import paste

Kind = Literal["segm", "bbox"]

MOST_DETECTIONS = 100


@dataclass
class Comparison:
    """What is there and what was found, in COCO's records, image by image."""

    classes: tuple[int, ...]
    with_masks: bool
    images: list[dict[str, Any]] = field(default_factory=list)
    truths: list[dict[str, Any]] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)

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
        image = len(self.images) + 1
        self.images.append({"id": image, "width": size.width, "height": size.height})
        masks = truth.get("masks") if self.with_masks else None
        for at, label in enumerate(truth["labels"]):
            mask = None if masks is None else masks[at]
            self._add_truth(image, int(label), truth["boxes"][at], mask)
        if "neutral" in truth:
            self._add_neutral(image, truth["neutral"])
        for at, label in enumerate(outputs["labels"]):
            record = {
                "image_id": image,
                "category_id": int(label),
                "bbox": _xywh(outputs["boxes"][at]),
                "score": float(outputs["scores"][at]),
            }
            if self.with_masks:
                canvas = np.zeros((size.height, size.width), np.uint8, order="F")
                patch = paste(outputs["masks"][at], outputs["boxes"][at], size)
                if patch is not None:
                    height, width = patch.pixels.shape
                    canvas[patch.y : patch.y + height, patch.x : patch.x + width] = patch.pixels
                record["segmentation"] = _encoded(canvas)
            self.found.append(record)

    def _add_truth(
        self,
        image: int,
        label: int,
        box: NDArray[Any],
        mask: NDArray[Any] | None,
        *,
        is_crowd: bool = False,
    ) -> None:
        x, y, width, height = _xywh(box)
        record = {
            # An id of 0 would mean "not matched" to the evaluator.
            "id": len(self.truths) + 1,
            "image_id": image,
            "category_id": label,
            "bbox": [x, y, width, height],
            "area": width * height if mask is None else float(np.count_nonzero(mask)),
            "iscrowd": int(is_crowd),
        }
        if mask is not None:
            record["segmentation"] = _encoded(mask)
        self.truths.append(record)

    def _add_neutral(self, image: int, neutral: NDArray[Any]) -> None:
        """Add each neutral region as a crowd of every class: what is found there is not counted."""
        import cv2

        count, regions, stats, _ = cv2.connectedComponentsWithStats(neutral.astype(np.uint8))
        for region in range(1, count):
            x, y, width, height = stats[region, :4]
            box = np.array((x, y, x + width, y + height), np.float64)
            mask = (regions == region).astype(np.uint8) if self.with_masks else None
            for label in self.classes:
                self._add_truth(image, label, box, mask, is_crowd=True)

    def average_precisions(self, kind: Kind) -> dict[str, float]:
        """Return ``<kind>_mAP``, ``<kind>_mAP_50`` and ``<kind>_mAP_75``, from 0 to 1.

        Averages over classes that are there at all, each over 101 recalls; ``_mAP`` over the IoU
        thresholds from 0.50 to 0.95 too. They are 0 if there is no object at all.
        """
        # pycocotools prints what it does.
        with redirect_stdout(io.StringIO()):
            precision = self._precision(kind)
        named = {"mAP": slice(None), "mAP_50": slice(0, 1), "mAP_75": slice(5, 6)}
        return {f"{kind}_{name}": _mean(precision[part]) for name, part in named.items()}

    def _precision(self, kind: Kind) -> NDArray[np.float64]:
        """Return precision by IoU threshold, recall and class, (10, 101, K); -1: no such object."""
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval

        if not self.truths:
            return np.full((10, 101, 1), -1.0)
        truths = COCO()
        truths.dataset = {
            "info": {},
            "images": self.images,
            "categories": [{"id": label} for label in self.classes],
            "annotations": self.truths,
        }
        truths.createIndex()
        # Loading a list of results sets their areas by their boxes, so they are set here.
        found = COCO()
        found.dataset = {**truths.dataset, "annotations": list(self._found_records(kind))}
        found.createIndex()
        evaluation = COCOeval(truths, found, kind)
        evaluation.evaluate()
        evaluation.accumulate()
        precision: NDArray[np.float64] = evaluation.eval["precision"][:, :, :, 0, -1]
        return precision

    def _found_records(self, kind: Kind) -> Iterable[dict[str, Any]]:
        from pycocotools import mask as rle

        for number, record in enumerate(self.found, start=1):
            width, height = record["bbox"][2:]
            area = width * height if kind == "bbox" else float(rle.area(record["segmentation"]))
            yield {**record, "id": number, "area": area, "iscrowd": 0}


def _mean(precision: NDArray[np.float64]) -> float:
    known = precision[precision > -1]
    return float(known.mean()) if known.size else 0.0


def _xywh(box: Sequence[float] | NDArray[Any]) -> list[float]:
    x0, y0, x1, y1 = (float(edge) for edge in box)
    return [x0, y0, x1 - x0, y1 - y0]


def _encoded(mask: NDArray[Any]) -> Any:
    from pycocotools import mask as rle

    return rle.encode(np.asfortranarray(mask, dtype=np.uint8))
