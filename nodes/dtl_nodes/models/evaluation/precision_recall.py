"""Precision and recall of objects, each class by itself.

Source: models reference 5.5.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dtl_nodes.models.evaluation.matching import Matching
from dtl_nodes.models.evaluation.ratios import Json, counted, ratio
from dtl_nodes.models.evaluation.scene import Scene
from dtl_nodes.models.evaluation.segmentation import Counts
from dtl_nodes.models.evaluation.task import Pair


class PrecisionRecallTally:
    """``counts`` is (classes, 3): objects found, predictions that are wrong, objects missed."""

    def __init__(self, classes: int) -> None:
        self.counts: Counts = np.zeros((classes, 3), np.int64)

    def see(self, scene: Scene, matching: Matching) -> float | None:
        """Count one sample.

        Returns:
            Its quality: the sum of the overlaps of what was found over the mean of objects and
            predictions (panoptic quality over all classes); ``None`` if there are none.
        """
        counts = np.zeros_like(self.counts)
        for pair in matching.inside:
            counts[scene.truth[pair.truth].number, 0] += 1
        for place in matching.unmatched(matching.inside, len(scene.predicted)):
            counts[scene.predicted[place].number, 1] += 1
        found = {pair.truth for pair in matching.inside}
        for place, one in enumerate(scene.truth):
            counts[one.number, 2] += place not in found
        self.counts += counts
        right, wrong, missed = (int(each) for each in counts.sum(axis=0))
        if not right + wrong + missed:
            return None
        return ratio(sum(pair.iou for pair in matching.inside), right + (wrong + missed) / 2)

    def add(self, other: PrecisionRecallTally) -> None:
        """Add what was counted elsewhere."""
        self.counts += other.counts

    def figures(self, pairs: Sequence[Pair]) -> Json:
        """Return precision, recall and F1 of each class, and of all counts together."""
        rows = self.counts.tolist()
        return {
            **counted(*self.counts.sum(axis=0).tolist()),
            "classes": [
                {"name": pair.truth, **counted(*row)} for pair, row in zip(pairs, rows, strict=True)
            ],
        }
