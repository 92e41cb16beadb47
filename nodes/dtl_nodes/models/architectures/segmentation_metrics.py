"""Metrics of networks that give each pixel a class; neutral pixels count in none.

Predictions and targets are (N, H, W) integers, targets with ``neutral`` where a pixel is neutral.

Source: the metrics of the original UNet V2 plugin; intersection over union is summed over all
images before it is divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

EPSILON = 1e-5
"""Makes the dice score of two empty masks 1."""

Confusion = NDArray[np.int64]
"""(C, C): how many pixels of the class of the row were given the class of the column."""


def pixel_accuracy(predicted: torch.Tensor, target: torch.Tensor, neutral: int) -> torch.Tensor:
    """Return the share of the pixels that are right; not a number where all are neutral."""
    counted = target != neutral
    return (predicted == target).sum() / counted.sum()


def hard_dice(predicted: torch.Tensor, target: torch.Tensor, neutral: int) -> torch.Tensor:
    """Return the mean over the images of the dice score of class 1."""
    found = (predicted == 1) & (target != neutral)
    wanted = target == 1
    both = (found & wanted).sum((1, 2))
    total = found.sum((1, 2)) + wanted.sum((1, 2))
    return ((2 * both + EPSILON) / (total + EPSILON)).mean()


def confusion(
    predicted: torch.Tensor, target: torch.Tensor, neutral: int, classes: int
) -> Confusion:
    """Return how many pixels of each class were given each class."""
    import torch

    counted = target != neutral
    cells = target[counted] * classes + predicted[counted]
    counts = torch.bincount(cells, minlength=classes * classes).reshape(classes, classes)
    return np.asarray(counts.cpu().numpy(), np.int64)


def class_ious(counts: Confusion) -> list[float | None]:
    """Return intersection over union of each class; ``None`` for one that is on neither side."""
    hits = np.diag(counts)
    unions = counts.sum(0) + counts.sum(1) - hits
    return [float(hit / union) if union else None for hit, union in zip(hits, unions, strict=True)]


def iou_metrics(
    counts: Confusion, titles: Sequence[str], background: str | None
) -> dict[str, float]:
    """Return ``miou`` and ``iou/<class>`` for each class that is on either side.

    Args:
        counts: over all images.
        titles: of the classes, by their numbers.
        background: the class that does not count in the mean.
    """
    known = {
        title: iou for title, iou in zip(titles, class_ious(counts), strict=True) if iou is not None
    }
    counted = [iou for title, iou in known.items() if title != background]
    mean = sum(counted) / len(counted) if counted else 0.0
    return {"miou": mean, **{f"iou/{title}": iou for title, iou in known.items()}}
