"""The smallest rectangle around points, against OpenCV and against all that can be said of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_nodes.kernels.smallest_rectangle import smallest_rectangle

_NUMBERS = st.integers(-400, 400).map(lambda number: number / 8)
_POINTS = st.lists(st.tuples(_NUMBERS, _NUMBERS), min_size=1, max_size=12)


def area_of(corners: np.ndarray) -> float:
    x, y = corners.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


@given(_POINTS)
def test_it_is_a_rectangle_around_all_and_as_small_as_opencvs(
    places: list[tuple[float, float]],
) -> None:
    points = np.array(places)
    corners = smallest_rectangle(points)
    sides = np.roll(corners, -1, axis=0) - corners
    assert sides[0] == pytest.approx(-sides[2], abs=1e-9)
    assert sides[1] == pytest.approx(-sides[3], abs=1e-9)
    assert sides[0] @ sides[1] == pytest.approx(0, abs=1e-6)
    for corner, side in zip(corners, sides, strict=True):
        # y points down: what is inside lies to the right of each side.
        inward = np.array((-side[1], side[0])) / max(np.hypot(*side), 1e-300)
        assert ((points - corner) @ inward >= -1e-9).all()
    _, (width, height), _ = cv2.minAreaRect(points.astype(np.float32))
    assert area_of(corners) <= width * height * (1 + 1e-3) + 1e-3


@pytest.mark.parametrize("degrees", [0.0, 10.0, 44.9, 45.0, 89.5])
def test_a_turned_rectangle_is_found_again(degrees: float) -> None:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    upright = np.array(((0.0, 0.0), (40.0, 0.0), (40.0, 10.0), (0.0, 10.0)))
    # Clockwise as seen on the screen, beginning with the upper left corner.
    turned = upright @ np.array(((cos, sin), (-sin, cos))) + (300, 200)
    inside = turned.mean(axis=0) + (turned - turned.mean(axis=0)) * 0.5
    found = smallest_rectangle(np.concatenate((inside, turned[::-1])))
    assert found == pytest.approx(turned, abs=1e-9)


def test_upright_ones_are_exact_and_first() -> None:
    # The one that is turned by 45 degrees is as small.
    triangle = np.array(((0.0, 0.0), (8.0, 0.0), (4.0, 4.0)))
    assert smallest_rectangle(triangle).tolist() == [[0, 0], [8, 0], [8, 4], [0, 4]]
    assert smallest_rectangle(triangle[::-1] + 0.1)[0] == pytest.approx((0.1, 0.1))


def test_points_on_one_line_have_no_area() -> None:
    for points in (((3.0, 4.0),), ((1.0, 1.0), (3.0, 3.0), (2.0, 2.0)), ((1.0, 5.0), (9.0, 5.0))):
        corners = smallest_rectangle(np.array(points))
        assert area_of(corners) == pytest.approx(0, abs=1e-12)
        assert np.ptp(corners, axis=0) == pytest.approx(np.ptp(np.array(points), axis=0))


def test_many_sides() -> None:
    angles = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    circle = np.stack((500 + 400 * np.cos(angles), 500 + 400 * np.sin(angles)), axis=1)
    assert area_of(smallest_rectangle(circle)) == pytest.approx(800**2, rel=1e-4)
