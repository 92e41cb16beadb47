"""Metrics of image tags: what a classifier is judged by.

Source: models reference 5.7.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dtl_engine.sdk import Tag
from dtl_nodes.models.evaluation.ratios import Json, counted, defined_ratio, ratio
from dtl_nodes.models.evaluation.scene import Scene
from dtl_nodes.models.evaluation.segmentation import Counts
from dtl_nodes.models.evaluation.task import Pair


class ClassificationTally:
    """``counts`` is (tags, 4): true and false positives, true and false negatives.

    ``cells`` is (tags, tags + 1), over samples with exactly one of the tags in the ground truth:
    that tag (rows) and the predicted one of the largest number (columns; the last one: none).
    """

    def __init__(self, tags: int) -> None:
        self.counts: Counts = np.zeros((tags, 4), np.int64)
        self.cells: Counts = np.zeros((tags, tags + 1), np.int64)

    def see(self, scene: Scene, pairs: Sequence[Pair], threshold: float) -> float:
        """Count one sample.

        Returns:
            The share of the tags that are right.
        """
        real = [is_present(scene.truth_tags, pair.truth, threshold) for pair in pairs]
        told = [is_present(scene.predicted_tags, pair.predicted, threshold) for pair in pairs]
        for number, (is_real, is_told) in enumerate(zip(real, told, strict=True)):
            column = (0 if is_real else 1) if is_told else (3 if is_real else 2)
            self.counts[number, column] += 1
        if sum(real) == 1:
            self.cells[real.index(True), _first(scene.predicted_tags, pairs)] += 1
        return sum(a == b for a, b in zip(real, told, strict=True)) / len(pairs)

    def add(self, other: ClassificationTally) -> None:
        """Add what was counted elsewhere."""
        self.counts += other.counts
        self.cells += other.cells

    def figures(self, pairs: Sequence[Pair]) -> Json:
        """Return accuracy, precision, recall and F1 of each tag and of all counts together.

        ``top1_accuracy`` is over the samples with exactly one of the tags in the ground truth.
        """
        right = int(np.trace(self.cells))
        return {
            **_measures(self.counts.sum(axis=0).tolist()),
            "top1_accuracy": defined_ratio(right, int(self.cells.sum())),
            "classes": [
                {"name": pair.truth, **_measures(row)}
                for pair, row in zip(pairs, self.counts.tolist(), strict=True)
            ],
            "confusion": {
                "rows": [pair.truth for pair in pairs],
                "columns": [*(pair.predicted for pair in pairs), ""],
                "cells": self.cells.tolist(),
            },
        }


def is_present(tags: Sequence[Tag], name: str, threshold: float) -> bool:
    """Whether a tag counts as present: it is there, and its number, if any, is large enough."""
    return any(
        not isinstance(tag.value, (int, float)) or tag.value >= threshold
        for tag in tags
        if tag.name == name
    )


def _first(tags: Sequence[Tag], pairs: Sequence[Pair]) -> int:
    """Return the number of the predicted tag of the largest value; -1 if none is there.

    A tag without a number is as sure as can be.
    """
    numbers = {pair.predicted: number for number, pair in enumerate(pairs)}
    sure = [
        (-(tag.value if isinstance(tag.value, (int, float)) else 1.0), numbers[tag.name])
        for tag in tags
        if tag.name in numbers
    ]
    return min(sure)[1] if sure else -1


def _measures(counts: list[int]) -> Json:
    right, wrong, rightly_not, missed = counts
    return {
        "accuracy": ratio(right + rightly_not, sum(counts)),
        **counted(right, wrong, missed),
        "true_negatives": rightly_not,
    }
