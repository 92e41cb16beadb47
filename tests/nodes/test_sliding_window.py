from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.errors import DataError
from dtl_engine.model.geometry import Window
from dtl_engine.model.shapes import Rectangle
from dtl_engine.node.count import Count
from dtl_engine.testing import assert_same_sample, make_sample
from dtl_nodes.resize_annotation import ResizeAnnotation
from dtl_nodes.sliding_window import SlidingWindow
from tests.fixtures.nodes import make, refuses, run, shapes_of, with_shapes


def tiling(width: int, height: int, x: int = 0, y: int = 0) -> dict[str, Any]:
    return {"window": {"width": width, "height": height}, "min_overlap": {"x": x, "y": y}}


def places(settings: dict[str, Any], size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return where the windows start; the picture counts its columns and rows in its pixels."""
    found = []
    for result in run(SlidingWindow, settings, make_sample(*size)):
        assert result.size == result.image.size == tuple(settings["window"].values())
        x, y, _ = result.image.pixels()[0, 0]
        found.append((int(x), int(y)))
    return found


@pytest.mark.parametrize(
    ("size", "settings", "xs", "ys"),
    [((10, 8), tiling(4, 4, 1, 1), (0, 3, 6), (0, 3, 4)),
     ((10, 8), tiling(4, 4), (0, 4, 6), (0, 4)), ((9, 4), tiling(4, 4, 2, 2), (0, 2, 4, 5), (0,)),
     ((10, 8), tiling(10, 8), (0,), (0,)), ((10, 8), tiling(10, 8, 9, 7), (0,), (0,)),
     ((3, 2), tiling(1, 2), (0, 1, 2), (0,)), ((1, 1), tiling(1, 1), (0,), (0,)),
     ((8, 3), tiling(4, 3), (0, 4), (0,)), ((9, 3), tiling(4, 3), (0, 4, 5), (0,))],
)  # fmt: skip
def test_places(
    size: tuple[int, int], settings: dict[str, Any], xs: tuple[int, ...], ys: tuple[int, ...]
) -> None:
    assert places(settings, size) == [(x, y) for y in ys for x in xs]


def test_each_window_is_a_crop() -> None:
    sample = with_shapes((10, 8), Rectangle(1, 1, 9, 7))
    results = run(SlidingWindow, tiling(6, 8), sample)
    assert_same_sample(results[0], sample.crop(Window(0, 0, 6, 8)))
    assert shapes_of(results[1]) == [Rectangle(0, 1, 5, 7)]


def test_scaled_objects_are_restored() -> None:
    sample = with_shapes((10, 8), Rectangle(1, 1, 9, 7))
    settings = {"width": 30, "height": -1, "aspect_ratio": {"keep": True}}
    (scaled,) = run(ResizeAnnotation, settings, sample)
    for one, other in zip(
        run(SlidingWindow, tiling(4, 4), scaled),
        run(SlidingWindow, tiling(4, 4), sample),
        strict=True,
    ):
        assert_same_sample(one, other)


@pytest.mark.parametrize("settings", [tiling(11, 8), tiling(10, 9), tiling(500, 500)])
def test_image_smaller_than_the_window(settings: dict[str, Any]) -> None:
    width, height = settings["window"].values()
    message = f"the image of 10x8 pixels is smaller than the window of {width}x{height}"
    with pytest.raises(DataError, match=message) as failed:
        run(SlidingWindow, settings, make_sample(10, 8))
    assert failed.value.code == "F611"


def test_counts() -> None:
    node = make(SlidingWindow, tiling(4, 4))
    (count,) = node.infer_counts(node.settings, Count(3))
    assert count.low == 3
    assert str(count) == "3 or more"
    assert str(node.infer_counts(node.settings, Count(0))[0]) == "0"


@pytest.mark.parametrize(
    ("settings", "words"),
    [(tiling(4, 4, 4, 0), "'min_overlap.x' is less than 'window.width', not 4 of 4"),
     (tiling(4, 5, 0, 7), "'min_overlap.y' is less than 'window.height', not 7 of 5"),
     (tiling(0, 4), "1"), (tiling(4, 4, -1, 0), "0"), ({"window": {"width": 4}}, "height"),
     ({"window": {"width": 4, "height": 4}}, "min_overlap"),
     (tiling(4, 4) | {"min_overlap": {"x": 1}}, "y")],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: str) -> None:
    refuses(SlidingWindow, settings, words)
