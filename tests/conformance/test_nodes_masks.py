"""The nodes on masks and classes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import LabelSpec, Schema
from dtl_engine.model.shapes import Mask, ShapeKind
from dtl_engine.testing import NodeConformance
from dtl_nodes.bitwise_masks import BitwiseMasks
from dtl_nodes.color_class import ColorClass
from dtl_nodes.drop_noise import DropNoise
from dtl_nodes.drop_obj_by_class import DropObjByClass
from dtl_nodes.duplicate_objects import DuplicateObjects
from dtl_nodes.merge_bitmap_masks import MergeBitmapMasks
from dtl_nodes.objects_filter import ObjectsFilter
from dtl_nodes.objects_filter_by_area import ObjectsFilterByArea
from dtl_nodes.rename import Rename
from dtl_nodes.skeletonize import Skeletonize
from dtl_nodes.split_masks import SplitMasks


class WithStains(NodeConformance):
    """Beside each mask there is one of class ``stain``, moved by a pixel."""

    def samples(self) -> tuple[Sample, ...]:
        return tuple(_with_stains(sample) for sample in super().samples())

    def schema(self) -> Schema:
        schema = super().schema()
        stain = LabelSpec("stain", ShapeKind.BITMAP, "#555555")
        return replace(schema, labels=(*schema.labels, stain))


def _with_stains(sample: Sample) -> Sample:
    stains = (
        instance.with_label("stain").with_shape(piece)
        for instance in sample.instances
        if isinstance(instance.shape, Mask)
        for piece in instance.shape.shift(1, 1).normalize(sample.size)
    )
    return sample.replace(instances=(*sample.instances, *stains))


class TestSkeletonize(WithStains):
    node = Skeletonize
    settings = tuple(
        {"classes": ["blob", "nothing"], "method": method}
        for method in ("skeletonization", "medial_axis", "thinning")
    )


class TestSplitMasks(WithStains):
    node = SplitMasks
    settings = ({"classes": []}, {"classes": ["blob", "stain"]})


class TestMergeBitmapMasks(WithStains):
    node = MergeBitmapMasks
    settings = ({"class": "blob"}, {"class": "nothing"})


class TestDropNoise(WithStains):
    node = DropNoise
    settings = (
        {"classes": ["blob"], "min_area": "4px", "src_type": "image"},
        {"classes": ["blob", "stain"], "min_area": "12.5%", "src_type": "image"},
        {"classes": ["stain"], "min_area": "60%", "src_type": "bbox"},
    )


class TestBitwiseMasks(WithStains):
    node = BitwiseMasks
    settings = tuple(
        {"type": type, "class_mask": "stain", "classes_to_correct": ["blob", "stain"]}
        for type in ("or", "and", "xor", "nor")
    )


class TestRename(NodeConformance):
    node = Rename
    settings = (
        {"classes_mapping": {}},
        {"classes_mapping": {"box": "crate", "dot": "__ignore__", "path": "__default__"}},
    )


class TestColorClass(NodeConformance):
    node = ColorClass
    settings = (
        {"classes_color_mapping": {"box": "#36C", "blob": [1, 2, 3], "hand": "#ABCDEF"}},
        {"classes_color_mapping": {}},
    )


class TestDropObjByClass(NodeConformance):
    node = DropObjByClass
    settings = ({"classes": []}, {"classes": ["dot", "hand", "blob", "dot"]})


class TestDuplicateObjects(NodeConformance):
    node = DuplicateObjects
    settings = (
        {"classes_mapping": {"box": "crate", "blob": "__default__", "dot": "__ignore__"}},
        {"classes_mapping": {"hand": "other hand", "patch": "patch"}},
    )


def _sizes(size: Any, action: Any, *classes: str) -> dict[str, Any]:
    sizes = {"filtering_classes": list(classes), "area_size": size, "action": action}
    return {"filter_by": {"polygon_sizes": {**sizes, "comparator": "less"}}}


class TestObjectsFilter(NodeConformance):
    node = ObjectsFilter
    settings = (
        {"filter_by": {"names": ["box", "blob", "nothing"]}},
        _sizes({"percent": 20}, "delete", "box", "blob", "dot", "hand"),
        _sizes({"width": 5, "height": 4}, "delete", "path", "hand", "patch"),
        _sizes({"pixels": 12}, {"remap_class": "small"}, "blob"),
        _sizes({"pixels": 12}, {"remap_class": "box"}, "box"),
    )


class TestObjectsFilterByArea(NodeConformance):
    node = ObjectsFilterByArea
    settings = (
        {"classes": ["box", "blob"], "area": 9, "comparator": "lt", "action": "delete"},
        {"classes": ["box", "dot"], "area": 0.5, "comparator": "gt", "action": "keep"},
        {
            "classes": ["box", "patch", "hand"],
            "area": 30,
            "comparator": "lt",
            "action": "add_tags",
            "tags_to_add": [{"name": "small"}, {"name": "ripeness", "value": "green"}],
        },
        {
            "classes": ["blob"],
            "area": 0,
            "comparator": "gt",
            "action": "add_tags",
            "tags_to_add": [{"name": "note", "value": "x"}, {"name": "size", "value": 1.5}],
        },
    )
