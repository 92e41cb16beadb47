"""Pictures of annotations."""

from __future__ import annotations

import numpy as np
import pytest

from dtl_engine.model.geometry import Size
from dtl_engine.model.shapes import Mask, Point, Polygon, Polyline, Rectangle, Shape
from dtl_engine.testing import picture
from dtl_nodes.kernels.overlay import paint_filled, paint_visibly, three_parts

RED, BLUE, BLACK = (255, 0, 0), (0, 0, 255), (0, 0, 0)
SIZE = Size(8, 6)


def covered(painted: np.ndarray) -> int:
    return int(painted.any(axis=2).sum())


def mask(x: int, y: int, width: int, height: int) -> Mask:
    found = Mask.tight(np.ones((height, width), bool), x, y)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("shape", "filled", "seen"),
    [
        (Rectangle(1, 1, 4, 4), 16, 12),
        (Polygon([(1, 1), (4, 1), (4, 4), (1, 4)]), 16, 16),
        (mask(1, 1, 3, 2), 6, 6),
        (Polyline([(0, 2), (7, 2)]), 8, 8),
        (Point(3, 3), 1, 5),
        (Rectangle(20, 20, 30, 30), 0, 0),
    ],
)
def test_masks_and_polygons_are_filled_for_people_too(shape: Shape, filled: int, seen: int) -> None:
    assert covered(paint_filled([(shape, RED)], SIZE)) == filled
    assert covered(paint_visibly([(shape, RED)], SIZE)) == seen


def test_later_objects_lie_on_top() -> None:
    objects = [(mask(0, 0, 4, 4), RED), (mask(2, 2, 4, 4), BLUE)]
    for paint in (paint_filled, paint_visibly):
        painted = paint(objects, SIZE)
        assert painted[1, 1].tolist() == list(RED)
        assert painted[3, 3].tolist() == painted[5, 5].tolist() == list(BLUE)
        assert painted[5, 7].tolist() == list(BLACK)


def test_black_is_seen_by_people_and_not_by_machines() -> None:
    objects = [(mask(0, 0, 4, 4), RED), (mask(2, 2, 4, 4), BLACK)]
    assert paint_filled(objects, SIZE)[3, 3].tolist() == [0, 0, 0]
    assert paint_visibly(objects, SIZE)[3, 3].tolist() == [1, 1, 1]


@pytest.mark.parametrize(("side", "width"), [(298, 1), (598, 1), (599, 2), (1199, 4)])
def test_outlines_grow_with_the_image(side: int, width: int) -> None:
    line = Polyline([(0, 20), (side - 1, 20)])
    painted = paint_visibly([(line, RED)], Size(side, 40))
    rows = painted[:, side // 2].any(axis=1).sum()
    # A pixel belongs to a line when its centre is within half of the width.
    assert rows == width + (width % 2 == 0)


def test_three_parts() -> None:
    image = picture(SIZE)
    painted = paint_filled([(mask(2, 1, 3, 3), (255, 3, 0))], SIZE)
    parts = three_parts(image, painted)
    assert parts.shape == (6, 17, 3)
    assert np.array_equal(parts[:, :8], image)
    assert (parts[:, 8] == (0, 255, 0)).all()
    expected = image.astype(int)
    expected[1:4, 2:5] = (expected[1:4, 2:5] + (255, 3, 0)) // 2
    assert np.array_equal(parts[:, 9:], expected)


def test_nothing_to_draw() -> None:
    image = picture(Size(1, 1))
    assert np.array_equal(three_parts(image, paint_visibly([], Size(1, 1)))[:, 2:], image)
