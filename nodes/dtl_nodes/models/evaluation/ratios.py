"""Ratios of counts, as all metrics tell them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


def ratio(part: float, whole: float) -> float:
    """Return ``part / whole``; 0 of nothing, as the original plugins have it."""
    return part / whole if whole else 0.0


def defined_ratio(part: float, whole: float) -> float | None:
    """Return ``part / whole``; ``None`` of nothing, shown as n/a."""
    return part / whole if whole else None


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are defined; ``None`` of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def counted(true_positive: int, false_positive: int, false_negative: int) -> Json:
    """Return precision, recall and F1 with the counts that they come from."""
    found, there = true_positive + false_positive, true_positive + false_negative
    return {
        "precision": ratio(true_positive, found),
        "recall": ratio(true_positive, there),
        "f1": ratio(2 * true_positive, found + there),
        "true_positives": true_positive,
        "false_positives": false_positive,
        "false_negatives": false_negative,
    }
