"""Shapes under affine maps; the nearest-pixel rule of masks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_engine.errors import AnnotationError
from dtl_engine.model.affine import Affine
from dtl_engine.model.geometry import Size
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

SIZE = Size(10, 8)
DOUBLE = Affine.scaling(SIZE, Size(20, 16))
QUARTER = Affine.rotation(SIZE, 90)


def mask(rows: list[str], x: int, y: int) -> Mask:
    made = Mask.tight(np.array([[int(pixel) for pixel in row] for row in rows]), x, y)
    assert made is not None
    return made


def noise(width: int, height: int, seed: int = 0) -> NDArray[np.bool_]:
    return np.random.default_rng(seed).random((height, width)) < 0.5


@pytest.mark.parametrize(
    ("shape", "after"),
    [(Point(1, 1), Point(1, 9)), (Rectangle(1, 1, 4, 3), Rectangle(1, 6, 3, 9)),
     (Polyline([(0, 0), (10, 8)]), Polyline([(0, 10), (8, 0)])),
     (Polygon([(0, 0), (4, 0), (4, 4)], [[(3, 1), (3.5, 1), (3.5, 2)]]),
      Polygon([(0, 10), (0, 6), (4, 6)], [[(1, 7), (1, 6.5), (2, 6.5)]])),
     (Keypoints((Node("w", 1, 2, (("disabled", True),)), Node("t", 3, 4))),
      Keypoints((Node("w", 2, 9, (("disabled", True),)), Node("t", 4, 7)))),
     (mask(["110", "011"], 0, 0), mask(["01", "11", "10"], 0, 7))],
)  # fmt: skip
def test_quarter_turn(shape: Shape, after: Shape) -> None:
    assert shape.transform(QUARTER) == (after,)


@pytest.mark.parametrize(
    ("shape", "after"),
    [(Point(1, 1.5), Point(2, 3)), (Rectangle(1, 1, 4, 3), Rectangle(2, 2, 8, 6)),
     (Polyline([(0, 0), (10, 8)]), Polyline([(0, 0), (20, 16)])),
     (Polygon([(0, 0), (4, 0), (4, 4)]), Polygon([(0, 0), (8, 0), (8, 8)])),
     (Keypoints((Node("w", 1, 2),)), Keypoints((Node("w", 2, 4),))),
     (mask(["10", "01"], 2, 2), mask(["1100", "1100", "0011", "0011"], 4, 4))],
)  # fmt: skip
def test_doubling(shape: Shape, after: Shape) -> None:
    assert shape.transform(DOUBLE) == (after,)


def test_nothing_is_clipped() -> None:
    assert Rectangle(-2, 0, 30, 1).transform(DOUBLE) == (Rectangle(-4, 0, 60, 2),)


@pytest.mark.parametrize("target", [(1, 1), (3, 5), (10, 8), (7, 11), (29, 31), (40, 24)])
def test_masks_take_the_nearest_pixel(target: tuple[int, int]) -> None:
    pixels = noise(10, 8)
    columns = (np.arange(target[0]) * 2 + 1) * 10 // (2 * target[0])
    rows = (np.arange(target[1]) * 2 + 1) * 8 // (2 * target[1])
    whole = Mask.tight(pixels, 0, 0)
    assert whole is not None
    made = whole.transform(Affine.scaling(SIZE, Size(*target)))
    picture = np.zeros(target[::-1], bool)
    for each in made:
        picture |= each.paint(Size(*target))
    assert (picture == pixels[np.ix_(rows, columns)]).all()


@pytest.mark.parametrize("quarters", range(-5, 6))
def test_quarter_turns_turn_the_array(quarters: int) -> None:
    pixels = noise(10, 8)
    pixels[0, 0] = pixels[-1, -1] = True
    whole = Mask.tight(pixels, 0, 0)
    assert whole is not None
    (turned,) = whole.transform(Affine.rotation(SIZE, 90 * quarters))
    assert (turned.x, turned.y) == (0, 0)
    assert (turned.pixels == np.rot90(pixels, quarters)).all()
    assert turned.pixels.flags.c_contiguous


@pytest.mark.parametrize("degrees", [1, 30, 45, 60.5, 135, 359])
def test_turned_masks_ask_the_pixel_below_each_centre(degrees: float) -> None:
    pixels = noise(10, 8)
    affine = Affine.rotation(SIZE, degrees)
    whole = Mask.tight(pixels, 0, 0)
    assert whole is not None
    (turned,) = whole.transform(affine)
    painted = turned.paint(affine.target)
    for (row, column), pixel in np.ndenumerate(painted):
        x, y = (place + 1e-9 for place in affine.inverse.point(column + 0.5, row + 0.5))
        inside = 0 <= x < SIZE.width and 0 <= y < SIZE.height
        assert pixel == (inside and pixels[int(y), int(x)])


def test_masks_vanish_between_the_pixels_that_are_asked() -> None:
    assert mask(["1"], 0, 0).transform(Affine.scaling(SIZE, Size(5, 4))) == ()
    assert mask(["1"], 1, 1).transform(Affine.scaling(SIZE, Size(5, 4))) == (mask(["1"], 0, 0),)


def test_masks_outside_the_image_move_too() -> None:
    moved = mask(["1"], -3, 9).transform(DOUBLE)
    assert moved == (mask(["11", "11"], -6, 18),)


def test_large_masks_are_turned_in_parts() -> None:
    size = Size(700, 500)
    pixels = noise(*size)
    whole = Mask.tight(pixels, 0, 0)
    assert whole is not None
    affine = Affine.rotation(size, 33)
    (turned,) = whole.transform(affine)
    rows, columns = np.mgrid[: affine.target.height, : affine.target.width] + 0.5
    places = affine.inverse.points(np.stack((columns.ravel(), rows.ravel()), axis=1))
    x, y = np.floor(places).astype(int).T
    inside = (x >= 0) & (x < size.width) & (y >= 0) & (y < size.height)
    expected = np.zeros(len(x), bool)
    expected[inside] = pixels[y[inside], x[inside]]
    # Rounding may decide a centre on a line of the grid either way.
    assert np.count_nonzero(expected.reshape(rows.shape) != turned.paint(affine.target)) <= 2


def test_coordinates_too_far_away_are_refused() -> None:
    giant = Affine.scaling(Size(1, 1), Size(10**6, 10**6))
    for shape in (Point(1e6, 0), Polyline([(0, 0), (1e6, 0)]), Rectangle(0, 0, 1e6, 1)):
        with pytest.raises(AnnotationError, match=r"beyond 2\*\*31"):
            shape.transform(giant)
