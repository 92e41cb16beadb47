from __future__ import annotations

import numpy as np
import pytest

from dtl_engine.model.shapes import Mask
from dtl_nodes.kernels.pixel_sets import mask_of_pixels, nth_outside, pixel_numbers


def test_numbers_run_in_reading_order() -> None:
    mask = Mask.tight(np.array([[1, 0, 1], [0, 1, 1]], bool), 2, 1)
    assert mask is not None
    assert pixel_numbers(mask, 10).tolist() == [12, 14, 23, 24]


@pytest.mark.parametrize("taken", [[], [0], [5], [0, 1, 2], [2, 3, 5], [0, 1, 2, 3, 4, 5]])
def test_free_numbers_are_counted(taken: list[int]) -> None:
    free = [number for number in range(6) if number not in taken]
    found = nth_outside(np.array(taken, np.intp), np.arange(len(free)))
    assert found.tolist() == free


def test_masks_and_numbers_are_the_same_pixels() -> None:
    mask = Mask.tight(np.array([[0, 1, 1], [1, 0, 0]], bool), 2, 1)
    assert mask is not None
    assert mask_of_pixels(pixel_numbers(mask, 7), 7) == mask
