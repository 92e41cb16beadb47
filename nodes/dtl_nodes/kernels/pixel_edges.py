"""Outlines along the edges between pixels: the only rings that hold exactly the same pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
"""(N, 2) float64, N >= 4: corners of pixels, x and y; closes by itself."""

_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""East, south, west, north, as x and y; to the right of each one the next one leads."""


def trace_edges(pixels: NDArray[np.bool_]) -> tuple[Ring, list[Ring]]:
    """Trace one 8-connected component along the edges of its pixels.

    Where two pixels touch at a corner alone, the ring touches itself there.

    Args:
        pixels: (h, w) bool, one component and nothing else.

    Returns:
        The outer ring, clockwise as seen on the screen, and the rings of its 4-connected holes in
        reading order of their first corners; all begin with the upper left one of their corners.
    """
    links = _links(pixels)
    # Where a ring begins, its first corner in reading order, no other ring is left.
    rings = [_follow(links, start) for start in sorted(links) if start in links]
    return rings[0], rings[1:]


def _links(pixels: NDArray[np.bool_]) -> dict[tuple[int, int], list[int]]:
    """Return the directions of the edges that leave each corner (y, x), pixels to their right."""
    rimmed = np.pad(pixels, 1)
    across = rimmed[1:, 1:-1] != rimmed[:-1, 1:-1]
    down = rimmed[1:-1, 1:] != rimmed[1:-1, :-1]
    links: dict[tuple[int, int], list[int]] = {}
    for y, x in np.argwhere(across).tolist():
        # Set below the edge: it runs east; set above: west, from its other end.
        if rimmed[y + 1, x + 1]:
            links.setdefault((y, x), []).append(0)
        else:
            links.setdefault((y, x + 1), []).append(2)
    for y, x in np.argwhere(down).tolist():
        if rimmed[y + 1, x + 1]:
            links.setdefault((y + 1, x), []).append(3)
        else:
            links.setdefault((y, x), []).append(1)
    return links


def _follow(links: dict[tuple[int, int], list[int]], start: tuple[int, int]) -> Ring:
    """Take the edges of one ring out of ``links`` and return its corners."""
    corners: list[tuple[float, float]] = []
    at, heading = start, -1
    while not corners or at != start:
        leaving = links[at]
        # A turn to the left leads on to the pixel that touches at this corner alone.
        chosen = (heading - 1) % 4 if len(leaving) > 1 else leaving[0]
        leaving.remove(chosen)
        if not leaving:
            del links[at]
        if chosen != heading:
            corners.append((at[1], at[0]))
            heading = chosen
        dx, dy = _STEPS[chosen]
        at = (at[0] + dy, at[1] + dx)
    return np.array(corners, np.float64)
