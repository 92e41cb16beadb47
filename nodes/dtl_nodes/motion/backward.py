"""Motions given backwards: for each pixel of the new image, where in the old one it comes from."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Size
from dtl_nodes.motion.motion import Motion, Plane, Points, Warp

Map = NDArray[np.float32]
"""(H, W) float32: column or row of the old image, counted between centres of pixels."""

Maps = NDArray[np.float32]
"""(H, W, 2) float32: both."""

CLOSE_PX = 0.02
"""A place is found when what is there comes from no farther off."""

TURNED_OVER = -0.01
"""Square pixels, signed, that a pixel may come from before it counts as turned over."""

FOLDED_SHARE = 0.002
"""Share of pixels turned over that is let pass."""

STEPS = 12
"""Newton steps at most."""

COARSE = 64
"""Samples per side where a place is looked for at large."""

AT_ONCE = 256


def by_maps(map_x: Map, map_y: Map, border: int = 0, warp: Warp | None = None) -> Motion:
    """Return the motion of the two maps.

    Places follow the inverse of the maps. Where maps fold, a point goes to one of its places.

    Args:
        map_x: columns that the pixels come from.
        map_y: rows that they come from.
        border: what planes show of the outside, as OpenCV numbers it: nothing unless given.
        warp: moves a plane; OpenCV's remapping unless given.
    """
    height, width = map_x.shape
    size = Size(width, height)

    @cache
    def both() -> Maps:
        return np.stack((map_x, map_y), axis=2)

    return Motion(
        size,
        size,
        lambda points: inverse(both(), points - 0.5) + 0.5,
        warp or partial(_remapped, map_x, map_y, border),
        is_straight=False,
        folds=cache(lambda: _folds(map_x, map_y)),
    )


def _folds(map_x: Map, map_y: Map) -> bool:
    """Whether more than a trace of the image is shown turned over."""
    if 1 in map_x.shape:
        return False
    (x_right, x_down), (y_right, y_down) = (
        (np.diff(part, axis=1)[1:], np.diff(part, axis=0)[:, 1:]) for part in (map_x, map_y)
    )
    area = x_right * y_down - x_down * y_right
    return float((area < TURNED_OVER).mean()) > FOLDED_SHARE


def inverse(maps: Maps, points: Points) -> Points:
    """Return where in the new image the ``points`` of the old one are shown.

    Newton's method on the bilinear surface between the samples, first from a guess nearby, then,
    where that failed, from the best of a coarse grid. Beyond the border the map goes on with
    slope 1, so that places outside of the new image stay outside.

    Args:
        maps: (H, W, 2), x and y in the old image for each pixel of the new one.
        points: (N, 2) indices of pixels.
    """
    value, _ = _sampled(maps, points)
    found, error = _refined(maps, points, 2 * points - value)
    lost = np.flatnonzero((error > CLOSE_PX) | ~_is_inside(maps, found))
    if len(lost):
        again, again_error = _refined(maps, points[lost], _nearest(maps, points[lost]))
        # A place in the image is better than one outside.
        shown = _is_inside(maps, again) & (again_error <= CLOSE_PX)
        better = shown | (again_error < error[lost])
        found[lost[better]] = again[better]
    return found


def _is_inside(maps: Maps, places: Points) -> NDArray[np.bool_]:
    height, width = maps.shape[:2]
    x, y = places.T
    inside: NDArray[np.bool_] = (x >= -0.5) & (y >= -0.5) & (x <= width - 0.5) & (y <= height - 0.5)
    return inside


def _refined(maps: Maps, points: Points, start: Points) -> tuple[Points, NDArray[np.float64]]:
    """Return the best places found from ``start``, and how far off they are."""
    place, best = start.copy(), start.copy()
    best_error = np.full(len(points), np.inf)
    for _ in range(STEPS):
        value, slope = _sampled(maps, place)
        rest = points - value
        error = np.hypot(*rest.T)
        better = error < best_error
        best[better], best_error[better] = place[better], error[better]
        if best_error.max(initial=0) <= CLOSE_PX / 100:
            break
        (a, b), (c, d) = slope
        across = a * d - b * c
        across = np.where(np.abs(across) < 1e-3, np.copysign(1e-3, across), across)
        step = np.stack((d * rest[:, 0] - b * rest[:, 1], a * rest[:, 1] - c * rest[:, 0]))
        step = (step / across).T
        far = np.hypot(*step.T)[:, None]
        longest = np.maximum(4 * error, 1)[:, None]
        place = place + step * np.minimum(1, longest / np.maximum(far, 1e-9))
    return best, best_error


def _sampled(maps: Maps, place: Points) -> tuple[Points, tuple[Points, Points]]:
    """Return the maps at ``place``, and their slopes: of x and of y along both axes."""
    height, width = maps.shape[:2]
    inside = np.clip(place, 0, (width - 1, height - 1))
    at = np.minimum(inside.astype(np.intp), (max(width - 2, 0), max(height - 2, 0)))
    (x, y), (u, v) = at.T, (inside - at).T[:, :, None]
    right, below = np.minimum(x + 1, width - 1), np.minimum(y + 1, height - 1)
    first, second, third, fourth = (
        maps[rows, columns].astype(np.float64)
        for rows, columns in ((y, x), (y, right), (below, x), (below, right))
    )
    along_x = (second - first) * (1 - v) + (fourth - third) * v
    along_y = (third - first) * (1 - u) + (fourth - second) * u
    value = (first * (1 - u) + second * u) * (1 - v) + (third * (1 - u) + fourth * u) * v
    outside = place != inside
    along_x = np.where(outside[:, :1] | (right == x)[:, None], (1.0, 0.0), along_x)
    along_y = np.where(outside[:, 1:] | (below == y)[:, None], (0.0, 1.0), along_y)
    slopes = (np.stack((along_x[:, 0], along_y[:, 0])), np.stack((along_x[:, 1], along_y[:, 1])))
    return value + (place - inside), slopes


def _nearest(maps: Maps, points: Points) -> Points:
    """Return the coarse sample of the new image that comes from nearest to each point."""
    height, width = maps.shape[:2]
    rows = np.unique(np.linspace(0, height - 1, COARSE).round().astype(np.intp))
    columns = np.unique(np.linspace(0, width - 1, COARSE).round().astype(np.intp))
    grid = np.stack(np.meshgrid(columns, rows), axis=2).reshape(-1, 2)
    values = maps[grid[:, 1], grid[:, 0]]
    chosen = [
        np.argmin(((part[:, None] - values[None]) ** 2).sum(axis=2), axis=1)
        for part in np.split(points, range(AT_ONCE, len(points), AT_ONCE))
    ]
    best: Points = grid[np.concatenate(chosen)].astype(np.float64)
    return best


def _remapped(map_x: Map, map_y: Map, border: int, plane: Plane) -> Plane:
    import cv2

    moved = cv2.remap(plane, map_x, map_y, cv2.INTER_NEAREST, borderMode=border)
    return np.asarray(moved, np.uint8)
