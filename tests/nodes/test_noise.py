from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.image import Image
from dtl_engine.sdk import Pixels
from dtl_engine.testing import make_sample
from dtl_nodes.noise import Noise
from tests.fixtures.nodes import make, refuses, run


def noisy(value: int, mean: float, std: float, *, side: int = 300, seed: int = 0) -> Pixels:
    pixels = np.full((side, side, 3), value, np.uint8)
    sample = make_sample(side, side).replace(image=Image.from_pixels(pixels))
    (result,) = run(Noise, {"mean": mean, "std": std}, sample, seed=seed)
    assert result.annotation is sample.annotation
    return result.image.pixels()


def test_mean_and_deviation() -> None:
    added = noisy(120, 7, 12).astype(float) - 120
    assert abs(added.mean() - 7) < 0.1
    assert abs(added.std() - 12) < 0.1


def test_values_of_a_pixel_and_of_neighbours_are_independent() -> None:
    added = noisy(120, 0, 20).astype(float) - 120
    channels = np.corrcoef(added.reshape(-1, 3).T)
    neighbours = np.corrcoef(added[:, :-1].ravel(), added[:, 1:].ravel())
    rows = np.corrcoef(added[:-1].ravel(), added[1:].ravel())
    for found in (channels, neighbours, rows):
        assert np.abs(found - np.eye(len(found))).max() < 0.02


def test_rounding_adds_no_bias() -> None:
    assert abs(noisy(100, 0, 3, side=600).mean() - 100) < 0.01


def test_what_is_beyond_the_scale_is_cut() -> None:
    dark, light = noisy(2, 0, 10), noisy(253, 0, 10)
    assert (dark == 0).mean() > 0.3
    assert (light == 255).mean() > 0.3


@pytest.mark.parametrize(("value", "mean", "result"), [(100, 10, 110), (250, 10, 255), (5, -9, 0)])
def test_without_deviation_the_mean_is_added(value: int, mean: float, result: int) -> None:
    assert (noisy(value, mean, 0, side=3) == result).all()
    node = make(Noise, {"mean": mean, "std": 0})
    assert not node.is_random(node.settings)


def test_seeds_differ() -> None:
    assert (noisy(120, 0, 9, seed=1) == noisy(120, 0, 9, seed=1)).all()
    assert (noisy(120, 0, 9, seed=1) != noisy(120, 0, 9, seed=2)).mean() > 0.9


def test_stays_the_same() -> None:
    """Other numbers than these would change the results of old graphs."""
    stored = [[[112, 111, 120], [116, 123, 128]], [[131, 116, 108], [115, 123, 117]]]
    assert noisy(120, 0, 9, side=2).tolist() == stored


@pytest.mark.parametrize(
    "settings",
    [{"mean": 0}, {"std": 1}, {"mean": 0, "std": -1}, {"mean": 0, "std": True},
     {"mean": "0", "std": 1}, {"mean": 0, "std": 1, "seed": 3}, {"mean": 0, "std": 1e300}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Noise, settings)
