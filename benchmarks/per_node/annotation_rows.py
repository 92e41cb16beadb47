"""Nodes that change no pixel, on objects that they work on."""

from __future__ import annotations

from collections.abc import Sequence

import cv2

from benchmarks.per_node import bare_work as bare
from benchmarks.per_node.rows import AnnotationRow
from benchmarks.per_node.scene import Scene
from dtl_engine.sdk import Instance


def boxes(scene: Scene) -> Sequence[Instance]:
    """Eight rectangles."""
    return scene.boxes


def lines(scene: Scene) -> Sequence[Instance]:
    """Eight lines."""
    return scene.lines


def masks(scene: Scene) -> Sequence[Instance]:
    """Eight masks."""
    return scene.masks


def polygons(scene: Scene) -> Sequence[Instance]:
    """Eight polygons."""
    return scene.polygons


def lines_over_polygons(scene: Scene) -> Sequence[Instance]:
    """Eight lines that run through eight polygons."""
    return (*scene.lines, *scene.polygons)


def masks_on_field(scene: Scene) -> Sequence[Instance]:
    """Eight masks, and one over half of the picture."""
    return (*scene.field, *scene.masks)


def thin_masks(scene: Scene) -> Sequence[Instance]:
    """Eight masks one pixel wide."""
    return scene.thin_masks


CONDITION = {"condition": {"min_objects_count": 1}}
HALF = {"width": 750, "height": 500, "aspect_ratio": {"keep": False}, "classes": ["blob"]}
MIDDLE = {"sides": {"left": "12%", "right": "12%", "top": "25%", "bottom": "25%"}}

ANNOTATION_ROWS = (
    AnnotationRow(
        "approx_vector",
        "",
        polygons,
        direct=bare.on_points(polygons, lambda ring: cv2.approxPolyDP(ring, 1.5, True)),
        call="approxPolyDP",
    ),
    AnnotationRow("background", "", masks),
    AnnotationRow(
        "bbox",
        "",
        polygons,
        direct=bare.on_points(polygons, cv2.boundingRect),
        call="boundingRect",
    ),
    AnnotationRow("bbox2poly", "", boxes),
    AnnotationRow("bitmap2lines", "", thin_masks),
    AnnotationRow("bitwise_masks", "", masks_on_field, direct=bare.intersected, call="bitwise_and"),
    AnnotationRow("color_class", "", masks),
    AnnotationRow(
        "contour_sliding_box",
        "",
        polygons,
        direct=bare.walked,
        call="shapely line_interpolate_point",
    ),
    AnnotationRow("crop_annotation", "", polygons, MIDDLE, bare.clipped, "shapely clip_by_rect"),
    AnnotationRow("dataset", "", masks),
    AnnotationRow(
        "drop_lines_by_length",
        "",
        lines,
        direct=bare.on_points(lines, lambda line: cv2.arcLength(line, False)),
        call="arcLength",
    ),
    AnnotationRow(
        "drop_lines_under_polygon",
        "",
        lines_over_polygons,
        direct=bare.cut_off,
        call="shapely difference",
    ),
    AnnotationRow(
        "drop_noise",
        "",
        masks,
        {"classes": ["blob"], "min_area": "100px", "src_type": "image"},
        bare.on_masks(masks, cv2.connectedComponentsWithStats),
        "connectedComponentsWithStats",
    ),
    AnnotationRow("drop_obj_by_class", "", lines),
    AnnotationRow("dummy", "", masks),
    AnnotationRow("duplicate_objects", "", boxes),
    AnnotationRow("expect", "", boxes),
    AnnotationRow("filter_image_by_tag", "", masks),
    AnnotationRow("filter_image_without_objects", "", masks),
    AnnotationRow("filter_images_by_object", "", boxes),
    AnnotationRow(
        "find_contours",
        "",
        masks,
        direct=bare.on_masks(masks, bare.traced),
        call="findContours, approxPolyDP",
    ),
    AnnotationRow("find_cracknets", "", lines),
    AnnotationRow(
        "generate_hints", "", polygons, direct=bare.covered, call="fillPoly, flatnonzero"
    ),
    AnnotationRow("if", "probability", masks),
    AnnotationRow("if", "min_objects_count", masks, CONDITION),
    AnnotationRow(
        "line2bitmap",
        "",
        lines,
        direct=bare.on_points(lines, bare.stroked),
        call="polylines",
    ),
    AnnotationRow(
        "merge_bitmap_masks", "", masks, direct=bare.united, call="numpy: or into a picture"
    ),
    AnnotationRow("merge_lines", "", lines),
    AnnotationRow("move", "", masks),
    AnnotationRow("multiply", "10, a copy", masks),
    AnnotationRow(
        "objects_filter",
        "",
        masks,
        direct=bare.on_masks(masks, cv2.countNonZero),
        call="countNonZero",
    ),
    AnnotationRow(
        "objects_filter_by_area",
        "",
        polygons,
        direct=bare.on_points(polygons, cv2.contourArea),
        call="contourArea",
    ),
    AnnotationRow(
        "poly2bitmap",
        "",
        polygons,
        direct=bare.on_points(polygons, bare.filled),
        call="fillPoly",
    ),
    AnnotationRow("rasterize", "", polygons, direct=bare.painted_in_order, call="fillPoly, =="),
    AnnotationRow("rename", "", boxes),
    AnnotationRow(
        "resize_annotation",
        "",
        masks,
        HALF,
        bare.on_masks(masks, bare.halved),
        "resize, nearest",
    ),
    AnnotationRow(
        "restore_annotation_scale",
        "",
        masks,
        direct=bare.on_masks(masks, bare.doubled),
        call="resize, nearest",
        before=("resize_annotation", HALF),
    ),
    AnnotationRow("road_lines", "", polygons),
    AnnotationRow("skeletonize", "thinning", masks),
    AnnotationRow(
        "split_masks",
        "",
        masks,
        direct=bare.on_masks(masks, cv2.connectedComponents),
        call="connectedComponents",
    ),
    AnnotationRow("split_data", "", masks),
    AnnotationRow("stats", "", masks),
    AnnotationRow("tag", "", masks),
)
