"""Move pixels, and tell the motion that annotations are to follow."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from dtl_engine.sdk import Pixels, Size, Window
from dtl_nodes.motion.backward import Map, by_maps
from dtl_nodes.motion.motion import (
    Grid,
    Matrix,
    Motion,
    Plane,
    by_matrix,
    scale_matrix,
    shift_matrix,
)


class Moved(NamedTuple):
    """New pixels, and what became of the content."""

    pixels: Pixels
    motion: Motion


class Fetch(NamedTuple):
    """How the values of new pixels are found; numbers of OpenCV."""

    fill: int = 0
    """Value of all channels where nothing of the image is shown."""

    interpolation: int = 1
    """Linear (``INTER_LINEAR``) unless said otherwise."""

    border: int = 0
    """What lies around the image: one value (``BORDER_CONSTANT``) unless said otherwise."""

    @property
    def fills(self) -> tuple[int, int, int]:
        """The fill of the three channels."""
        return (self.fill, self.fill, self.fill)


PLAIN = Fetch()


def size_of(pixels: Pixels) -> Size:
    """Return width and height of pixels."""
    height, width = pixels.shape[:2]
    return Size(width, height)


def projected(pixels: Pixels, matrix: Matrix, after: Size, fetch: Fetch = PLAIN) -> Moved:
    """Move pixels by a homography between places.

    Args:
        pixels: (H, W, 3) uint8.
        matrix: from places in the image, edges counted, to places in the new one.
        after: size of the new image.
        fetch: how values are found; masks show the same border.
    """
    import cv2

    before = size_of(pixels)
    between = shift_matrix(-0.5, -0.5) @ matrix @ shift_matrix(0.5, 0.5)
    moved = cv2.warpPerspective(
        pixels,
        between,
        tuple(after),
        flags=fetch.interpolation,
        borderMode=fetch.border,
        borderValue=fetch.fills,
    )
    warp = partial(_projected_plane, between, after, fetch.border)
    return Moved(np.asarray(moved, np.uint8), by_matrix(matrix, before, after, warp))


def remapped(pixels: Pixels, map_x: Map, map_y: Map, fetch: Fetch = PLAIN) -> Moved:
    """Fetch each pixel from where the maps say.

    Args:
        pixels: (H, W, 3) uint8.
        map_x: (H, W) column that each pixel comes from, counted between centres.
        map_y: (H, W) row likewise.
        fetch: how values are found; masks show the same border.
    """
    import cv2

    moved = cv2.remap(
        pixels,
        map_x,
        map_y,
        fetch.interpolation,
        borderMode=fetch.border,
        borderValue=fetch.fills,
    )
    return Moved(np.asarray(moved, np.uint8), by_maps(map_x, map_y, fetch.border))


def turned(pixels: Pixels, grid: Grid) -> Moved:
    """Transpose and mirror pixels; ``grid`` shifts nothing."""
    made = pixels.transpose(1, 0, 2) if grid.transposed else pixels
    made = made[:: -1 if grid.flip_y else 1, :: -1 if grid.flip_x else 1]
    return Moved(np.ascontiguousarray(made), _whole(grid, size_of(pixels), size_of(made)))


def cut(pixels: Pixels, window: Window) -> Moved:
    """Cut out a window that lies inside the image."""
    made = pixels[window.top : window.bottom, window.left : window.right]
    grid = Grid(dx=-window.left, dy=-window.top)
    return Moved(np.ascontiguousarray(made), _whole(grid, size_of(pixels), window.size))


def padded(pixels: Pixels, sides: Window, fill: int = 0) -> Moved:
    """Put stripes around the image, as wide as the four numbers of ``sides`` say."""
    import cv2

    border = (fill, fill, fill)
    left, top, right, bottom = sides
    made = cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=border)
    after = Size(made.shape[1], made.shape[0])
    return Moved(np.asarray(made, np.uint8), _whole(Grid(dx=left, dy=top), size_of(pixels), after))


def stretched(pixels: Pixels, after: Size, fetch: Fetch = PLAIN) -> Moved:
    """Bring the image to another size."""
    import cv2

    before = size_of(pixels)
    made = cv2.resize(pixels, tuple(after), interpolation=fetch.interpolation)
    matrix = scale_matrix(before, after)
    warp = partial(_stretched_plane, after)
    return Moved(np.asarray(made, np.uint8), by_matrix(matrix, before, after, warp))


def _whole(grid: Grid, before: Size, after: Size) -> Motion:
    return Motion(
        before,
        after,
        lambda points: grid.points(points, before),
        partial(_shifted, grid, after),
        grid=grid,
    )


def _shifted(grid: Grid, after: Size, plane: Plane) -> Plane:
    """Move a plane by whole pixels into a frame of size ``after``."""
    made = plane.T if grid.transposed else plane
    made = made[:: -1 if grid.flip_y else 1, :: -1 if grid.flip_x else 1]
    result = np.zeros((after.height, after.width), np.uint8)
    left, top = max(grid.dx, 0), max(grid.dy, 0)
    seen = made[max(-grid.dy, 0) :, max(-grid.dx, 0) :][: after.height - top, : after.width - left]
    result[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    return result


def _projected_plane(between: Matrix, after: Size, border: int, plane: Plane) -> Plane:
    import cv2

    moved = cv2.warpPerspective(
        plane, between, tuple(after), flags=cv2.INTER_NEAREST, borderMode=border
    )
    return np.asarray(moved, np.uint8)


def _stretched_plane(after: Size, plane: Plane) -> Plane:
    import cv2

    return np.asarray(
        cv2.resize(plane, tuple(after), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8
    )
