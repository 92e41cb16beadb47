"""Simplifying chains and rings by the rule of Douglas and Peucker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N, 2) float64, x and y in pixels."""

Indices = NDArray[np.intp]
"""(N,) int, which vertices are meant."""


def simplify_chain(points: Points, epsilon: float) -> Points:
    """Return an open chain without the vertices that lie near the line through the kept ones.

    Args:
        points: N >= 2; both ends stay.
        epsilon: a vertex goes when its distance to the simplified edge is at most this, pixels.

    Source: DTL ``approx_vector``, in floats.
    """
    return points[_kept(points, epsilon)]


def simplify_ring(ring: Points, epsilon: float) -> Points:
    """Return a closed ring without the vertices that lie near the line through the kept ones.

    The ring is simplified as two chains between vertices that lie far apart; these go too in the
    end if they lie near the edge that would take their place. A ring that would fall under three
    vertices stays as it is.

    Args:
        ring: N >= 3; the first vertex is not repeated.
        epsilon: as for chains.
    """
    count = len(ring)
    one, other = _far_apart(ring)
    if one == other:
        return ring
    # The ring as a chain from ``one`` back to it; numbers count along it from here on.
    closed = ring[(np.arange(count + 1) + one) % count]
    middle = (other - one) % count
    there, back = _kept(closed[: middle + 1], epsilon), _kept(closed[middle:], epsilon) + middle
    kept = np.concatenate((there[:-1], back[:-1]))
    for end in (0, middle):
        at = int(np.searchsorted(kept, end))
        before, after = int(kept[at - 1]), int(kept[(at + 1) % len(kept)])
        between = closed[np.arange(before + 1, after if after > before else after + count) % count]
        if len(kept) > 3 and _are_near(between, closed[before], closed[after], epsilon):
            kept = np.delete(kept, at)
    if len(kept) < 3 or len(kept) == count:
        return ring
    return ring[np.sort((kept + one) % count)]


def _kept(points: Points, epsilon: float) -> Indices:
    """Return the vertices of an open chain that stay."""
    import shapely

    # The numbers of the vertices travel as heights, which distances do not see.
    numbered = np.column_stack((points, np.arange(len(points))))
    simple = shapely.simplify(shapely.linestrings(numbered), epsilon, preserve_topology=False)
    kept: Indices = shapely.get_coordinates(simple, include_z=True)[:, 2].astype(np.intp)
    return kept


def _far_apart(ring: Points) -> tuple[int, int]:
    """Go from the first vertex thrice on to the farthest; they are one if all are in one place."""
    one, other = 0, _farthest(ring, 0)
    for _ in range(2):
        one, other = other, _farthest(ring, other)
    return one, other


def _farthest(ring: Points, at: int) -> int:
    return int(np.argmax(((ring - ring[at]) ** 2).sum(axis=1)))


def _are_near(points: Points, start: Points, end: Points, epsilon: float) -> bool:
    """Tell whether no point lies farther than ``epsilon`` from a segment."""
    step = end - start
    squared = float(step @ step)
    share = np.clip((points - start) @ step / squared, 0, 1) if squared else np.zeros(len(points))
    off = points - (start + share[:, None] * step)
    return bool(((off**2).sum(axis=1) <= epsilon**2).all())
