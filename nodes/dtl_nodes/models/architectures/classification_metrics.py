"""Metrics of networks that choose one class for an image.

Source: the classification metrics of the original plugins, whose ratios over 0 are 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def class_metrics(counts: NDArray[np.int64], titles: Sequence[str]) -> dict[str, float]:
    """Return ``precision/<class>``, ``recall/<class>`` and ``f1/<class>``.

    Args:
        counts: (C, C), how many images of the class of the row were given that of the column.
        titles: of the classes, by their numbers.
    """
    metrics: dict[str, float] = {}
    for index, title in enumerate(titles):
        hits = int(counts[index, index])
        found, wanted = int(counts[:, index].sum()), int(counts[index].sum())
        metrics[f"precision/{title}"] = _ratio(hits, found)
        metrics[f"recall/{title}"] = _ratio(hits, wanted)
        metrics[f"f1/{title}"] = _ratio(2 * hits, found + wanted)
    return metrics


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
