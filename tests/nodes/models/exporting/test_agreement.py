"""The measure of agreement."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dtl_nodes.models.exporting.agreement import in_order_of, relative_difference


@pytest.mark.parametrize(
    ("expected", "found", "difference"),
    [
        ([0.5, 0.25], [0.5, 0.26], 0.01),
        ([100.0, 1.0], [100.0, 2.0], 0.01),
        ([], [], 0.0),
        ([math.inf, 1.0], [math.inf, 1.0], 0.0),
        ([math.nan], [1.0], math.inf),
    ],
)
def test_of_floats(expected: list[float], found: list[float], difference: float) -> None:
    one, other = np.array(expected, np.float32), np.array(found, np.float32)
    assert relative_difference(one, other) == pytest.approx(difference, abs=1e-6)


def test_of_whole_numbers() -> None:
    labels = np.array([1, 2])
    assert relative_difference(labels, labels.copy()) == 0
    assert relative_difference(labels, labels + 1) == math.inf


def test_objects_may_change_places() -> None:
    rng = np.random.default_rng(2)
    expected = {
        "boxes": rng.uniform(0, 100, (5, 4)).astype(np.float32),
        "scores": np.full(5, 0.5, np.float32),
        "masks": rng.uniform(0, 1, (5, 6, 7)).astype(np.float32),
        "count": np.array([5]),
    }
    listed = ("boxes", "scores", "masks")
    places = [3, 0, 4, 1, 2]
    found = {name: a[places] if name in listed else a for name, a in expected.items()}
    ordered = in_order_of(expected, found, listed)
    assert all(np.array_equal(ordered[name], array) for name, array in expected.items())
    assert in_order_of(expected, found, ()) == found
    fewer = {**found, "boxes": found["boxes"][:4]}
    assert in_order_of(expected, fewer, listed) is fewer
