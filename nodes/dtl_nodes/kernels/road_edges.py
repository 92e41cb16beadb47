"""The left and the right edge of a road seen from a car."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.kernels.chains import Points, lengths

FAR_PX = 1000
"""How far beside and above the image the places lie that corners are measured from."""

ROUND_FROM = 8
"""A convex hull of so many vertices is walked for the place where the road bends out of view."""


def road_edges(ring: Points, size: Size) -> tuple[Points, Points]:
    """Return the left and the right edge of a road, (2, 2) each, in whole pixels.

    The edges run between corners of the convex hull. One of many vertices is walked clockwise, as
    seen, from the bottom left corner: the left edge ends where the walk enters the triangle from
    the upper corners of the image to a place above its middle, the right edge begins where it
    leaves the triangle again.

    Args:
        ring: (N, 2), the outline of the road.
        size: of the image.

    Source: DTL reference, ``road_lines``.
    """
    width, height = size
    hull = _hull(np.trunc(ring))
    bottom_left = _nearest(hull, (-FAR_PX, 0.7 * height))
    bottom_right = _nearest(hull, (width + FAR_PX, 0.7 * height))
    left = (_nearest(hull, (-FAR_PX, -FAR_PX)), bottom_left)
    right = (_nearest(hull, (width + FAR_PX, -FAR_PX)), bottom_right)
    if len(hull) >= ROUND_FROM:
        start = int(np.flatnonzero((hull == bottom_left).all(axis=1))[0])
        around = np.roll(hull, -start, axis=0)
        middles = np.trunc((around + np.roll(around, 1, axis=0)) / 2)
        within = _in_view(around, size)
        if within.any():
            enters = int(within.argmax())
            left = (bottom_left, middles[enters])
            leaves = np.flatnonzero(~within[enters:])
            if len(leaves):
                right = (middles[enters + leaves[0]], bottom_right)
    return np.array(left), np.array(right)


def _hull(points: Points) -> Points:
    """Return the convex hull clockwise as seen, y running down."""
    import shapely

    hull = shapely.convex_hull(shapely.MultiPoint(points))
    if hull.geom_type != "Polygon":
        line: Points = shapely.get_coordinates(hull)
        return line
    ring = hull.exterior
    corners: Points = shapely.get_coordinates(ring)[:-1]
    # What shapely, with y running up, calls counter-clockwise is clockwise with y running down.
    return corners if shapely.is_ccw(ring) else corners[::-1]


def _nearest(points: Points, place: tuple[float, float]) -> Points:
    """Return the one of ``points`` that is nearest to ``place``; of several the first."""
    nearest: Points = points[lengths(points - place).argmin()]
    return nearest


def _in_view(points: Points, size: Size) -> NDArray[np.bool_]:
    """Tell which points lie in the triangle whose tip is below the middle of the image's top."""
    width, height = size
    x, y = points.T
    tip_x, tip_y = width // 2, height / 1.75
    below_left, below_right = y * tip_x > x * tip_y, y * (width - tip_x) > (width - x) * tip_y
    within: NDArray[np.bool_] = (y >= 0) & ~below_left & ~below_right
    return within
