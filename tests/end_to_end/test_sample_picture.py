"""Samples as pictures: every shape becomes an outline in the colour of its class."""

from __future__ import annotations

import numpy as np

from dtl_engine.cli.sample_picture import picture_of_sample
from dtl_engine.model.annotation import Instance
from dtl_engine.model.schema import Schema
from dtl_engine.model.shapes import Polygon, Rectangle
from dtl_engine.testing import instances_of_every_shape, make_sample, sample_schema
from dtl_engine.testing.demo import demo_sample, demo_schema
from dtl_visualizer.annotated import Area, Cells, Chain, Spots


def test_every_shape_has_an_outline() -> None:
    sample = make_sample(24, 16)
    sample = sample.replace(instances=instances_of_every_shape(sample.size))
    picture = picture_of_sample(sample, sample_schema())
    assert np.array_equal(picture.pixels, sample.image.pixels())
    kinds = {each.label: type(each.outline) for each in picture.objects}
    assert kinds == {
        "dot": Spots,
        "box": Area,
        "path": Chain,
        "patch": Area,
        "blob": Cells,
        "hand": Spots,
    }
    assert [each.colour for each in picture.objects] == [
        label.color for label in sample_schema().labels
    ]


def test_outlines_are_those_of_the_shapes() -> None:
    hole = [[2, 2], [4, 2], [3, 4]]
    shapes = Rectangle(1, 2, 3, 5), Polygon([[0, 0], [9, 0], [9, 9]], [hole])
    sample = make_sample(9, 9, [Instance("thing", shape) for shape in shapes])
    box, polygon = (each.outline for each in picture_of_sample(sample, Schema()).objects)
    assert box == Area(((1, 2), (3, 2), (3, 5), (1, 5)))
    assert polygon == Area(((0, 0), (9, 0), (9, 9)), (((2, 2), (4, 2), (3, 4)),))


def test_the_template_tells_which_keypoints_are_joined() -> None:
    (hand,) = (
        each
        for each in picture_of_sample(demo_sample(), demo_schema()).objects
        if each.label == "hand"
    )
    assert isinstance(hand.outline, Spots)
    assert hand.outline.links == tuple((0, at) for at in range(1, 6))
    (plain,) = (
        each
        for each in picture_of_sample(demo_sample(), sample_schema()).objects
        if each.label == "hand"
    )
    assert isinstance(plain.outline, Spots)
    assert plain.outline.links == ()


def test_an_undeclared_class_is_grey() -> None:
    sample = make_sample(9, 9, [Instance("thing", Rectangle(1, 2, 3, 5))])
    assert picture_of_sample(sample, Schema()).objects[0].colour == "#808080"
