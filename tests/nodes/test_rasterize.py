from __future__ import annotations

import numpy as np

from dtl_engine.model.annotation import Instance
from dtl_engine.model.shapes import Mask, Polygon, Rectangle
from dtl_engine.testing import make_sample
from dtl_nodes.rasterize import Rasterize
from tests.fixtures.nodes import run, shapes_of

BOTH = {"classes_mapping": {"low": "low_mask", "high": "high_mask"}}
SQUARE = Rectangle(0, 0, 3, 3)
TOP = Polygon([(2, 2), (5, 2), (5, 5), (2, 5)])


def test_later_objects_take_the_pixels() -> None:
    sample = make_sample(6, 6, [Instance("low", SQUARE), Instance("high", TOP)])
    (result,) = run(Rasterize, BOTH, sample)
    rows = np.array([[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]])
    assert shapes_of(result) == [
        Mask.tight(rows, 0, 0),
        Mask.tight(np.ones((4, 4), bool), 2, 2),
    ]


def test_other_classes_come_first_and_take_no_part() -> None:
    other = Instance("other", Rectangle(0, 0, 6, 6))
    sample = make_sample(6, 6, [Instance("low", SQUARE), Instance("high", TOP), other])
    (result,) = run(Rasterize, BOTH, sample)
    assert [each.label for each in result.instances] == ["other", "low_mask", "high_mask"]
    assert result.instances[0] is other
    assert result.instances[1].shape.area == 12


def test_covered_objects_vanish() -> None:
    sample = make_sample(6, 6, [Instance("low", TOP), Instance("high", Rectangle(1, 1, 5, 5))])
    (result,) = run(Rasterize, BOTH, sample)
    assert [each.label for each in result.instances] == ["high_mask"]


def test_the_first_object_stays_when_every_pixel_is_covered() -> None:
    whole = Instance("low", Rectangle(0, 0, 6, 6))
    (result,) = run(Rasterize, BOTH, make_sample(6, 6, [whole, Instance("high", TOP)]))
    assert [each.shape.area for each in result.instances] == [20, 16]


def test_what_is_outside_vanishes() -> None:
    outside = Instance("low", Rectangle(7, 7, 9, 9))
    assert run(Rasterize, BOTH, make_sample(6, 6, [outside]))[0].instances == ()


def test_masks_take_part() -> None:
    mask = Mask.tight(np.ones((3, 3), bool), 0, 0)
    assert mask is not None
    sample = make_sample(6, 6, [Instance("low", mask), Instance("high", TOP)])
    (result,) = run(Rasterize, BOTH, sample)
    assert [each.shape.area for each in result.instances] == [8, 16]
