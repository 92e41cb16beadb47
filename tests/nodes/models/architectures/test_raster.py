from __future__ import annotations

import numpy as np
import pytest

from dtl_engine.model.annotation import Annotation, Instance
from dtl_engine.model.geometry import Size
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Mask, Point, Polygon, Polyline, Rectangle
from dtl_engine.sdk import AnnotationError
from dtl_engine.testing import conformance_samples, make_sample
from dtl_nodes.models.architectures.raster import class_raster, masks_of, nearest

INDICES = {"bg": 0, "a": 1, "b": 2}


def painted(*instances: Instance, size: tuple[int, int] = (4, 4)) -> list[list[int]]:
    raster = class_raster(make_sample(*size, instances), INDICES, "neutral")
    assert raster.dtype == np.uint8
    return [list(map(int, row)) for row in raster]


def test_later_objects_lie_on_top_and_background_takes_pixels_back() -> None:
    assert painted(
        Instance("a", Rectangle(0, 0, 3, 2)),
        Instance("b", Rectangle(1, 0, 4, 1)),
        Instance("bg", Rectangle(2, 0, 3, 4)),
    ) == [[1, 2, 0, 2], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_neutral_is_painted_like_any_other_class() -> None:
    under, over = Rectangle(0, 0, 2, 1), Rectangle(1, 0, 3, 1)
    assert painted(Instance("neutral", under), Instance("a", over))[0] == [3, 1, 1, 0]
    assert painted(Instance("a", under), Instance("neutral", over))[0] == [1, 3, 3, 0]


def test_the_hole_of_a_polygon_leaves_the_canvas() -> None:
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    hole = [(1, 1), (3, 1), (3, 3), (1, 3)]
    assert painted(
        Instance("b", Rectangle(1, 1, 2, 2)), Instance("a", Polygon(square, [hole]))
    ) == [
        [1, 1, 1, 1],
        [1, 2, 0, 1],
        [1, 0, 0, 1],
        [1, 1, 1, 1],
    ]


def test_shapes_may_leave_the_image() -> None:
    assert painted(Instance("a", Rectangle(-3, 3, 9, 9)), Instance("b", Rectangle(7, 7, 9, 9))) == [
        [0] * 4,
        [0] * 4,
        [0] * 4,
        [1] * 4,
    ]


def test_every_shape_is_painted_as_it_paints_itself() -> None:
    for sample in conformance_samples():
        numbers = {"bg": 0, **{each.label: 1 for each in sample.instances}}
        size = sample.size
        wanted = np.zeros((size.height, size.width), bool)
        for instance in sample.instances:
            wanted |= instance.shape.paint(size)
        assert (class_raster(sample, numbers, None) == wanted).all()


def test_lines_and_points_on_the_edges_of_pixels() -> None:
    for shape in (Point(2, 2), Polyline([(2, 0.5), (2, 3.5)]), Point(0, 4)):
        raster = class_raster(make_sample(4, 4, [Instance("a", shape)]), INDICES, None)
        assert (raster == shape.paint(Size(4, 4))).all()


def test_a_size_that_disagrees_is_a_fault_of_the_sample() -> None:
    sample = make_sample(4, 3)
    wrong = Sample(sample.origin, sample.image, Annotation(Size(3, 4)))
    with pytest.raises(AnnotationError, match="4x3 pixels, its annotation says 3x4"):
        class_raster(wrong, INDICES, None)


def test_an_unknown_class_is_a_fault_of_the_sample() -> None:
    with pytest.raises(AnnotationError, match="class 'c', which the network does not know"):
        painted(Instance("c", Rectangle(0, 0, 1, 1)))
    with pytest.raises(AnnotationError, match="class 'neutral'"):
        sample = make_sample(4, 4, [Instance("neutral", Rectangle(0, 0, 1, 1))])
        class_raster(sample, INDICES, None)


def test_many_classes_need_wider_numbers() -> None:
    many = {f"{index:03}": index for index in range(255)}
    sample = make_sample(2, 1, [Instance("neutral", Rectangle(0, 0, 1, 1))])
    assert class_raster(sample, many, "neutral").tolist() == [[255, 0]]
    many["255"] = 255
    assert class_raster(sample, many, "neutral").tolist() == [[256, 0]]


def test_nearest_takes_the_pixel_that_holds_the_centre() -> None:
    raster = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert nearest(raster, Size(4, 3)).tolist() == raster.tolist()
    assert nearest(raster, Size(8, 6))[::2, ::2].tolist() == raster.tolist()
    # Centres 1 and 3 of 4 columns lie on borders of pixels; 1.5 of 3 rows in the middle one.
    assert nearest(raster, Size(2, 1)).tolist() == [[5, 7]]
    assert nearest(raster, Size(3, 1)).tolist() == [[4, 6, 7]]


def test_masks_of_the_classes_that_are_there() -> None:
    found = masks_of(np.array([[0, 2], [0, 2]]), {"b": 2, "a": 1, "bg": 0})
    assert found == (
        Instance("bg", Mask.tight(np.ones((2, 1), bool), 0, 0)),
        Instance("b", Mask.tight(np.ones((2, 1), bool), 1, 0)),
    )
