"""One motion of an image's content: whole pixels turned and shifted, a warp, or swapped tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Mask, Size, Window

Points = NDArray[np.float64]
"""(N, 2) float64, x and y, edges: the centre of the first pixel is (0.5, 0.5)."""

Plane = NDArray[np.uint8]
"""(H, W) uint8 whose values are moved but never mixed."""

Matrix = NDArray[np.float64]
"""(3, 3) float64: a homography."""

HORIZON = 1e-9
"""What lies nearer to the horizon, by the size of the matrix, counts as beyond it."""

Warp = Callable[[Plane], Plane]
"""Moves a plane by the nearest pixel."""


class Grid(NamedTuple):
    """A motion of whole pixels: transposed, then mirrored in the new frame, then shifted."""

    transposed: bool = False
    flip_x: bool = False
    flip_y: bool = False
    dx: int = 0
    dy: int = 0

    def points(self, points: Points, size: Size) -> Points:
        """Return where points of an image of ``size`` go."""
        width, height = (size.height, size.width) if self.transposed else size
        x, y = points[:, ::-1].T if self.transposed else points.T
        x = (width - x if self.flip_x else x) + self.dx
        y = (height - y if self.flip_y else y) + self.dy
        return np.stack((x, y), axis=1)

    def mask(self, mask: Mask, size: Size) -> Mask | None:
        """Return a mask of an image of ``size`` moved; nothing is cut."""
        moved: Mask | None = mask
        if self.transposed:
            moved = Mask.tight(mask.pixels.T, mask.y, mask.x)
            size = Size(size.height, size.width)
        if moved is None:
            return None
        if self.flip_x:
            moved = moved.mirror("vertical", size)
        if self.flip_y:
            moved = moved.mirror("horizontal", size)
        return moved.shift(self.dx, self.dy)


class Tile(NamedTuple):
    """A part of an image and by how much it is shifted."""

    window: Window
    dx: int
    dy: int


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Motion:
    """What became of an image's content.

    ``points`` tells where places go, ``warp`` does the same to masks. ``is_straight`` promises
    that straight lines stay straight. ``grid`` is set where whole pixels move without gain; masks
    then need no picture of the image's size. ``tiles`` are set where parts are swapped; they
    replace ``points``. Where ``folds`` tells that one place may be shown several times, or never,
    areas have to be followed as masks, in pictures of the size ``before``.
    """

    before: Size
    """Width and height before it."""

    size: Size
    """Width and height after it."""

    points: Callable[[Points], Points]
    """NaN for places that go nowhere."""

    warp: Warp
    is_straight: bool = True
    grid: Grid | None = None
    tiles: tuple[Tile, ...] = ()
    folds: Callable[[], bool] = _never


def by_matrix(matrix: Matrix, before: Size, after: Size, warp: Warp) -> Motion:
    """Return the motion of a homography between places, edges counted.

    Args:
        matrix: that takes places of the image before, as columns (x, y, 1), to places behind.
        before: width and height.
        after: width and height.
        warp: moves a plane likewise.
    """
    width, height = before
    corners = np.array(((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)))
    if (depth(matrix, corners) > 0).all():
        return Motion(before, after, lambda points: project(matrix, points), warp)
    # The horizon runs through the image.
    return Motion(
        before,
        after,
        lambda points: project(matrix, points),
        warp,
        is_straight=False,
        folds=lambda: True,
    )


def between_centres(matrix: Matrix) -> Matrix:
    """Return the matrix between places for one between indices of pixels, as OpenCV counts."""
    return shift_matrix(0.5, 0.5) @ matrix @ shift_matrix(-0.5, -0.5)


def shift_matrix(dx: float, dy: float) -> Matrix:
    """Return the matrix that shifts."""
    return np.array(((1.0, 0.0, dx), (0.0, 1.0, dy), (0.0, 0.0, 1.0)))


def scale_matrix(before: Size, after: Size) -> Matrix:
    """Return the matrix that stretches an image to another size."""
    return np.diag((after.width / before.width, after.height / before.height, 1.0))


def project(matrix: Matrix, points: Points) -> Points:
    """Return where ``matrix`` takes ``points``; NaN for those beyond the horizon."""
    moved: Points = points @ matrix[:2, :2].T + matrix[:2, 2]
    if not matrix[2, :2].any() and matrix[2, 2] == 1:
        return moved
    far = depth(matrix, points)
    return moved / np.where(far > HORIZON * abs(matrix[2]).max(), far, np.nan)[:, None]


def depth(matrix: Matrix, points: Points) -> NDArray[np.float64]:
    """Return how far before the horizon of a homography points lie, (N,); behind it below 0."""
    distance: NDArray[np.float64] = points @ matrix[2, :2] + matrix[2, 2]
    return distance
