"""Metrics of pixels: intersection over union, Dice, pixel accuracy.

Source: models reference 5.2, 5.3 and 5.9. Neutral pixels are left out on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.models.evaluation.ratios import Json, counted, defined_ratio, mean, ratio
from dtl_nodes.models.evaluation.scene import Found, Scene
from dtl_nodes.models.evaluation.task import BACKGROUND, NEUTRAL, Pair

Counts = NDArray[np.int64]
Raster = NDArray[np.intp]
"""(H, W): 0 where nothing is painted, else the number of the class from 1 on."""

Pixels = NDArray[np.bool_]
"""(H, W) bool."""


class SegmentationTally:
    """Pixels of all samples, in whole numbers.

    ``areas`` is (classes, 3): the pixels of the intersection, of the ground truth and of the
    predictions. ``confusion`` is (classes + 1, classes + 1): pixels by the class in the ground
    truth (rows) and in the prediction (columns), the first one being nothing.
    """

    def __init__(self, classes: int) -> None:
        self.samples = 0
        self.areas: Counts = np.zeros((classes, 3), np.int64)
        self.confusion: Counts = np.zeros((classes + 1, classes + 1), np.int64)

    def see(self, scene: Scene) -> float | None:
        """Count one sample.

        Returns:
            The mean overlap of the classes that are in the sample; ``None`` if none is.
        """
        classes = len(self.areas)
        truth = painted(scene.painted, scene.size, classes)
        valid = truth != place_of(NEUTRAL, classes)
        areas = np.zeros_like(self.areas)
        present = {found.number for found in (*scene.painted, *scene.predicted)}
        for number in sorted(present - {NEUTRAL, BACKGROUND}):
            mine = covered(scene.painted, number, scene.size) & valid
            others = covered(scene.predicted, number, scene.size) & valid
            areas[number] = [np.count_nonzero(part) for part in (mine & others, mine, others)]
        predicted = painted(scene.predicted, scene.size, classes)
        cells = truth[valid] * (classes + 1) + predicted[valid]
        self.samples += 1
        self.areas += areas
        self.confusion += np.bincount(cells, minlength=self.confusion.size).reshape(
            self.confusion.shape
        )
        return mean(_ious(areas))

    def add(self, other: SegmentationTally) -> None:
        """Add what was counted elsewhere."""
        self.samples += other.samples
        self.areas += other.areas
        self.confusion += other.confusion

    def miou(self, pairs: Sequence[Pair]) -> Json:
        """Return the overlap of each class over all samples, their mean, and that of all pixels."""
        ious = _ious(self.areas)
        both, union = _both_and_union(self.areas)
        return {
            "mean": mean(ious),
            "micro": defined_ratio(int(both.sum()), int(union.sum())),
            "classes": [
                {
                    "name": pair.truth,
                    "iou": iou,
                    "mean_intersection_px": ratio(int(both[at]), self.samples),
                    "mean_union_px": ratio(int(union[at]), self.samples),
                }
                for at, (pair, iou) in enumerate(zip(pairs, ious, strict=True))
            ],
        }

    def dice(self, pairs: Sequence[Pair]) -> Json:
        """Return twice the intersection over the sum of both sides, as ``miou`` does."""
        both, sides = 2 * self.areas[:, 0], self.areas[:, 1] + self.areas[:, 2]
        each = [defined_ratio(int(a), int(b)) for a, b in zip(both, sides, strict=True)]
        return {
            "mean": mean(each),
            "micro": defined_ratio(int(both.sum()), int(sides.sum())),
            "classes": [
                {"name": pair.truth, "dice": dice} for pair, dice in zip(pairs, each, strict=True)
            ],
        }

    def pixel_accuracy(self, pairs: Sequence[Pair]) -> Json:
        """Return the share of pixels that have the right class, and counts of each class.

        A pixel that has one class and was given another one is a false positive of all classes
        together, and no false negative.
        """
        cells = self.confusion
        total, right = int(cells.sum()), int(np.trace(cells))
        right_classes = int(np.trace(cells[1:, 1:]))
        missed = int(cells[1:, 0].sum())
        together = counted(right_classes, int(cells[:, 1:].sum()) - right_classes, missed)
        return {
            "accuracy": ratio(right, total),
            "pixels": total,
            **together,
            "classes": [
                {"name": pair.truth, **self._of_class(at + 1, total)}
                for at, pair in enumerate(pairs)
            ],
            "confusion": {
                "rows": ["", *(pair.truth for pair in pairs)],
                "columns": ["", *(pair.predicted for pair in pairs)],
                "cells": cells.tolist(),
            },
        }

    def _of_class(self, at: int, total: int) -> Json:
        cells = self.confusion
        right = int(cells[at, at])
        wrong, missed = int(cells[:, at].sum()) - right, int(cells[at].sum()) - right
        return {"accuracy": ratio(total - wrong - missed, total), **counted(right, wrong, missed)}


def place_of(number: int, classes: int) -> int:
    """Return what stands in a raster for the number of a pair, ``NEUTRAL`` or ``BACKGROUND``."""
    if number == NEUTRAL:
        return classes + 1
    return number + 1 if number >= 0 else 0


def painted(objects: Iterable[Found], size: Size, classes: int) -> Raster:
    """Return the classes of pixels; later objects lie on top."""
    raster: Raster = np.zeros((size.height, size.width), np.intp)
    for found in objects:
        if (mask := found.mask) is not None:
            part = raster[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width]
            part[mask.pixels] = place_of(found.number, classes)
    return raster


def covered(objects: Iterable[Found], number: int, size: Size) -> Pixels:
    """Return the pixels of all objects of one class together."""
    picture: Pixels = np.zeros((size.height, size.width), bool)
    for found in objects:
        if found.number == number and (mask := found.mask) is not None:
            rows, columns = slice(mask.y, mask.y + mask.height), slice(mask.x, mask.x + mask.width)
            picture[rows, columns] |= mask.pixels
    return picture


def _both_and_union(areas: Counts) -> tuple[Counts, Counts]:
    return areas[:, 0], areas[:, 1] + areas[:, 2] - areas[:, 0]


def _ious(areas: Counts) -> list[float | None]:
    both, union = _both_and_union(areas)
    return [defined_ratio(int(a), int(b)) for a, b in zip(both, union, strict=True)]
