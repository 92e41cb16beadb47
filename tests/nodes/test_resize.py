from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_engine.errors import ImageError
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Keypoints, Mask, Node, Point, Polygon, Polyline, Rectangle
from dtl_engine.testing import conformance_samples, make_sample
from dtl_nodes.resize import Resize
from tests.fixtures.nodes import refuses, run, shapes_of, size_of, with_shapes


def to(width: int, height: int, *, keep: bool = True) -> dict[str, Any]:
    return {"width": width, "height": height, "aspect_ratio": {"keep": keep}}


def resized(sample: Sample, width: int, height: int, *, keep: bool = True) -> Sample:
    (result,) = run(Resize, to(width, height, keep=keep), sample)
    return result


def with_picture(pixels: Any) -> Sample:
    array = np.array(pixels, np.uint8)
    sample = make_sample(array.shape[1], array.shape[0])
    return sample.replace(image=Image.from_pixels(np.repeat(array[:, :, None], 3, axis=2)))


def content(sample: Sample) -> tuple[int, int, int, int]:
    """Return columns and rows that are not black: left, top, right, bottom."""
    rows, columns = np.nonzero(sample.image.pixels().any(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


WHITE = 255


@pytest.mark.parametrize(
    ("before", "settings", "after"),
    [((10, 8), to(20, -1), (20, 16)), ((10, 8), to(-1, 4), (5, 4)), ((10, 7), to(5, -1), (5, 4)),
     ((10, 5), to(5, -1), (5, 2)), ((10, 8), to(15, 15), (15, 15)), ((9, 1), to(3, -1), (3, 1)),
     ((1000, 1), to(10, -1), (10, 1)), ((10, 8), to(3, 17, keep=False), (3, 17)),
     ((1, 1), to(1, 1), (1, 1)), ((1, 1), to(-1, 7), (7, 7))],
)  # fmt: skip
def test_sizes(before: tuple[int, int], settings: dict[str, Any], after: tuple[int, int]) -> None:
    (result,) = run(Resize, settings, make_sample(*before))
    assert size_of(result) == (Size(*after), Size(*after))
    assert result.image.pixels().shape == (after[1], after[0], 3)


@pytest.mark.parametrize(
    ("before", "canvas", "window"),
    [((10, 8), (15, 15), (0, 1, 15, 13)), ((7, 5), (20, 20), (0, 3, 20, 17)),
     ((10, 8), (30, 8), (10, 0, 20, 8)), ((1000, 1), (10, 10), (0, 4, 10, 5)),
     ((3, 2), (4, 4), (0, 0, 4, 3))],
)  # fmt: skip
def test_content_lies_in_the_middle_of_black(
    before: tuple[int, int], canvas: tuple[int, int], window: tuple[int, int, int, int]
) -> None:
    white = with_picture(np.full(before[::-1], WHITE))
    assert content(resized(white, *canvas)) == window


def row(sample: Sample) -> list[int]:
    return [int(value) for value in sample.image.pixels()[0, :, 0]]


def test_pixels_are_interpolated_between_their_centres() -> None:
    assert row(resized(with_picture([[0, 100]]), 4, 1, keep=False)) == [0, 25, 75, 100]
    assert row(resized(with_picture([[0, 10, 20, 30]]), 2, 1, keep=False)) == [5, 25]


def test_objects_of_a_doubled_image() -> None:
    mask = Mask.tight(np.array([[1, 0], [0, 1]], bool), 2, 2)
    assert mask is not None
    doubled = np.kron(np.eye(2), np.ones((2, 2))).astype(bool)
    sample = with_shapes(
        (10, 8),
        Point(3, 2),
        Rectangle(1, 1, 4, 3),
        Polyline([(0, 0), (10, 8)]),
        Polygon([(0, 0), (4, 0), (4, 4)], [[(2, 1), (3, 1), (3, 2)]]),
        Keypoints((Node("w", 1, 2), Node("t", 3.5, 4))),
        mask,
    )
    assert shapes_of(resized(sample, 20, -1)) == [
        Point(6, 4),
        Rectangle(2, 2, 8, 6),
        Polyline([(0, 0), (20, 16)]),
        Polygon([(0, 0), (8, 0), (8, 8)], [[(4, 2), (6, 2), (6, 4)]]),
        Keypoints((Node("w", 2, 4), Node("t", 7, 8))),
        Mask.tight(doubled, 4, 4),
    ]


def test_objects_move_with_the_content() -> None:
    sample = with_shapes((10, 8), Rectangle(0, 0, 10, 8), Point(5, 4))
    assert shapes_of(resized(sample, 15, 15)) == [Rectangle(0, 1, 15, 13), Point(7.5, 7)]
    assert shapes_of(resized(sample, 5, 16, keep=False)) == [Rectangle(0, 0, 5, 16), Point(2.5, 8)]


def test_points_keep_the_ratio_where_the_content_is_rounded() -> None:
    full = Mask.tight(np.ones((7, 10), bool), 0, 0)
    assert full is not None
    point, mask = shapes_of(resized(with_shapes((10, 7), Point(10, 7), full), 5, -1))
    assert point == Point(5, 3.5)
    assert mask == Mask.tight(np.ones((4, 5), bool), 0, 0)


def test_masks_that_vanish_are_dropped() -> None:
    pixel = Mask.tight(np.array([[1]], bool), 0, 0)
    assert pixel is not None
    assert shapes_of(resized(with_shapes((10, 8), pixel, Point(0, 0)), 5, -1)) == [Point(0, 0)]


def test_image_is_not_decoded_before_it_is_needed() -> None:
    missing = Image.open("nowhere.png", Size(10, 8))
    result = resized(make_sample(10, 8).replace(image=missing), 20, -1)
    assert result.image.size == Size(20, 16)


def test_giant_images_are_refused() -> None:
    with pytest.raises(ImageError, match="1x10 pixels would become one of 100000x1000000"):
        run(Resize, to(100_000, -1), make_sample(1, 10))


def test_keeps_everything_but_places() -> None:
    for sample in conformance_samples():
        result = resized(sample, 3 * sample.size.width, -1)
        assert (result.tags, result.origin) == (sample.tags, sample.origin)
        for before, after in zip(sample.instances, result.instances, strict=True):
            assert after.with_shape(before.shape) == before


def half_way() -> list[tuple[int, int]]:
    """Return sides and new sides of images whose other side, 1 px less, lies half-way."""
    return [(w, n) for w in range(2, 60) for n in range(1, 60) if (n * (w - 1) * 2) % (2 * w) == w]


def test_image_has_the_size_that_was_computed() -> None:
    cases = half_way()
    assert len(cases) > 20
    for width, new in cases:
        result = resized(make_sample(width, width - 1), new, -1)
        height: NDArray[Any] = result.image.pixels()
        assert height.shape[:2] == result.size[::-1]


@pytest.mark.parametrize(
    ("settings", "words"),
    [(to(0, 5), "-1 follows the other"), (to(-1, -1), "cannot both follow"), (to(-2, 5), "-1"),
     (to(-1, 5, keep=False), "'aspect_ratio.keep' must be true"), ({"width": 1, "height": 1}, ""),
     (to(5, 5) | {"width": 5.0}, ""), (to(5, 5) | {"aspect_ratio": {}}, ""),
     (to(5, 5) | {"aspect_ratio": {"keep": 1}}, ""), (to(5, 5) | {"classes": []}, "")],
)  # fmt: skip
def test_refuses(settings: dict[str, Any], words: str) -> None:
    refuses(Resize, settings, words)
