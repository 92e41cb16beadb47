"""The smallest rectangle of any direction around points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N, 2) float64, x and y in pixels."""

_BLOCK = 256
_SAME_AREA = 1e-9


def smallest_rectangle(points: Points) -> Points:
    """Return the corners of the rectangle of least area around points.

    It has a side along one of the convex hull. Of several that are as small it is the one that is
    turned least. The sums are of float64: OpenCV's ``minAreaRect`` rounds to float32.

    Args:
        points: (N, 2), N >= 1; pixels count with their corners, not their centres.

    Returns:
        (4, 2), clockwise as seen on the screen from the upper left corner of the rectangle before
        it is turned, by less than a quarter; without area where the points are on one line.

    Source: H. Freeman and R. Shapira, Determining the minimum-area encasing rectangle for an
        arbitrary closed curve, 1975.
    """
    origin = points[0]
    hull = _hull(points - origin)
    directions = _directions(hull)
    areas = np.concatenate(
        [
            np.ptp(hull @ some.T, axis=0) * np.ptp(hull @ _right_of(some).T, axis=0)
            for some in (directions[at : at + _BLOCK] for at in range(0, len(directions), _BLOCK))
        ]
    )
    smallest = areas <= areas.min() * (1 + _SAME_AREA)
    along = directions[smallest][directions[smallest][:, 1].argmin()]
    frame = np.stack((along, _right_of(along)))
    places = (points - origin) @ frame.T
    (u0, v0), (u1, v1) = places.min(axis=0), places.max(axis=0)
    corners: Points = np.array(((u0, v0), (u1, v0), (u1, v1), (u0, v1))) @ frame + origin
    return corners


def _hull(points: Points) -> Points:
    """Return the corners of the convex hull, in order."""
    import cv2

    at = cv2.convexHull(points.astype(np.float32), returnPoints=False)
    hull: Points = points[np.asarray(at, np.intp).ravel()]
    return hull


def _directions(hull: Points) -> Points:
    """Return unit vectors along the sides of a hull, turned by quarters to the lower right."""
    sides = np.roll(hull, -1, axis=0) - hull
    lengths = np.hypot(*sides.T)
    if not lengths.any():
        return np.array(((1.0, 0.0),))
    x, y = (sides[lengths > 0] / lengths[lengths > 0, None]).T
    for _ in range(3):
        turned = (x <= 0) | (y < 0)
        x, y = np.where(turned, -y, x), np.where(turned, x, y)
    return np.stack((x, y), axis=1) + 0.0


def _right_of(directions: Points) -> Points:
    """Return directions turned by a quarter, clockwise as seen on the screen."""
    turned: Points = np.stack((-directions[..., 1], directions[..., 0]), axis=-1)
    return turned
