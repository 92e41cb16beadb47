"""Average precision by the protocol of COCO; neutral regions count as its crowds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_nodes.models.architectures.detection_coco import Comparison

pytest.importorskip("pycocotools")

SIZE = Size(40, 30)


def there(*boxes: tuple[int, int, int, int], labels: tuple[int, ...]) -> dict[str, Any]:
    masks = np.zeros((len(boxes), 30, 40), np.uint8)
    for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
        mask[y0:y1, x0:x1] = 1
    return {
        "boxes": np.array(boxes, np.float32).reshape(-1, 4),
        "labels": np.array(labels, np.int64),
        "masks": masks,
    }


def found(
    *boxes: tuple[int, int, int, int], labels: tuple[int, ...], scores: tuple[float, ...]
) -> dict[str, Any]:
    return {
        "boxes": np.array(boxes, np.float32).reshape(-1, 4),
        "labels": np.array(labels, np.int64),
        "scores": np.array(scores, np.float32),
        "masks": np.ones((len(boxes), 28, 28), np.float32),
    }


def test_a_perfect_prediction_has_precision_one() -> None:
    comparison = Comparison((1, 2), with_masks=True)
    boxes = ((2, 2, 22, 22), (25, 5, 38, 28))
    comparison.add(SIZE, there(*boxes, labels=(1, 2)), found(*boxes, labels=(1, 2), scores=(1, 1)))
    perfect = {"bbox_mAP": 1.0, "bbox_mAP_50": 1.0, "bbox_mAP_75": 1.0}
    assert comparison.average_precisions("bbox") == pytest.approx(perfect)
    assert comparison.average_precisions("segm")["segm_mAP_75"] == pytest.approx(1.0)


def test_the_worked_number_of_101_recalls() -> None:
    comparison = Comparison((1,), with_masks=False)
    comparison.add(
        SIZE,
        there((0, 0, 10, 10), (20, 20, 30, 30), labels=(1, 1)),
        found(
            (0, 0, 10, 10),
            (30, 0, 40, 10),
            (20, 20, 30, 30),
            labels=(1, 1, 1),
            scores=(0.9, 0.8, 0.7),
        ),
    )
    expected = (51 * 1 + 50 * 2 / 3) / 101
    assert comparison.average_precisions("bbox")["bbox_mAP_50"] == pytest.approx(expected)


def test_what_lies_on_neutral_regions_is_not_counted() -> None:
    truth = there((0, 0, 10, 10), labels=(1,))
    detections = found((20, 10, 30, 20), (0, 0, 10, 10), labels=(1, 1), scores=(0.9, 0.8))
    neutral = np.zeros((30, 40), np.uint8)
    neutral[8:22, 18:32] = 1
    for with_masks, kind in ((True, "segm"), (False, "bbox")):
        plain, crowded = Comparison((1,), with_masks), Comparison((1,), with_masks)
        plain.add(SIZE, truth, detections)
        crowded.add(SIZE, {**truth, "neutral": neutral}, detections)
        assert plain.average_precisions(kind)[f"{kind}_mAP_50"] == pytest.approx(0.5, abs=0.01)
        assert crowded.average_precisions(kind)[f"{kind}_mAP_50"] == pytest.approx(1.0)


def test_nothing_found_and_nothing_there() -> None:
    comparison = Comparison((1,), with_masks=True)
    assert comparison.average_precisions("segm")["segm_mAP"] == 0.0
    nothing = found(labels=(), scores=())
    comparison.add(SIZE, there((0, 0, 10, 10), labels=(1,)), nothing)
    assert comparison.average_precisions("segm")["segm_mAP"] == 0.0
