from __future__ import annotations

import base64
import math
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson
import pytest

from dtl_engine.errors import AnnotationError
from dtl_engine.model.geometry import Size
from dtl_engine.model.schema import ANY_SHAPE, Schema
from dtl_engine.model.shapes import Mask, Polygon
from dtl_engine.node.read_log import ReadLog
from dtl_nodes.formats.supervisely.meta import meta_json, read_meta
from dtl_nodes.formats.supervisely.objects import BY_DEFAULT, read_object
from dtl_nodes.formats.supervisely.options import Rules

SIZE = Size(80, 60)
SHAPES = ("alpha_mask", "oriented_bbox", "cuboid", "cuboid_3d", "any")


@pytest.fixture
def declared(tmp_path: Path) -> tuple[Schema, tuple[str, ...]]:
    classes = [{"title": shape, "shape": shape, "color": "#112233"} for shape in SHAPES]
    (tmp_path / "meta.json").write_bytes(orjson.dumps({"classes": classes}))
    return read_meta(tmp_path)


def test_classes_stay_and_say_what_becomes_of_them(
    declared: tuple[Schema, tuple[str, ...]],
) -> None:
    schema, notes = declared
    assert [label.kind for label in schema.labels] == [
        "bitmap", "polygon", ANY_SHAPE, ANY_SHAPE, ANY_SHAPE,
    ]  # fmt: skip
    assert len(notes) == 4
    written = [each["shape"] for each in meta_json(schema)["classes"]]
    assert written == ["bitmap", "polygon", "any", "any", "any"]


def as_png(levels: np.ndarray[Any, Any]) -> str:
    png = cv2.imencode(".png", levels)[1].tobytes()
    return base64.b64encode(zlib.compress(png)).decode()


@pytest.mark.parametrize("title", ["alpha_mask", "any"])
def test_alpha_masks_are_cut_at_half(declared: tuple[Schema, tuple[str, ...]], title: str) -> None:
    levels = np.array([[0, 127, 128], [255, 3, 200]], np.uint8)
    value = {"classTitle": title, "geometryType": "alpha_mask",
             "bitmap": {"origin": [7, 5], "data": as_png(levels)}}  # fmt: skip
    (instance,) = read_object(value, declared[0], SIZE, BY_DEFAULT, ReadLog())
    assert isinstance(instance.shape, Mask)
    assert (instance.shape.x, instance.shape.y) == (7, 5)
    assert instance.shape.pixels.tolist() == [[False, False, True], [True, False, True]]
    value["bitmap"] = {"origin": [7, 5], "data": as_png(levels // 4)}
    assert read_object(value, declared[0], SIZE, BY_DEFAULT, ReadLog()) == ()
    value["bitmap"] = {"origin": [7, 5], "data": as_png(levels.astype(np.uint16))}
    with pytest.raises(AnnotationError, match="8 bits"):
        read_object(value, declared[0], SIZE, BY_DEFAULT, ReadLog())


def box(angle: object) -> dict[str, Any]:
    return {"classTitle": "oriented_bbox", "geometryType": "oriented_bbox", "angle": angle,
            "points": {"exterior": [[10, 10], [40, 25]], "interior": []}}  # fmt: skip


def corners(schema: Schema, angle: float, *, is_pixel: bool = False) -> list[list[float]]:
    (instance,) = read_object(box(angle), schema, SIZE, Rules(is_pixel=is_pixel), ReadLog())
    assert isinstance(instance.shape, Polygon)
    return [[round(x, 6), round(y, 6)] for x, y in instance.shape.exterior.tolist()]


def test_oriented_boxes_turn_clockwise(declared: tuple[Schema, tuple[str, ...]]) -> None:
    schema, _ = declared
    assert corners(schema, 0.0) == [[10, 10], [40, 10], [40, 25], [10, 25]]
    assert corners(schema, 0.0, is_pixel=True) == [[10, 10], [41, 10], [41, 26], [10, 26]]
    # The first corner, up left, comes to lie up right.
    assert corners(schema, math.pi / 2) == [[32.5, 2.5], [32.5, 32.5], [17.5, 32.5], [17.5, 2.5]]


@pytest.mark.parametrize("angle", [None, "0.5", True, math.inf])
def test_the_angle_is_a_number(declared: tuple[Schema, tuple[str, ...]], angle: object) -> None:
    with pytest.raises(AnnotationError, match="angle"):
        read_object(box(angle), declared[0], SIZE, BY_DEFAULT, ReadLog())


def test_objects_without_a_picture_are_left_out(declared: tuple[Schema, tuple[str, ...]]) -> None:
    value = {"classTitle": "cuboid", "geometryType": "cuboid", "points": [], "faces": []}
    assert read_object(value, declared[0], SIZE, BY_DEFAULT, ReadLog()) == ()
    with pytest.raises(AnnotationError, match="shape 'cuboid'"):
        read_object({**value, "classTitle": "any"}, declared[0], SIZE, BY_DEFAULT, ReadLog())
