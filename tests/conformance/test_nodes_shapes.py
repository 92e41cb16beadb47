"""The nodes that turn one shape into another."""

from __future__ import annotations

from dtl_engine.testing import NodeConformance
from dtl_engine.testing.samples import LABELS
from dtl_nodes.approx_vector import ApproxVector
from dtl_nodes.bbox import BoundingBox
from dtl_nodes.bbox2poly import BoxToPolygon
from dtl_nodes.bitmap2lines import MaskToLines
from dtl_nodes.find_contours import FindContours
from dtl_nodes.line2bitmap import LineToMask
from dtl_nodes.poly2bitmap import PolygonToMask
from dtl_nodes.rasterize import Rasterize

RENAMED = {name: f"{name}_new" for name in LABELS}
IN_PLACE = dict.fromkeys(LABELS, "__default__")
TO_ONE = dict.fromkeys(LABELS, "all")


class TestApproxVector(NodeConformance):
    node = ApproxVector
    settings = (
        {"classes": [], "epsilon": 1},
        {"classes": ["path", "patch"], "epsilon": 0.1},
        {"classes": ["patch", "nothing"], "epsilon": 50},
    )


class TestBoundingBox(NodeConformance):
    node = BoundingBox
    settings = tuple({"classes_mapping": m} for m in ({}, RENAMED, IN_PLACE, TO_ONE))


class TestBoxToPolygon(NodeConformance):
    node = BoxToPolygon
    settings = (
        {"classes_mapping": {"box": "frame"}},
        {"classes_mapping": {"box": "patch"}},
        {"classes_mapping": {"box": "box", "__other__": "patch"}},
    )


class TestMaskToLines(NodeConformance):
    node = MaskToLines
    settings = (
        {"classes_mapping": {"blob": "path"}, "min_points_cnt": 2},
        {"classes_mapping": {"blob": "__default__"}, "min_points_cnt": 4, "approx_epsilon": 0},
        {"classes_mapping": {"blob": "vein"}, "min_points_cnt": 3, "approx_epsilon": 1.5},
    )


class TestFindContours(NodeConformance):
    node = FindContours
    settings = (
        {"classes_mapping": {"blob": "patch"}},
        {"classes_mapping": {"blob": "__default__"}, "approx_epsilon": 0},
        {"classes_mapping": {"blob": "outline"}, "approx_epsilon": 1.5},
    )


class TestLineToMask(NodeConformance):
    node = LineToMask
    settings = tuple(
        {"classes_mapping": mapping, "width": width}
        for mapping in (RENAMED, IN_PLACE, {**TO_ONE, "blob": "blob"})
        for width in (1, 2, 5)
    )


class TestPolygonToMask(NodeConformance):
    node = PolygonToMask
    settings = tuple({"classes_mapping": m} for m in ({"patch": "blob"}, RENAMED, IN_PLACE, TO_ONE))


class TestRasterize(NodeConformance):
    node = Rasterize
    settings = tuple(
        {"classes_mapping": m} for m in ({}, {"blob": "blob"}, RENAMED, IN_PLACE, TO_ONE)
    )
