"""Drawing, compared with the rule itself: every pixel asked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import cv2
import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Polygon, Polyline
from dtl_nodes.kernels.draw import draw_filled, draw_outline
from tests.nodes.kernels.pixels import LARGE, Pixel, chain_pixels, pixels_of, slow_stroke


def inside(ring: Sequence[Pixel], x: int, y: int) -> bool:
    crossings = 0
    for (xa, ya), (xb, yb) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if min(ya, yb) <= y < max(ya, yb):
            crossings += xa + Fraction((y - ya) * (xb - xa), yb - ya) <= x
    return crossings % 2 == 1


def ring_pixels(ring: Sequence[Pixel]) -> tuple[set[Pixel], set[Pixel]]:
    """Return the pixels inside a ring, and those on its border."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    border = chain_pixels([*ring, ring[0]])
    places = ((x, y) for x in range(min(xs), max(xs) + 1) for y in range(min(ys), max(ys) + 1))
    return {place for place in places if inside(ring, *place)} - border, border


def slow_polygon(exterior: Sequence[Pixel], holes: Sequence[Sequence[Pixel]] = ()) -> set[Pixel]:
    filled = set.union(*ring_pixels(exterior))
    for hole in holes:
        filled -= ring_pixels(hole)[0]
    return filled


def clipped(pixels: set[Pixel], size: Size) -> set[Pixel]:
    return {(x, y) for x, y in pixels if 0 <= x < size.width and 0 <= y < size.height}


def random_ring(random: Random, low: int, high: int, most: int = 7) -> list[Pixel]:
    count = random.randint(3, most)
    return [(random.randint(low, high), random.randint(low, high)) for _ in range(count)]


# Against the slow drawing.


@pytest.mark.parametrize("seed", range(60))
def test_polygons_as_drawn_slowly(seed: int) -> None:
    random = Random(seed)
    for low, high in ((0, 6), (0, 25), (-15, 45)):
        ring = random_ring(random, low, high)
        holes = [random_ring(random, low, high, 4) for _ in range(random.randint(0, 2))]
        drawn = draw_filled(Polygon(ring, holes), LARGE)
        assert pixels_of(drawn) == clipped(slow_polygon(ring, holes), LARGE)


@pytest.mark.parametrize("seed", range(30))
def test_lines_inside_as_drawn_slowly(seed: int) -> None:
    random = Random(seed)
    for high in (3, 8, 29):
        chain = random_ring(random, 0, high)
        drawn = draw_filled(Polyline(chain), LARGE)
        assert pixels_of(drawn) == chain_pixels(chain)


@pytest.mark.parametrize("seed", range(30))
def test_lines_that_leave_the_image_stay_within_a_pixel(seed: int) -> None:
    random = Random(seed)
    chain = random_ring(random, -40, 80)
    drawn = pixels_of(draw_filled(Polyline(chain), LARGE))
    exact = chain_pixels(chain)
    assert all(has_near(exact, pixel) for pixel in drawn)
    assert all(has_near(drawn, (x, y)) for x, y in exact if 0 < x < 39 and 0 < y < 29)


def has_near(pixels: set[Pixel], pixel: Pixel) -> bool:
    x, y = pixel
    return any((x + i, y + j) in pixels for i in (-1, 0, 1) for j in (-1, 0, 1))


@pytest.mark.parametrize("seed", range(12))
def test_strokes_as_drawn_slowly(seed: int) -> None:
    random = Random(seed)
    for low, high in ((0, 20), (-20, 50)):
        chain = random_ring(random, low, high, 4)
        for width in (3, 5, 9):
            drawn = draw_outline(Polyline(chain), LARGE, width)
            assert pixels_of(drawn) == slow_stroke(chain, width, LARGE)


@pytest.mark.parametrize("seed", range(12))
def test_even_strokes_as_drawn_by_opencv_into_the_whole_picture(seed: int) -> None:
    random = Random(seed)
    for low, high in ((0, 29), (-20, 50)):
        chain = random_ring(random, low, high, 4)
        for width in (2, 4, 10):
            picture = np.zeros((LARGE.height, LARGE.width), np.uint8)
            cv2.polylines(picture, [np.array(chain, np.int32)], False, 1, width)
            drawn = draw_outline(Polyline(chain), LARGE, width)
            assert drawn == Mask.tight(picture, 0, 0)
