from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from dtl_nodes.models.architectures.segmentation_loss import (  # noqa: E402
    cross_entropy,
    soft_dice_loss,
    two_class_loss,
)

# Two pixels each in two images; p of class 1 is 0.75 and 0.5, then 0.2 and 0.9.
LIKELY = torch.tensor([[[0.75, 0.5]], [[0.2, 0.9]]])
LOGITS = torch.stack([(1 - LIKELY).log(), LIKELY.log()], 1)
TARGET = torch.tensor([[[1, 0]], [[0, 2]]])
NEUTRAL = 2


def test_binary_cross_entropy_is_the_mean_over_pixels_that_count() -> None:
    wanted = -(math.log(0.75) + math.log(0.5) + math.log(0.8)) / 3
    assert float(cross_entropy(LOGITS, TARGET, NEUTRAL)) == pytest.approx(wanted, abs=1e-6)


def test_dice_is_the_mean_over_images_with_one_added_on_both_sides() -> None:
    first = (2 * 0.75 + 1) / (1.25 + 1 + 1)
    second = 1 / (0.2 + 0 + 1)
    wanted = 1 - (first + second) / 2
    assert float(soft_dice_loss(LOGITS, TARGET, NEUTRAL)) == pytest.approx(wanted, abs=1e-6)


def test_an_image_without_the_class_scores_one_at_most() -> None:
    empty = torch.zeros((1, 1, 2), dtype=torch.int64)
    sure = torch.tensor([[[[50.0, 50.0]], [[-50.0, -50.0]]]])
    assert float(soft_dice_loss(sure, empty, NEUTRAL)) == pytest.approx(0, abs=1e-6)


def test_the_weights_share_the_total() -> None:
    entropy = float(cross_entropy(LOGITS, TARGET, NEUTRAL))
    dice = float(soft_dice_loss(LOGITS, TARGET, NEUTRAL))
    for bce_weight, dice_weight in ((1.0, 1.0), (1.0, 0.5), (0.0, 3.0)):
        wanted = (bce_weight * entropy + dice_weight * dice) / (bce_weight + dice_weight)
        found = two_class_loss(LOGITS, TARGET, NEUTRAL, bce_weight, dice_weight)
        assert float(found) == pytest.approx(wanted, abs=1e-6)


def test_neutral_pixels_have_no_gradient() -> None:
    logits = LOGITS.clone().requires_grad_()
    two_class_loss(logits, TARGET, NEUTRAL, 1, 1).backward()
    assert logits.grad is not None
    assert logits.grad[1, :, 0, 1].tolist() == [0, 0]
    assert (logits.grad[0] != 0).all()


def test_more_classes_are_the_mean_of_minus_log_likelihood() -> None:
    logits = torch.tensor([[[[0.0, 1.0, 5.0]], [[1.0, 0.0, 5.0]], [[2.0, 3.0, 5.0]]]])
    target = torch.tensor([[[2, 0, 3]]])
    first = -2 + math.log(1 + math.e + math.e**2)
    second = -1 + math.log(math.e + 1 + math.e**3)
    wanted = (first + second) / 2
    assert float(cross_entropy(logits, target, 3)) == pytest.approx(wanted, abs=1e-5)
