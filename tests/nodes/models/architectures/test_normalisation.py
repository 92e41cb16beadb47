from __future__ import annotations

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_nodes.models.architectures.normalisation import imagenet_values, raw_values, resized


def test_values_like_those_of_imagenet() -> None:
    pixels = np.array([[[255, 0, 51]]], np.uint8)
    values = imagenet_values(pixels)
    assert (values.shape, values.dtype) == ((3, 1, 1), np.float32)
    wanted = [(1 - 0.485) / 0.229, (0 - 0.456) / 0.224, (0.2 - 0.406) / 0.225]
    assert values.ravel().tolist() == pytest.approx(wanted, abs=1e-6)


def test_raw_values() -> None:
    values = raw_values(np.array([[[255, 0, 51], [1, 2, 3]]], np.uint8))
    assert values.tolist() == [[[255, 1]], [[0, 2]], [[51, 3]]]
    assert (values.dtype, values.flags.c_contiguous) == (np.float32, True)


def test_resizing_does_not_keep_proportions() -> None:
    pixels = np.zeros((4, 8, 3), np.uint8)
    assert resized(pixels, Size(8, 4), "cubic") is pixels
    assert resized(pixels, Size(3, 5), "cubic").shape == (5, 3, 3)


def test_cubic_overshoots_where_linear_does_not() -> None:
    step = np.repeat(np.array([[[50], [50], [200], [200]]], np.uint8), 3, axis=2)
    linear, cubic = (resized(step, Size(8, 1), how) for how in ("linear", "cubic"))
    assert (linear.min(), linear.max()) == (50, 200)
    assert cubic.min() < 50 < 200 < cubic.max()
