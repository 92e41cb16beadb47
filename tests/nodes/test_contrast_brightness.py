from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.image import Image
from dtl_engine.sdk import Pixels
from dtl_engine.testing import make_sample
from dtl_nodes.contrast_brightness import ContrastBrightness
from tests.fixtures.nodes import make, refuses, run


def settings(
    contrast: tuple[float, float], brightness: tuple[float, float], **more: bool
) -> dict[str, Any]:
    return {
        "contrast": {"min": contrast[0], "max": contrast[1], **more},
        "brightness": {"min": brightness[0], "max": brightness[1]},
    }


def changed(pixels: Any, chosen: Any, seed: int = 0) -> Pixels:
    array = np.array(pixels, np.uint8)
    sample = make_sample(array.shape[1], array.shape[0]).replace(image=Image.from_pixels(array))
    (result,) = run(ContrastBrightness, chosen, sample, seed=seed)
    assert result.annotation is sample.annotation
    return result.image.pixels()


@pytest.mark.parametrize(
    ("factor", "shift", "more", "expected"),
    [(1.5, 10, {}, (160, 235, 255)),
     (1.5, 10, {"center_grey": True}, (96, 171, 246)),
     (0.333, 0, {}, (33, 50, 67)),
     (0, 0, {}, (0, 0, 0)),
     (0, 0, {"center_grey": True}, (128, 128, 128)),
     (0, 300 - 45, {"center_grey": False}, (255, 255, 255)),
     (10, -255, {}, (255, 255, 255)),
     (1, -120, {"center_grey": True}, (0, 30, 80))],
)  # fmt: skip
def test_values(
    factor: float, shift: float, more: dict[str, bool], expected: tuple[int, int, int]
) -> None:
    chosen = settings((factor, factor), (shift, shift), **more)
    assert tuple(changed([[(100, 150, 200)]], chosen)[0, 0]) == expected


@pytest.mark.parametrize("center_grey", [False, True])
def test_identity(center_grey: bool) -> None:
    ramp = np.arange(256 * 3).reshape(16, 16, 3) % 256
    chosen = settings((1, 1), (0, 0), center_grey=center_grey)
    assert (changed(ramp, chosen) == ramp).all()
    node = make(ContrastBrightness, chosen)
    assert not node.is_random(node.settings)


def test_contrast_is_drawn_before_brightness_and_independently() -> None:
    wide = settings((0.5, 1.5), (0, 0))
    both = settings((0.5, 1.5), (-20, 20))
    shifts = []
    for seed in range(30):
        scaled = int(changed([[(100, 100, 100)]], wide, seed)[0, 0, 0])
        assert 50 <= scaled <= 150
        shifts.append(int(changed([[(100, 100, 100)]], both, seed)[0, 0, 0]) - scaled)
    assert -21 <= min(shifts) < -10 < 10 < max(shifts) <= 21


@pytest.mark.parametrize(
    ("chosen", "words"),
    [(settings((2, 1), (0, 0)), ("min 2 is above max 1",)),
     (settings((1, 1), (5, -5)), ("min 5 is above max -5",)),
     (settings((-1, 1), (0, 0)), ("contrast.min",)),
     (settings((1, 11), (0, 0)), ("contrast.max",)),
     (settings((1, 1), (-256, 0)), ("brightness.min",)),
     ({"contrast": {"min": 1, "max": 1}}, ("brightness",)),
     ({"brightness": {"min": 1, "max": 1}}, ("contrast",)),
     ({"contrast": {"min": 1, "max": 1, "centre_grey": True},
       "brightness": {"min": 1, "max": 1}}, ("centre_grey",)),
     ({"contrast": {"min": 1, "max": 1},
       "brightness": {"min": 1, "max": 1, "center_grey": True}}, ("center_grey",))],
)  # fmt: skip
def test_refuses(chosen: dict[str, Any], words: tuple[str, ...]) -> None:
    refuses(ContrastBrightness, chosen, *words)
