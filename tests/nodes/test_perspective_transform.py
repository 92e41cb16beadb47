"""The ``perspective_transform`` node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Point, Polygon, Polyline, Rectangle
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.kernels.noise import seeded
from dtl_nodes.kernels.perspective import jitter, view
from dtl_nodes.motion.motion import project
from dtl_nodes.perspective_transform import PerspectiveTransform
from tests.fixtures.nodes import infer, refuses, run, shapes_of, size_of, with_shapes

SIZE = Size(100, 80)
POLYGON = Polygon([(30, 25), (70, 22), (75, 50), (30, 60)])


def settings(
    low: float = 0.05, high: float = 0.1, *, keep: bool = True, fit: bool = False, **more: Any
) -> dict[str, Any]:
    box = {"keep": keep, "fit": fit}
    return {"scale": {"min": low, "max": high}, "size_box": box, "classes_mapping": {}, **more}


def test_keep_keeps_the_size() -> None:
    for fit in (False, True):
        (result,) = run(PerspectiveTransform, settings(fit=fit), make_sample(*SIZE))
        assert size_of(result) == (SIZE, SIZE)


def test_without_keep_the_view_has_its_own_size() -> None:
    for seed in range(5):
        (inner,) = run(PerspectiveTransform, settings(keep=False), make_sample(*SIZE), seed=seed)
        assert inner.size.width <= SIZE.width
        assert inner.size.height <= SIZE.height
        (outer,) = run(
            PerspectiveTransform, settings(keep=False, fit=True), make_sample(*SIZE), seed=seed
        )
        assert outer.size == outer.image.size
        assert outer.size > inner.size


def test_the_corners_become_those_of_the_view() -> None:
    corners = np.array(((0.1, 0.2), (0.05, 0.1), (0.0, 0.1), (0.2, 0.0)))
    matrix, size = view(SIZE, corners, keep=True, fit=False)
    assert size == SIZE
    quad = np.array(((10, 16), (95, 8), (100, 72), (20, 80)), np.float64)
    rectangle = np.array(((0, 0), (100, 0), (100, 80), (0, 80)), np.float64)
    assert project(matrix, quad) == pytest.approx(rectangle, abs=1e-3)


def test_fit_shows_all() -> None:
    for seed in range(20):
        corners = jitter(0.1, seeded(seed))
        matrix, size = view(SIZE, corners, keep=False, fit=True)
        rectangle = np.array(((0, 0), (100, 0), (100, 80), (0, 80)), np.float64)
        places = project(matrix, rectangle)
        assert places.min(axis=0) == pytest.approx((0, 0), abs=1e-6)
        assert (places.max(axis=0) <= np.array(size) + 1e-6).all()


@pytest.mark.parametrize("seed", range(30))
def test_fit_ends_however_oblique(seed: int) -> None:
    _, size = view(SIZE, jitter(0.5, seeded(seed)), keep=False, fit=True)
    assert size.width <= 4 * SIZE.width
    assert size.height <= 4 * SIZE.height


def test_fit_keeps_every_object() -> None:
    shapes = (Point(0, 0), Rectangle(0, 0, 100, 80), POLYGON, Polyline([(0, 0), (100, 80)]))
    for seed in range(10):
        (result,) = run(
            PerspectiveTransform, settings(fit=True), with_shapes(SIZE, *shapes[1:]), seed=seed
        )
        assert [one.kind for one in shapes_of(result)] == [one.kind for one in shapes[1:]]
        box, polygon, line = shapes_of(result)
        assert box.bbox == pytest.approx((0, 0, 100, 80), abs=1)
        assert isinstance(polygon, Polygon)
        assert isinstance(line, Polyline)
        assert len(polygon.exterior) == 4, "straight lines stay straight"
        assert len(line.points) == 2


def test_fill() -> None:
    corners = {"cval": {"value": 77}}
    (result,) = run(PerspectiveTransform, settings(0.3, 0.3, fit=True, **corners),
                    make_sample(*SIZE))  # fmt: skip
    assert (result.image.pixels() == 77).all(axis=2).any()


def test_fill_may_be_left_out() -> None:
    run(PerspectiveTransform, settings(), make_sample(1, 1))


def test_mapped_classes_become_masks() -> None:
    written = settings(classes_mapping={"thing": "__default__"})
    (result,) = run(PerspectiveTransform, written, with_shapes(SIZE, POLYGON))
    assert isinstance(result.instances[0].shape, Mask)
    patch = {"patch": "patch_mask"}
    schema = infer(PerspectiveTransform, settings(classes_mapping=patch), sample_schema())
    assert "patch_mask" in schema.label_names


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (settings(0.2, 0.1), "min 0.2 is above max 0.1"),
        (settings(0, 0.1), "greater than or equal to 0.01"),
        (settings(0.1, 0.6), "less than or equal to 0.5"),
        (settings(cval={"value": 256}), "less than or equal to 255"),
        ({**settings(), "size_box": {"keep": True}}, "fit"),
    ],
)
def test_wrong_settings(wrong: dict[str, Any], words: str) -> None:
    refuses(PerspectiveTransform, wrong, words)
