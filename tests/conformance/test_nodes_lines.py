"""Conformance of the nodes for lines and special figures."""

from __future__ import annotations

from dtl_engine.testing import NodeConformance
from dtl_nodes.contour_sliding_box import ContourSlidingBox
from dtl_nodes.drop_lines_by_length import DropLinesByLength
from dtl_nodes.drop_lines_under_polygon import DropLinesUnderPolygon
from dtl_nodes.find_cracknets import FindCracknets
from dtl_nodes.generate_hints import GenerateHints
from dtl_nodes.merge_lines import MergeLines
from dtl_nodes.road_lines import RoadLines


class TestContourSlidingBox(NodeConformance):
    node = ContourSlidingBox
    settings = (
        {
            "classes": ["patch"],
            "box": {"width": "3px", "height": "40%"},
            "distance": "2px",
            "box_class": "window",
        },
        {
            "classes": ["patch", "unheard of"],
            "box": {"width": "1%", "height": "500%"},
            "distance": "10%",
            "exact_distance": True,
            "box_class": "box",
        },
    )


class TestDropLinesByLength(NodeConformance):
    node = DropLinesByLength
    settings = (
        {"lines_class": "path", "min_length": 8},
        {"lines_classes": ["path", "box"], "min_length": 1, "max_length": 20, "invert": True},
        {"lines_class": "path", "max_length": 900, "resolution_compensation": True},
    )


class TestDropLinesUnderPolygon(NodeConformance):
    node = DropLinesUnderPolygon
    settings = (
        {"lines_class": "path", "polygons_class": "patch"},
        {"lines_class": "path", "polygons_class": "unheard of"},
    )


class TestFindCracknets(NodeConformance):
    node = FindCracknets
    settings = tuple(
        {
            "crack_class": "path",
            "cracknet_class": label,
            "mask_resolution": resolution,
            "loop_devide_eps": 0.5,
            "min_area_in_bbox_coef": 0.00001,
            "min_poly_bbox_area_coef": 0.00001,
            "enable_subclustering": dense,
            "min_points_in_cluster": least,
        }
        for label, resolution, dense, least in (
            ("net", 10, False, 1),
            ("patch", 300, True, 1),
            ("net", 7, True, 3),
        )
    )


class TestGenerateHints(NodeConformance):
    node = GenerateHints
    settings = (
        {"class": "patch", "positive_class": "on", "negative_class": "off", "min_points_number": 0},
        {"class": "blob", "positive_class": "dot", "negative_class": "off", "min_points_number": 9},
        {"class": "hand", "positive_class": "on", "negative_class": "on", "min_points_number": 1},
        {"class": "none", "positive_class": "on", "negative_class": "dot", "min_points_number": 2},
    )


class TestMergeLines(NodeConformance):
    node = MergeLines
    settings = tuple(
        {
            "lines_class": "path",
            "maximal_angle": angle,
            "max_ends_distance": distance,
            "max_ortho_distance_coefficient": aside,
        }
        for angle, distance, aside in ((20, "2%", 0.5), (180, "999px", 10), (0, "0px", 0))
    )


class TestRoadLines(NodeConformance):
    node = RoadLines
    settings = (
        {"road_class": "patch", "road_lines_class": "edge"},
        {"road_class": "patch", "road_lines_class": "path", "min_road_area": 800},
        {"road_class": "patch", "road_lines_class": "edge", "road_area": "polygon"},
    )
