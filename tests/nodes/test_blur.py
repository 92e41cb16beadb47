from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from dtl_engine.model.image import Image
from dtl_engine.sdk import Pixels
from dtl_engine.testing import make_sample
from dtl_nodes.blur import Blur
from tests.fixtures.nodes import make, refuses, run


def blurred(pixels: Pixels, settings: Any, seed: int = 0) -> Pixels:
    height, width = pixels.shape[:2]
    sample = make_sample(width, height).replace(image=Image.from_pixels(pixels))
    (result,) = run(Blur, settings, sample, seed=seed)
    assert result.annotation is sample.annotation
    return result.image.pixels()


def gaussian(low: float, high: float) -> dict[str, Any]:
    return {"name": "gaussian", "sigma": {"min": low, "max": high}}


def noise(height: int, width: int) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("sigma", [0.5, 1.7, 6.0, 19.9, 20.0, 33.3, 70.0])
@pytest.mark.parametrize("shape", [(31, 44), (1, 9), (3, 3), (1, 1), (200, 150)])
def test_gaussian_mirrors_about_the_outermost_pixels(sigma: float, shape: tuple[int, int]) -> None:
    pixels = noise(*shape)
    pixels[shape[0] // 2 :, : shape[1] // 2] = 255
    rows, columns = (_weights(size, sigma) for size in shape)
    exact = np.einsum("ij,jkc,lk->ilc", rows, pixels.astype(float), columns, optimize=True)
    off = np.abs(blurred(pixels, gaussian(sigma, sigma)) - exact)
    assert off.max() < (0.52 if sigma < 20 else 0.85)


def _weights(size: int, sigma: float) -> Any:
    """Return the (size, size) weights of pixels in the blurred ones, along one side."""
    weights = np.zeros((size, size))
    half = round(4 * sigma)
    period = max(2 * size - 2, 1)
    for step in range(-half, half + 1):
        places = (np.arange(size) + step) % period
        seen = np.minimum(places, period - places)
        weights[np.arange(size), seen if size > 1 else 0] += np.exp(-(step**2) / (2 * sigma**2))
    return weights / weights.sum(axis=1, keepdims=True)


def test_bands_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = noise(150, 40)
    for sigma in (0.3, 3.1, 21.0):
        whole = blurred(pixels, gaussian(sigma, sigma))
        with monkeypatch.context() as patch:
            patch.setattr("dtl_nodes.kernels.blur._BAND_PIXELS", 1)
            banded = blurred(pixels, gaussian(sigma, sigma))
        assert np.abs(banded.astype(int) - whole).max() <= (0 if sigma < 20 else 1)


def test_mean_is_what_is_left_in_the_end() -> None:
    pixels = noise(7, 5)
    assert (blurred(pixels, gaussian(20, 20)) == blurred(pixels, gaussian(1e9, 1e9))).all()
    assert blurred(pixels, gaussian(1e9, 1e9)).std(axis=(0, 1)).max() == 0


def test_flat_pictures_stay() -> None:
    flat = np.full((20, 30, 3), (1, 128, 254), np.uint8)
    for sigma in (0.01, 3, 50, 1e6):
        assert (blurred(flat, gaussian(sigma, sigma)) == flat).all()


def test_sigma_is_drawn_from_the_range() -> None:
    node = make(Blur, gaussian(0.5, 2))
    assert node.is_random(node.settings)
    pixels = noise(30, 30)
    roughness = [blurred(pixels, gaussian(0.5, 2), seed).std() for seed in range(20)]
    weakest = blurred(pixels, gaussian(0.5, 0.5)).std()
    strongest = blurred(pixels, gaussian(2, 2)).std()
    assert weakest > max(roughness) > min(roughness) > strongest
    assert len(set(roughness)) > 15


@pytest.mark.parametrize("kernel", [3, 5, 7, 11])
def test_median_with_repeated_border(kernel: int) -> None:
    pixels = noise(12, 17)
    half = kernel // 2
    padded = np.pad(pixels, ((half, half), (half, half), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(0, 1))
    exact = np.median(windows.reshape(*pixels.shape, -1), axis=-1)
    assert (blurred(pixels, {"name": "median", "kernel": kernel}) == exact).all()


def test_largest_median_is_right() -> None:
    pixels = noise(60, 50)
    pixels[10:40, 5:30] //= 3
    result = blurred(pixels, {"name": "median", "kernel": 255})
    # From pixel (10, 20) the square sees the picture whole, and much of its repeated border.
    padded = np.pad(pixels, ((127, 127), (127, 127), (0, 0)), mode="edge")
    exact = np.median(padded[10 : 10 + 255, 20 : 20 + 255].reshape(-1, 3), axis=0)
    assert (result[10, 20] == exact).all()


def test_nothing_is_computed_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(cv2, "GaussianBlur", fail)
    (result,) = run(Blur, gaussian(1, 2), make_sample(9, 7))
    assert result.image.size == (9, 7)


def test_only_a_range_is_random() -> None:
    for settings in ({"name": "median", "kernel": 3}, gaussian(2, 2)):
        node = make(Blur, settings)
        assert not node.is_random(node.settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"name": "median", "kernel": 4}, ("odd", "3 or 5")),
     ({"name": "median", "kernel": 1}, ("3",)),
     ({"name": "median", "kernel": 257}, ("255",)),
     ({"name": "median", "kernel": 3.0}, ("integer",)),
     ({"name": "median"}, ("needs 'kernel'",)),
     ({"name": "gaussian"}, ("needs 'sigma'",)),
     ({"name": "gaussian", "kernel": 3}, ("needs 'sigma', and no 'kernel'",)),
     ({**gaussian(1, 2), "kernel": 3}, ("no 'kernel'",)),
     ({**gaussian(1, 2), "name": "median"}, ("needs 'kernel', and no 'sigma'",)),
     (gaussian(2, 1), ("min 2 is above max 1",)),
     (gaussian(0, 1), ("0.01",)),
     ({"name": "gaussian", "sigma": {"min": 1}}, ("max",)),
     ({"name": "gaussian", "sigma": 2}, ()),
     ({"name": "box", "kernel": 3}, ("gaussian",)),
     ({}, ("name",))],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: tuple[str, ...]) -> None:
    refuses(Blur, settings, *words)
