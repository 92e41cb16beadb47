from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dtl_engine.model.shapes import Keypoints, Mask, Node, Point, Polygon, Polyline, Rectangle
from dtl_engine.testing import assert_same_sample, conformance_samples, make_sample
from dtl_nodes.flip import Flip
from tests.fixtures.nodes import refuses, run, shapes_of, size_of, with_shapes

BITMAP = Mask.tight(np.array([[1, 0], [1, 1]], bool), 1, 1)


def flipped(axis: str, *shapes: Any) -> list[Any]:
    (result,) = run(Flip, {"axis": axis}, with_shapes((10, 8), *shapes))
    return shapes_of(result)


def test_vertical_reverses_columns() -> None:
    assert BITMAP is not None
    assert flipped("vertical", Rectangle(2, 1, 6, 5), Point(3, 2), BITMAP) == [
        Rectangle(4, 1, 8, 5),
        Point(7, 2),
        Mask.tight(np.array([[0, 1], [1, 1]], bool), 7, 1),
    ]


def test_horizontal_reverses_rows() -> None:
    assert BITMAP is not None
    assert flipped("horizontal", Rectangle(2, 1, 6, 5), Point(3, 2), BITMAP) == [
        Rectangle(2, 3, 6, 7),
        Point(3, 6),
        Mask.tight(np.array([[1, 1], [1, 0]], bool), 1, 5),
    ]


def test_points_keep_their_order() -> None:
    line, ring = Polyline([(0, 1), (4, 2.5)]), Polygon([(0, 0), (4, 0), (0, 4)])
    hand = Keypoints((Node("w", 1, 2), Node("t", 3, 4, (("disabled", True),))))
    assert flipped("vertical", line, ring, hand) == [
        Polyline([(10, 1), (6, 2.5)]),
        Polygon([(10, 0), (6, 0), (10, 4)]),
        Keypoints((Node("w", 9, 2), Node("t", 7, 4, (("disabled", True),)))),
    ]


def test_nothing_is_clipped() -> None:
    assert flipped("vertical", Rectangle(-3, 0, 4, 2)) == [Rectangle(6, 0, 13, 2)]


def test_pixels_follow() -> None:
    sample = make_sample(5, 3)
    pixels = sample.image.pixels()
    (vertical,) = run(Flip, {"axis": "vertical"}, sample)
    (horizontal,) = run(Flip, {"axis": "horizontal"}, sample)
    assert (vertical.image.pixels() == pixels[:, ::-1]).all()
    assert (horizontal.image.pixels() == pixels[::-1]).all()


@pytest.mark.parametrize("axis", ["vertical", "horizontal"])
def test_flipping_twice_is_identity(axis: str) -> None:
    for sample in conformance_samples():
        (once,) = run(Flip, {"axis": axis}, sample)
        assert size_of(once) == (sample.size, sample.size)
        (twice,) = run(Flip, {"axis": axis}, once)
        assert_same_sample(twice, sample)


def test_keeps_everything_but_places() -> None:
    sample = conformance_samples()[0]
    (result,) = run(Flip, {"axis": "vertical"}, sample)
    assert result.tags == sample.tags
    for before, after in zip(sample.instances, result.instances, strict=True):
        assert after.with_shape(before.shape) == before


@pytest.mark.parametrize(
    "settings",
    [{}, {"axis": "diagonal"}, {"axis": "Vertical"}, {"axis": None}, {"axis": ["vertical"]},
     {"axsi": "vertical"}, {"axis": "vertical", "size": 1}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Flip, settings)
