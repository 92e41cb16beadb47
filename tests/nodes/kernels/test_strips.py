from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels
from dtl_nodes.kernels.noise import add_noise, seeded
from dtl_nodes.kernels.strips import by_strips, rounded


def test_strips_are_whole_rows_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtl_nodes.kernels.strips._STRIP_PIXELS", 25)
    pixels = np.arange(7 * 10 * 3, dtype=np.uint8).reshape(7, 10, 3)
    seen: list[Pixels] = []

    def halved(strip: Pixels) -> NDArray[np.float32]:
        seen.append(strip)
        return strip / np.float32(2)

    assert (by_strips(pixels, halved) == np.rint(pixels / 2)).all()
    assert [len(strip) for strip in seen] == [2, 2, 2, 1]


def test_strips_do_not_change_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.full((30, 21, 3), 90, np.uint8)
    whole = add_noise(pixels, 3, 20, seeded(5))
    monkeypatch.setattr("dtl_nodes.kernels.strips._STRIP_PIXELS", 40)
    assert (add_noise(pixels, 3, 20, seeded(5)) == whole).all()


def test_rounded_to_nearest_and_cut() -> None:
    values = np.array([-3.0, -0.4, 0.4, 0.6, 254.6, 255.6, 1e9])
    assert rounded(values).tolist() == [0, 0, 0, 1, 255, 255, 255]
