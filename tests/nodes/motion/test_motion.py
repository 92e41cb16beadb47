"""Motions of whole pixels, homographies, remapping: shapes end where their pixels end."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
)
from dtl_engine.testing import instances_of_every_shape
from dtl_nodes.kernels.bending import elastic_maps, grid_maps
from dtl_nodes.kernels.noise import seeded
from dtl_nodes.motion.carry import carried
from dtl_nodes.motion.motion import Grid, Motion, Tile, project, scale_matrix, shift_matrix
from dtl_nodes.motion.pixels import Moved, cut, padded, projected, remapped, stretched, turned

SIZE = Size(7, 5)
GRIDS = [Grid(*flags) for flags in product((False, True), repeat=3)]


def painting(shape: Shape, size: Size) -> np.ndarray:
    """Return a picture that is white where the shape is."""
    return np.repeat(shape.paint(size)[..., None].view(np.uint8) * np.uint8(255), 3, axis=2)


def carry(*shapes: Shape, size: Size, motions: tuple[Motion, ...]) -> list[Shape]:
    instances = [Instance("thing", shape) for shape in shapes]
    return [one.shape for one in carried(instances, size, motions)]


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@pytest.mark.parametrize("size", [Size(7, 5), Size(1, 1), Size(1, 4), Size(6, 6)], ids=str)
def test_symmetries_are_exact_for_every_shape(grid: Grid, size: Size) -> None:
    for instance in instances_of_every_shape(size):
        done = turned(painting(instance.shape, size), grid)
        (moved,) = carry(instance.shape, size=size, motions=(done.motion,))
        assert type(moved) is type(instance.shape)
        assert (moved.paint(done.motion.size) == (done.pixels[..., 0] > 0)).all()


@pytest.mark.parametrize("window", [Window(2, 1, 6, 4), Window(0, 0, 7, 5), Window(3, 2, 4, 3)])
def test_cut_is_crop(window: Window) -> None:
    for instance in instances_of_every_shape(SIZE):
        done = cut(painting(instance.shape, SIZE), window)
        moved = carry(instance.shape, size=SIZE, motions=(done.motion,))
        cropped = instance.shape.crop(window)
        assert [one.kind for one in moved] == [one.kind for one in cropped]
        for one, other in zip(moved, cropped, strict=True):
            assert one.bbox == pytest.approx(other.bbox)
            assert (one.paint(window.size) == other.paint(window.size)).all()


def test_padding_shifts() -> None:
    done = padded(np.zeros((5, 7, 3), np.uint8), Window(2, 1, 0, 3), 9)
    assert done.pixels.shape == (9, 9, 3)
    assert (done.pixels[0, 0] == 9).all()
    assert carry(Point(1, 2), size=SIZE, motions=(done.motion,)) == [Point(3, 3)]
    mask = Mask.tight(np.ones((2, 2), bool), 1, 1)
    assert mask is not None
    assert carry(mask, size=SIZE, motions=(done.motion,)) == [mask.shift(2, 1)]


def test_stretching_scales_edges() -> None:
    done = stretched(np.zeros((5, 7, 3), np.uint8), Size(14, 15))
    shapes = carry(Point(3.5, 2), Rectangle(1, 1, 7, 5), size=SIZE, motions=(done.motion,))
    assert shapes == [Point(7, 6), Rectangle(2, 3, 14, 15)]


def test_masks_of_whole_pixels_and_of_warps_agree() -> None:
    masks = [one.shape for one in instances_of_every_shape(SIZE) if isinstance(one.shape, Mask)]
    blank = np.zeros((5, 7, 3), np.uint8)
    for step in (turned(blank, Grid(True, True)), cut(blank, Window(1, 1, 6, 5))):
        warped = Motion(SIZE, step.motion.size, step.motion.points, step.motion.warp)
        assert carry(*masks, size=SIZE, motions=(warped,)) == carry(
            *masks, size=SIZE, motions=(step.motion,)
        )


def test_more_masks_than_bits_in_a_plane() -> None:
    size = Size(40, 30)
    generator = seeded(3)
    masks = [Mask.tight(generator.random((9, 8)) < 0.6, 3 * n % 30, n % 20) for n in range(21)]
    shapes = [mask for mask in masks if mask is not None]
    step = projected(
        np.zeros((30, 40, 3), np.uint8), scale_matrix(size, Size(80, 60)), Size(80, 60)
    )
    doubled = carry(*shapes, size=size, motions=(step.motion,))
    for mask, large in zip(shapes, doubled, strict=True):
        assert isinstance(large, Mask)
        assert large == Mask.tight(mask.pixels.repeat(2, 0).repeat(2, 1), 2 * mask.x, 2 * mask.y)


def test_what_was_outside_stays_outside() -> None:
    smaller = shift_matrix(2, 2) @ np.diag((0.5, 0.5, 1))
    step = projected(np.zeros((5, 7, 3), np.uint8), smaller, SIZE)
    shapes = (Rectangle(-4, -4, 3, 3), Point(-1, 1), Polyline([(-2, 2), (4, 2)]))
    assert carry(*shapes, size=SIZE, motions=(step.motion,)) == [
        Rectangle(2, 2, 3.5, 3.5),
        Polyline([(2, 3), (4, 3)]),
    ]


def test_what_leaves_on_the_way_does_not_come_back() -> None:
    first = cut(np.zeros((5, 7, 3), np.uint8), Window(0, 0, 3, 5))
    second = padded(first.pixels, Window(0, 0, 4, 0))
    motions = (first.motion, second.motion)
    shapes = (Point(2, 2), Point(5, 2), Rectangle(1, 1, 6, 4))
    assert carry(*shapes, size=SIZE, motions=motions) == [Point(2, 2), Rectangle(1, 1, 3, 4)]


def test_rectangle_is_measured_once_at_the_end() -> None:
    size = Size(100, 100)
    there = shift_matrix(50, 50) @ _turn(30) @ shift_matrix(-50, -50)
    back = shift_matrix(50, 50) @ _turn(-30) @ shift_matrix(-50, -50)
    blank = np.zeros((100, 100, 3), np.uint8)
    motions = tuple(projected(blank, matrix, size).motion for matrix in (there, back))
    (once,) = carry(Rectangle(40, 45, 60, 55), size=size, motions=motions[:1])
    assert once.bbox == pytest.approx(_bounds(there, Rectangle(40, 45, 60, 55)))
    (twice,) = carry(Rectangle(40, 45, 60, 55), size=size, motions=motions)
    assert twice.bbox == pytest.approx((40, 45, 60, 55))


def test_tiles_cut_what_lies_across_them() -> None:
    left, right = Window(0, 0, 3, 4), Window(3, 0, 6, 4)
    tiles = (Tile(left, 3, 0), Tile(right, -3, 0))
    size = Size(6, 4)

    def swap(plane: np.ndarray) -> np.ndarray:
        return np.roll(plane, 3, axis=1)

    motion = Motion(size, size, lambda points: points, swap, tiles=tiles)
    mask = Mask.tight(np.ones((1, 2), bool), 2, 0)
    assert mask is not None
    shapes = (Rectangle(2, 1, 4, 2), Polyline([(1, 2), (5, 2)]), Point(3, 1), mask)
    assert carry(*shapes, size=size, motions=(motion,)) == [
        Rectangle(5, 1, 6, 2),
        Rectangle(0, 1, 1, 2),
        Polyline([(4, 2), (6, 2)]),
        Polyline([(0, 2), (2, 2)]),
        Point(6, 1),
        Mask.tight(np.array([[1, 0, 0, 0, 0, 1]], bool), 0, 0),
    ]


def test_labels_tags_and_order_stay() -> None:
    instances = instances_of_every_shape(SIZE)
    step = turned(np.zeros((5, 7, 3), np.uint8), Grid(flip_x=True))
    moved = carried(instances, SIZE, (step.motion,))
    assert [one.with_shape(old.shape) for one, old in zip(moved, instances, strict=True)] == list(
        instances
    )
    assert carried(instances, SIZE, ()) == instances


def bent(seed: int, picture: np.ndarray) -> Moved:
    height, width = picture.shape[:2]
    return remapped(picture, *elastic_maps(Size(width, height), 60, 7, seeded(seed)))


@pytest.mark.parametrize("seed", range(4))
def test_bent_shapes_stay_on_their_pixels(seed: int) -> None:
    size = Size(120, 90)
    hole = [(50, 40), (70, 40), (60, 55)]
    polygon = Polygon([(20, 10), (100, 15), (90, 80), (30, 70)], [hole])
    step = bent(seed, painting(polygon, size))
    pieces = carry(polygon, size=size, motions=(step.motion,))
    got = np.any([piece.paint(size) for piece in pieces], axis=0)
    assert off_border(got, step.pixels[..., 0] > 127) == 0


@pytest.mark.parametrize("seed", range(4))
def test_points_follow_bent_pixels(seed: int) -> None:
    """A round spot around the point has its centre of mass where the point goes."""
    size = Size(120, 90)
    rows, columns = np.indices((90, 120)) + 0.5
    spot = np.exp(-((columns - 55.5) ** 2 + (rows - 43.5) ** 2) / 3)
    picture = np.repeat(np.rint(255 * spot).astype(np.uint8)[..., None], 3, axis=2)
    step = bent(seed, picture)
    weights = step.pixels[..., 0].astype(float)
    center = (columns * weights).sum() / weights.sum(), (rows * weights).sum() / weights.sum()
    hand = Keypoints((Node("a", 55.5, 43.5),))
    point, node = carry(Point(55.5, 43.5), hand, size=size, motions=(step.motion,))
    assert isinstance(point, Point)
    assert isinstance(node, Keypoints)
    assert (point.x, point.y) == pytest.approx(center, abs=0.35)
    assert (node.nodes[0].x, node.nodes[0].y) == (point.x, point.y)


def test_folded_areas_are_traced() -> None:
    size = Size(120, 90)
    polygon, box = Polygon([(20, 10), (100, 15), (60, 80)]), Rectangle(40, 30, 80, 60)
    maps = elastic_maps(size, 200, 3, seeded(1))
    step = remapped(painting(polygon, size), *maps)
    assert step.motion.folds()
    pieces = carry(polygon, size=size, motions=(step.motion,))
    got = np.any([piece.paint(size) for piece in pieces], axis=0)
    assert off_border(got, step.pixels[..., 0] > 127) < 20
    seen = remapped(painting(box, size), *maps).pixels[..., 0] > 127
    (around,) = carry(box, size=size, motions=(step.motion,))
    rows, columns = np.nonzero(seen)
    expected = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert around.bbox == pytest.approx(expected, abs=1)


def test_horizon_in_the_image() -> None:
    size = Size(40, 40)
    matrix = np.array(((1.0, 0, 0), (0, 1, 0), (0, 0.05, -0.5)))
    step = projected(np.zeros((40, 40, 3), np.uint8), matrix, size)
    assert step.motion.folds()
    left = carry(
        Point(5, 5), Point(5, 30), Polyline([(3, 2), (9, 6)]), size=size, motions=(step.motion,)
    )
    assert left == [Point(5, 30)]
    assert np.isnan(project(matrix, np.array(((5.0, 5.0),)))).all()


def test_grid_hangs_on_its_points() -> None:
    shifts = np.zeros((3, 3, 2))
    shifts[1, 1] = (4, 2)
    map_x, map_y = grid_maps(shifts, Size(21, 11))
    assert (map_x[5, 10], map_y[5, 10]) == (14, 7)
    assert (map_x[0] == np.arange(21)).all()
    assert map_x[5, 5] == pytest.approx(7)


def off_border(got: np.ndarray, wanted: np.ndarray) -> int:
    """Return how many pixels differ that are no neighbours of the border."""
    near = np.zeros_like(wanted)
    for axis, step in product((0, 1), (-1, 1)):
        near |= np.roll(wanted, step, axis) != wanted
    return int(((got != wanted) & ~near).sum())


def _turn(degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return np.array(
        ((np.cos(angle), -np.sin(angle), 0), (np.sin(angle), np.cos(angle), 0), (0, 0, 1))
    )


def _bounds(matrix: np.ndarray, box: Rectangle) -> tuple[float, ...]:
    x0, y0, x1, y1 = box.bbox
    corners = project(matrix, np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1))))
    return (*corners.min(axis=0), *corners.max(axis=0))
