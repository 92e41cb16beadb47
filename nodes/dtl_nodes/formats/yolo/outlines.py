"""Outlines of areas as single rings, which is all that a row holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Mask, Polygon, Rectangle, Shape
from dtl_nodes.kernels.components import split_components
from dtl_nodes.kernels.pixel_edges import trace_edges

Ring = NDArray[np.float64]
"""(N, 2) float64, x and y in pixels; closes by itself."""


def rings_of(shape: Shape) -> tuple[list[Ring], bool]:
    """Return the outer rings of a rectangle, polygon or mask, and whether it has holes.

    Those of a mask, one for each 8-connected part, run along the edges of its pixels.
    """
    if isinstance(shape, Rectangle):
        x0, y0, x1, y1 = shape.bbox
        return [np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))], False
    if isinstance(shape, Polygon):
        return [shape.exterior], bool(shape.holes)
    assert isinstance(shape, Mask)
    rings, has_holes = [], False
    for pixels, left, top in split_components(shape.pixels, 8):
        outer, holes = trace_edges(pixels)
        rings.append(outer + np.array((shape.x + left, shape.y + top)))
        has_holes |= bool(holes)
    return rings, has_holes


def bridged(rings: Sequence[Ring]) -> Ring:
    """Join rings to one: each to the nearest vertex of what is joined before, there and back.

    Bridges have no width, so that the ring encloses just what the rings do.

    Source: Ultralytics, ``merge_multi_segment``.
    """
    joined, *others = rings
    for ring in others:
        away = ((joined[:, None] - ring[None]) ** 2).sum(axis=2)
        at, start = np.unravel_index(int(away.argmin()), away.shape)
        turned = np.roll(ring, -int(start), axis=0)
        tour = (joined[: at + 1], turned, turned[:1], joined[at:])
        joined = np.concatenate(tour)
    return joined
