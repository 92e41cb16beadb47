from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from dtl_nodes.models.architectures.segmentation_metrics import (  # noqa: E402
    class_ious,
    confusion,
    hard_dice,
    iou_metrics,
    pixel_accuracy,
)


def test_worked_number_14() -> None:
    target, predicted = torch.tensor([[[1, 1, 0, 2]]]), torch.tensor([[[1, 0, 0, 0]]])
    assert float(pixel_accuracy(predicted, target, 2)) == pytest.approx(2 / 3)


def test_dice_leaves_neutral_pixels_out_on_both_sides() -> None:
    target, predicted = torch.tensor([[[1, 1, 0, 2]]]), torch.tensor([[[1, 0, 0, 1]]])
    assert float(hard_dice(predicted, target, 2)) == pytest.approx(2 / 3, abs=1e-5)


def test_dice_of_nothing_is_one_and_images_count_alike() -> None:
    target = torch.tensor([[[0, 0]], [[1, 1]]])
    assert float(hard_dice(torch.zeros_like(target), target, 2)) == pytest.approx(0.5, abs=1e-5)


def test_confusion_counts_what_is_not_neutral() -> None:
    target, predicted = torch.tensor([[[0, 1, 1, 3, 2]]]), torch.tensor([[[0, 0, 1, 1, 1]]])
    assert confusion(predicted, target, 3, 3).tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 0]]


def test_worked_number_11_mean_of_classes() -> None:
    # Class 1: 10 of 20; class 2: 90 of 100; what is missed was given the background.
    counts = np.array([[0, 0, 0], [10, 10, 0], [10, 0, 90]])
    assert class_ious(counts) == [0.0, 0.5, 0.9]
    metrics = iou_metrics(counts, ["bg", "a", "b"], "bg")
    assert metrics == {"miou": 0.7, "iou/bg": 0.0, "iou/a": 0.5, "iou/b": 0.9}


def test_a_class_on_neither_side_is_left_out() -> None:
    counts = np.array([[4, 0, 0], [0, 3, 0], [0, 0, 0]])
    assert iou_metrics(counts, ["bg", "a", "b"], "bg") == {"miou": 1, "iou/bg": 1, "iou/a": 1}
    nothing = np.zeros((2, 2), np.int64)
    assert iou_metrics(nothing, ["bg", "a"], "bg") == {"miou": 0.0}
