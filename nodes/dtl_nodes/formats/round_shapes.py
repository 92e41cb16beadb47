"""Circles and ellipses as polygons that stay within half a pixel of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import AnnotationError, Polygon

ERROR_PX = 0.5
FEWEST_VERTICES = 16
MOST_VERTICES = 4096


def ellipse_polygon(cx: float, cy: float, rx: float, ry: float, degrees: float = 0.0) -> Polygon:
    """Return the polygon of an ellipse: vertices on it, its sides at most half a pixel inside.

    Args:
        cx: centre, in pixels.
        cy: centre, in pixels.
        rx: radius along x before it is turned, in pixels.
        ry: radius along y before it is turned, in pixels.
        degrees: clockwise turn about the centre, as seen on the screen.

    Raises:
        AnnotationError: F604, a radius is not above 0, or too large for any image.

    Source: the sagitta of a chord, ``r (1 - cos(pi / n))``; an ellipse is a circle pressed
        together, which only shortens it.
    """
    radius = max(rx, ry)
    if not (rx > 0 and ry > 0 and math.isfinite(radius)):
        raise AnnotationError("F604", "ellipse: a radius is not above 0")
    half_angle = 2 * math.asin(math.sqrt(min(ERROR_PX / (2 * radius), 0.5)))
    needed = math.pi / half_angle
    if needed > MOST_VERTICES:
        raise AnnotationError("F604", "ellipse: a radius is too large for any image")
    count = max(math.ceil(needed), FEWEST_VERTICES)
    angles = np.arange(count) * (2 * math.pi / count)
    points = np.stack((rx * np.cos(angles), ry * np.sin(angles)), axis=1)
    return Polygon(turn_points(points, degrees) + np.array((cx, cy)))


def turned_box(x0: float, y0: float, x1: float, y1: float, degrees: float) -> Polygon:
    """Return the polygon of a box that is turned clockwise about its centre."""
    centre = np.array(((x0 + x1) / 2, (y0 + y1) / 2))
    corners = np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return Polygon(turn_points(corners - centre, degrees) + centre)


def turn_points(points: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    """Return points, (N, 2), turned clockwise about the origin as seen on the screen."""
    quarters = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
    turn = math.radians(degrees)
    cos, sin = quarters.get(degrees % 360, (math.cos(turn), math.sin(turn)))
    x, y = points.T
    turned: NDArray[np.float64] = np.stack((x * cos - y * sin, x * sin + y * cos), axis=1)
    return turned
