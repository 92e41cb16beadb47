"""What each geometric transform of albumentations does to places, from its parameters.

Its own mapping of keypoints is not used: it counts from centres of pixels for some transforms and
from edges for others, takes rounded sizes for exact ones, and loses points where images are
remapped. What is computed here is what happens to the pixels.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dtl_engine.sdk import Size, Window
from dtl_nodes.albumentation.names import (
    CROPS,
    CROPS_TO_SIZE,
    MAPS,
    PADS,
    SCALES,
    SYMMETRIES,
)
from dtl_nodes.motion.backward import by_maps
from dtl_nodes.motion.motion import (
    Grid,
    Matrix,
    Motion,
    Plane,
    Points,
    Tile,
    Warp,
    between_centres,
    by_matrix,
    scale_matrix,
    shift_matrix,
)

_TURNS = (Grid(), Grid(True, flip_y=True), Grid(flip_x=True, flip_y=True), Grid(True, flip_x=True))
"""By the number of quarter turns to the left."""

_GROUP = {
    "e": _TURNS[0],
    "r90": _TURNS[1],
    "r180": _TURNS[2],
    "r270": _TURNS[3],
    "v": Grid(flip_y=True),
    "h": Grid(flip_x=True),
    "t": Grid(True),
    "hvt": Grid(True, flip_x=True, flip_y=True),
}
"""By the letters that albumentations has for the symmetries of the square."""

_SINGLE = {
    "HorizontalFlip": _GROUP["h"],
    "TimeReverse": _GROUP["h"],
    "VerticalFlip": _GROUP["v"],
    "Transpose": _GROUP["t"],
}
_CONSTANT_BORDER = 0


def motion_of(
    name: str, transform: Any, params: dict[str, Any], before: Size, after: Size
) -> Motion:
    """Return the motion of a transform that was run.

    Args:
        name: of the transform.
        transform: as it was run.
        params: that it drew or computed.
        before: size of the image that it got.
        after: size of the image that it returned.
    """
    warp = partial(_warped, transform, params)
    if name in SYMMETRIES:
        return _whole_pixels(_symmetry(name, params), before, after, warp)
    if name in CROPS:
        return _crop(transform, params, before, after, warp)
    if name in PADS:
        grid = Grid(dx=params["pad_left"], dy=params["pad_top"])
        return _shifted(transform, grid, before, after, warp)
    if name in SCALES:
        return by_matrix(scale_matrix(before, after), before, after, warp)
    if name in CROPS_TO_SIZE:
        return by_matrix(_stretched(params["crop_coords"], after), before, after, warp)
    if name == "CropAndPad":
        return by_matrix(_crop_and_pad(params, before, after), before, after, warp)
    if name in MAPS:
        return by_maps(params["map_x"], params["map_y"], warp=warp)
    if name == "GridElasticDeform":
        cells = np.asarray(params["generated_mesh"], np.float64)
        return Motion(before, after, partial(_through_cells, cells), warp, is_straight=False)
    if name == "RandomGridShuffle":
        return _shuffle(params, before, warp)
    return by_matrix(_matrix(name, transform, params, before), before, after, warp)


def _warped(transform: Any, params: dict[str, Any], plane: Plane) -> Plane:
    # Some transforms hand back a view of what they got.
    return np.ascontiguousarray(transform.apply_to_mask(plane, **params))


def _symmetry(name: str, params: dict[str, Any]) -> Grid:
    if name in _SINGLE:
        return _SINGLE[name]
    if "factor" in params:
        return _TURNS[params["factor"]]
    return _GROUP[str(params["group_element"])]


def _whole_pixels(grid: Grid, before: Size, after: Size, warp: Warp) -> Motion:
    return Motion(before, after, lambda points: grid.points(points, before), warp, grid=grid)


def _shifted(transform: Any, grid: Grid, before: Size, after: Size, warp: Warp) -> Motion:
    """Return a shift; where the border shows content again, masks are to show it too."""
    if transform.border_mode == _CONSTANT_BORDER:
        return _whole_pixels(grid, before, after, warp)
    return Motion(before, after, lambda points: grid.points(points, before), warp)


def _crop(transform: Any, params: dict[str, Any], before: Size, after: Size, warp: Warp) -> Motion:
    left, top = (int(edge) for edge in params["crop_coords"][:2])
    pads = params.get("pad_params")
    if pads is None:
        return _whole_pixels(Grid(dx=-left, dy=-top), before, after, warp)
    grid = Grid(dx=int(pads["pad_left"]) - left, dy=int(pads["pad_top"]) - top)
    return _shifted(transform, grid, before, after, warp)


def _stretched(window: tuple[int, int, int, int], after: Size) -> Matrix:
    """Return the matrix from a window to an image of size ``after``."""
    left, top, right, bottom = (int(edge) for edge in window)
    return scale_matrix(Size(right - left, bottom - top), after) @ shift_matrix(-left, -top)


def _crop_and_pad(params: dict[str, Any], before: Size, after: Size) -> Matrix:
    left, top, right, bottom = params["crop_params"] or (0, 0, *before)
    above, below, ahead, behind = params["pad_params"] or (0, 0, 0, 0)
    made = Size(right - left + ahead + behind, bottom - top + above + below)
    return scale_matrix(made, after) @ shift_matrix(ahead - left, above - top)


def _matrix(name: str, transform: Any, params: dict[str, Any], before: Size) -> Matrix:
    matrix = np.asarray(params["matrix"], np.float64)
    if name == "Perspective" and transform.keep_size:
        # Multiplied as albumentations does it: between indices, not between edges.
        made = Size(params["max_width"], params["max_height"])
        matrix = scale_matrix(made, before) @ matrix
    moved = between_centres(matrix)
    if name == "Rotate" and transform.crop_border:
        moved = shift_matrix(-params["x_min"], -params["y_min"]) @ moved
    return moved


def _through_cells(cells: Matrix, points: Points) -> Points:
    """Return where the cells of a grid take points, each by a homography of its own.

    Args:
        cells: (N, 12): left, top, right and bottom edge of each cell, then where its four corners
            go; indices of pixels.
        points: edges.
    """
    import cv2

    indices = points - 0.5
    moved = indices.copy()
    left, top, right, bottom = cells[:, :4].T
    # Beyond the grid the next cell goes on.
    x = np.clip(indices[:, 0], left.min(), np.nextafter(right.max(), 0))
    y = np.clip(indices[:, 1], top.min(), np.nextafter(bottom.max(), 0))
    for cell in cells:
        x0, y0, x1, y1 = cell[:4]
        inside = (x >= x0) & (x < x1) & (y >= y0) & (y < y1)
        if inside.any():
            corners = np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), np.float32)
            target = cell[4:].reshape(4, 2).astype(np.float32)
            matrix = cv2.getPerspectiveTransform(corners, target)
            moved[inside] = cv2.perspectiveTransform(indices[inside][None], matrix)[0]
    return moved + 0.5


def _shuffle(params: dict[str, Any], size: Size, warp: Warp) -> Motion:
    tiles = params["tiles"].tolist()
    shifts = []
    for old, number in zip(tiles, params["mapping"], strict=True):
        (top, left, bottom, right), new = old, tiles[number]
        shifts.append(Tile(Window(left, top, right, bottom), new[1] - left, new[0] - top))
    return Motion(size, size, lambda points: points, warp, tiles=tuple(shifts))
