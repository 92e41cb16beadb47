from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.image import Image
from dtl_engine.node.draws import Draws
from dtl_engine.sdk import Pixels
from dtl_engine.testing import make_sample
from dtl_nodes.random_color import RandomColor
from tests.fixtures.nodes import make, refuses, run

# Far enough from black and white that no mixture is cut.
PIXELS = np.random.default_rng(3).integers(90, 150, (40, 50, 3), dtype=np.uint8)


def recolored(strength: float, seed: int = 0) -> Pixels:
    sample = make_sample(50, 40).replace(image=Image.from_pixels(PIXELS.copy()))
    (result,) = run(RandomColor, {"strength": strength}, sample, seed=seed)
    assert result.annotation is sample.annotation
    return result.image.pixels()


def matrix(strength: float, seed: int) -> Any:
    """Return the matrix that the node multiplied row vectors by."""
    before = PIXELS.reshape(-1, 3).astype(float)
    found, *_ = np.linalg.lstsq(before, recolored(strength, seed).reshape(-1, 3), rcond=None)
    return found


def test_one_matrix_per_image_times_row_vectors() -> None:
    node = make(RandomColor, {"strength": 0.2})
    sample = make_sample(50, 40)
    values = node.draw(sample, Draws(4, "node", sample))  # type: ignore[attr-defined]
    drawn = np.eye(3) + 0.04 * np.array(values).reshape(3, 3)
    exact = PIXELS.reshape(-1, 3) @ drawn
    assert (recolored(0.2, 4).reshape(-1, 3) == np.rint(exact)).mean() > 0.999
    assert np.abs(matrix(0.2, 4) - drawn).max() < 0.01


def test_elements_are_normal() -> None:
    node = make(RandomColor, {})
    sample = make_sample(1, 1)
    drawn = np.array([node.draw(sample, Draws(seed, "node", sample)) for seed in range(3000)])  # type: ignore[attr-defined]
    assert drawn.shape == (3000, 9)
    assert np.abs(drawn.mean(axis=0)).max() < 0.08
    assert np.abs(drawn.std(axis=0) - 1).max() < 0.05
    assert np.abs(np.corrcoef(drawn.T) - np.eye(9)).max() < 0.08
    assert 0.66 < (np.abs(drawn) < 1).mean() < 0.70


def test_strength_0_is_identity() -> None:
    assert (recolored(0) == PIXELS).all()
    node = make(RandomColor, {"strength": 0})
    assert not node.is_random(node.settings)


def test_strength_is_a_quarter_by_default() -> None:
    sample = make_sample(5, 4)
    (default,) = run(RandomColor, {}, sample)
    (quarter,) = run(RandomColor, {"strength": 0.25}, sample)
    assert (default.image.pixels() == quarter.image.pixels()).all()


@pytest.mark.parametrize("settings", [{"strength": 1.1}, {"strength": -0.1}, {"strenght": 0.5}])
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(RandomColor, settings)
