from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)
from dtl_engine.node.count import Count
from dtl_engine.testing import make_sample
from dtl_nodes.crop_annotation import CropAnnotation
from tests.fixtures.nodes import make, refuses, run, shapes_of, with_shapes


def cut(*shapes: Shape, **sides: str) -> list[Shape]:
    (result,) = run(CropAnnotation, {"sides": sides}, with_shapes((10, 8), *shapes))
    return shapes_of(result)


def test_objects_are_cut_and_stay_in_place() -> None:
    mask = Mask.tight(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], bool), 2, 2)
    assert mask is not None
    assert cut(Rectangle(1, 1, 6, 3), Rectangle(0, 0, 2, 2), left="4px") == [Rectangle(4, 1, 6, 3)]
    assert cut(mask, left="4px") == [Mask.tight(np.array([[1], [1]], bool), 4, 3)]
    assert cut(Point(3, 2), Point(4, 2), left="4px") == [Point(4, 2)]
    assert cut(Polyline([(0, 3), (9, 3)]), left="40%") == [Polyline([(4, 3), (9, 3)])]
    hand = Keypoints((Node("w", 1, 2), Node("t", 6, 4)))
    assert cut(hand, left="4px") == [Keypoints((Node("t", 6, 4),))]


def test_pieces_keep_what_the_object_had() -> None:
    letter_c = [(0, 0), (10, 0), (10, 2), (2, 2), (2, 4), (10, 4), (10, 6), (0, 6)]
    sample = with_shapes((10, 8), Polygon(letter_c))
    (result,) = run(CropAnnotation, {"sides": {"left": "4px"}}, sample)
    assert [piece.bbox for piece in shapes_of(result)] == [(4, 0, 10, 2), (4, 4, 10, 6)]
    for piece in result.instances:
        assert piece.with_shape(sample.instances[0].shape) == sample.instances[0]


def test_image_and_size_stay() -> None:
    sample = with_shapes((10, 8), Rectangle(1, 1, 6, 3))
    (result,) = run(CropAnnotation, {"sides": {"left": "4px"}}, sample)
    assert result.image is sample.image
    assert result.size == result.annotation.size == sample.size


@pytest.mark.parametrize("sides", [{"left": "50%", "right": "50%"}, {"top": "99px"}])
def test_empty_window_is_no_output(sides: dict[str, str]) -> None:
    assert run(CropAnnotation, {"sides": sides}, make_sample(10, 8)) == []


def percent(low: float, high: float) -> dict[str, float]:
    return {"min_percent": low, "max_percent": high}


def test_random_windows_reach_every_place() -> None:
    part = {"random_part": {"width": percent(50, 50), "height": percent(50, 50)}}
    sample = with_shapes((6, 4), Rectangle(0, 0, 6, 4))
    boxes = {
        run(CropAnnotation, part, sample, seed=seed)[0].instances[0].shape.bbox
        for seed in range(300)
    }
    assert boxes == {(x, y, x + 3, y + 2) for x in range(4) for y in range(3)}


@pytest.mark.parametrize(
    ("settings", "counts"),
    [({"sides": {}}, (3, 3)), ({"sides": {"left": "1px"}}, (0, 3)),
     ({"random_part": {"width": percent(100, 100), "height": percent(100, 100)}}, (3, 3))],
)  # fmt: skip
def test_counts(settings: dict[str, Any], counts: tuple[int, int]) -> None:
    node = make(CropAnnotation, settings)
    (count,) = node.infer_counts(node.settings, Count(3))
    assert (count.low, count.high) == counts


@pytest.mark.parametrize(
    "settings",
    [{}, {"sides": {"left": "1.5px"}}, {"sides": {}, "random_part": {}},
     {"random_part": {"width": percent(60, 50), "height": percent(1, 2)}}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(CropAnnotation, settings)
