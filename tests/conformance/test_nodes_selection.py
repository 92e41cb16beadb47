"""The nodes that pick samples pass the conformance suite."""

from __future__ import annotations

from dtl_engine.testing import NodeConformance
from dtl_nodes.filter_image_by_tag import FilterImageByTag
from dtl_nodes.filter_image_without_objects import FilterImageWithoutObjects
from dtl_nodes.filter_images_by_object import FilterImagesByObject
from dtl_nodes.move import Move
from dtl_nodes.split_data import SplitData

CONDITIONS = ("with_img", "without_img", "with_obj", "without_obj")
TAGS = ([], [{"name": "checked"}], [{"name": "ripeness", "value": "ripe"}])


class TestFilterImageByTag(NodeConformance):
    node = FilterImageByTag
    settings = tuple({"condition": c, "tags": tags} for c in CONDITIONS for tags in TAGS)


class TestFilterImageWithoutObjects(NodeConformance):
    node = FilterImageWithoutObjects
    settings = ({"exclude_classes": []}, {"exclude_classes": ["box", "nothing"]})


class TestFilterImagesByObject(NodeConformance):
    node = FilterImagesByObject
    settings = (
        {"include": [], "exclude": []},
        {"include": ["box", "hand"], "exclude": []},
        {"include": ["box"], "exclude": ["blob"]},
    )


class TestMove(NodeConformance):
    node = Move
    settings = ({"move_confirmation": True},)


class TestSplitData(NodeConformance):
    node = SplitData
    settings = (
        {"split_method": "percent", "split_ratio": 30},
        {"split_method": "number", "split_num": 2, "split_ratio": 50, "split_parts": 3},
        {"split_method": "parts", "split_parts": 3},
        {"split_method": "classes"},
        {"split_method": "tags"},
    )
