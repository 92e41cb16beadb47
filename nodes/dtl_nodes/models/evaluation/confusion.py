"""The confusion matrix of objects: what was taken for what.

Source: models reference 5.4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dtl_nodes.models.evaluation.matching import Matching
from dtl_nodes.models.evaluation.ratios import Json
from dtl_nodes.models.evaluation.scene import Scene
from dtl_nodes.models.evaluation.segmentation import Counts
from dtl_nodes.models.evaluation.task import Pair


class ConfusionTally:
    """Matched pairs by class of the object (rows) and of the prediction (columns).

    ``cells`` is (classes + 1, classes + 1): the last column holds objects that nothing matched,
    the last row predictions that match nothing.
    """

    def __init__(self, classes: int) -> None:
        self.cells: Counts = np.zeros((classes + 1, classes + 1), np.int64)

    def see(self, scene: Scene, matching: Matching) -> None:
        """Count one sample."""
        found = {pair.truth: pair.predicted for pair in matching.across}
        for place, one in enumerate(scene.truth):
            predicted = found.get(place)
            column = -1 if predicted is None else scene.predicted[predicted].number
            self.cells[one.number, column] += 1
        for place in matching.unmatched(matching.across, len(scene.predicted)):
            self.cells[-1, scene.predicted[place].number] += 1

    def add(self, other: ConfusionTally) -> None:
        """Add what was counted elsewhere."""
        self.cells += other.cells

    def figures(self, pairs: Sequence[Pair]) -> Json:
        """Return the matrix, its rows sorted by class of the ground truth."""
        order = sorted(range(len(pairs)), key=lambda number: pairs[number].truth)
        return {
            "rows": [*(pairs[number].truth for number in order), ""],
            "columns": [*(pair.predicted for pair in pairs), ""],
            "cells": self.cells[[*order, len(pairs)]].tolist(),
        }
