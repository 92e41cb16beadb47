"""Losses of networks that give each pixel a class; neutral pixels count in none.

Logits are (N, C, H, W) float, targets (N, H, W) int64 with the numbers of classes and ``neutral``
where a pixel is neutral.

Source: the losses of the original UNet V2 plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def cross_entropy(logits: torch.Tensor, target: torch.Tensor, neutral: int) -> torch.Tensor:
    """Return the mean of minus the logarithm of the softmax over pixels that are not neutral.

    With two outputs that is the binary cross-entropy of the softmax of the second one. Where all
    pixels are neutral it is not a number.
    """
    from torch.nn import functional

    return functional.cross_entropy(logits, target, ignore_index=neutral)


def soft_dice_loss(logits: torch.Tensor, target: torch.Tensor, neutral: int) -> torch.Tensor:
    """Return 1 less the mean over the images of the soft dice score of class 1.

    The score is ``(2 sum(p t) + 1) / (sum(p) + sum(t) + 1)``, neutral pixels left out. The
    original has ``2 (sum(p t) + 1)`` above the line: there an image without the class scores 2
    and hides a bad neighbour in the batch. This is a deliberate difference.
    """
    counted = target != neutral
    wanted = (target == 1).to(logits.dtype)
    likely = logits.softmax(1)[:, 1] * counted
    both = (likely * wanted).sum((1, 2))
    scores = (2 * both + 1) / (likely.sum((1, 2)) + wanted.sum((1, 2)) + 1)
    return 1 - scores.mean()


def two_class_loss(
    logits: torch.Tensor, target: torch.Tensor, neutral: int, bce: float, dice: float
) -> torch.Tensor:
    """Return the weighted mean of binary cross-entropy and soft dice loss.

    Args:
        logits: (N, 2, H, W).
        target: of 0, 1 and ``neutral``.
        neutral: the number of neutral pixels.
        bce: weight of the first loss.
        dice: weight of the second one; not both are 0.
    """
    entropy = cross_entropy(logits, target, neutral)
    return (bce * entropy + dice * soft_dice_loss(logits, target, neutral)) / (bce + dice)
