"""Polygons against a window; what crosses itself is read by the even-odd rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.shapes.base import Edges
from dtl_engine.model.shapes.coordinates import Points

if TYPE_CHECKING:
    from shapely import Geometry

LEAST_AREA_PX = 1e-9
"""Pieces up to this area in square pixels are noise of the arithmetic."""


def clip_rings(rings: Sequence[Points], window: Edges) -> list[list[Points]]:
    """Cut a polygon to a window.

    Args:
        rings: the outer ring and the holes, (N, 2) each; a repeated first vertex is allowed.
        window: left, top, right and bottom edge in pixels.

    Returns:
        The rings of each piece, outer ring first, no vertex repeated; pieces without area are
        left out. A ring that crosses itself is read by the even-odd rule; holes only take away.
    """
    import shapely

    # A vertex repeated once more does no harm; a ring of three points that repeats one would.
    closed = [np.concatenate((ring, ring[:1])) for ring in rings]
    polygon = shapely.Polygon(closed[0], closed[1:])
    if not shapely.is_valid(polygon):
        polygon = _interior(closed)
    # ``shapely.clip_by_rect`` would not do: where a polygon runs back along itself, as it may after
    # a turn, it fails or returns the whole window.
    clipped = shapely.intersection(polygon, shapely.box(*window))
    return [
        [_ring(part.exterior, window), *(_ring(hole, window) for hole in part.interiors)]
        for part in _polygons(clipped)
        if shapely.area(part) > LEAST_AREA_PX
    ]


def inside(ring: Points, points: Points) -> NDArray[np.bool_]:
    """Tell by the even-odd rule which ``points``, (N, 2), lie inside a ring; (N,) bool.

    Args:
        ring: closed, the first vertex repeated at the end.
        points: places that do not lie on the ring.
    """
    x, y = points[:, :1], points[:, 1:]
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    point, edge = np.nonzero((y0 <= y) != (y1 <= y))
    slope = (x1[edge] - x0[edge]) / (y1[edge] - y0[edge])
    right_of = x0[edge] + (y[point, 0] - y0[edge]) * slope > x[point, 0]
    is_odd: NDArray[np.bool_] = np.bincount(point[right_of], minlength=len(points)) % 2 == 1
    return is_odd


def _interior(closed: Sequence[Points]) -> Geometry:
    """Return the interior of a closed ring less that of its holes, as valid geometry.

    ``shapely.make_valid`` would not do: it takes an edge that is traced twice for one edge.
    """
    import shapely

    edges = shapely.union_all([shapely.LineString(ring) for ring in closed])
    faces = np.asarray(_polygons(shapely.polygonize(shapely.get_parts(edges))), dtype=object)
    if not len(faces):
        return shapely.Polygon()
    kernels = shapely.get_coordinates(shapely.point_on_surface(faces))
    kept = inside(closed[0], kernels)
    for hole in closed[1:]:
        kept &= ~inside(hole, kernels)
    return shapely.union_all(faces[kept])


def _polygons(geometry: Geometry) -> list[Geometry]:
    """Return the polygons among the parts of ``geometry``; left-over points and lines go."""
    import shapely

    if geometry.geom_type == "Polygon":
        return [] if geometry.is_empty else [geometry]
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _ring(ring: Geometry, window: Edges) -> Points:
    """Return the vertices of a shapely ring, the first one not repeated, inside ``window``."""
    import shapely

    low, high = np.array(window, np.float64).reshape(2, 2)
    within: Points = np.minimum(np.maximum(shapely.get_coordinates(ring)[:-1], low), high)
    return within + 0.0
