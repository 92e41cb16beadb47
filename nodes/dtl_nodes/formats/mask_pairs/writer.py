"""Write images and, for each, a picture whose values are the classes of its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dtl_engine.sdk import ANY_SHAPE, DataError, Place, Sample, Schema, ShapeKind, replacing
from dtl_nodes.formats.base import Loss
from dtl_nodes.formats.mask_pairs.layout import VALUES
from dtl_nodes.formats.objects_inside import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.split_tags import tags_to_write

IMAGES, MASKS = "images", "masks"
BINARY = 255
MOST_VALUES = 65535
PAINTED = (ShapeKind.BITMAP, ShapeKind.POLYGON, ShapeKind.RECTANGLE)

OUTLINE = "outline, painted"
OVERLAP = "part below another object"
JOINED = "apart from others of its class"
OBJECT_TAG = "object tag"
IMAGE_TAG = "image tag"
DESCRIPTION = "description"
CLASS = "class"


def shape_loss(kind: str) -> str:
    """Return what is lost of every shape of a kind, ``""`` for nothing."""
    if kind in (ShapeKind.BITMAP, ANY_SHAPE):
        return ""
    return OUTLINE if kind in PAINTED else f"{kind}, dropped"


def losses(schema: Schema) -> Iterator[Loss]:
    """Yield the classes whose shapes do not fit."""
    for label in schema.labels:
        if what := shape_loss(label.kind):
            yield Loss(label.name, what)


def class_values(schema: Schema) -> dict[str, int]:
    """Return the value of each class: 1, 2 and so on."""
    return {name: number for number, name in enumerate(schema.label_names, start=1)}


def write_values(schema: Schema, folder: Path) -> None:
    """Write which value stands for which class."""
    with replacing(folder / VALUES) as path:
        path.write_bytes(orjson.dumps(class_values(schema), option=orjson.OPT_INDENT_2))


def write_pair(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
    """Write an image and its mask.

    Raises:
        DataError: F608, there are more classes than values.
    """
    import cv2

    name = image_name(sample, place)
    write_image(sample.image, place.path(IMAGES, place.dataset, name))
    mask = _painted(sample, schema, place, settings.mask_style == "binary")
    for _ in tags_to_write(sample, place, settings):
        place.lose("", IMAGE_TAG)
    if sample.annotation.description:
        place.lose("", DESCRIPTION)
    _, data = cv2.imencode(".png", mask)
    place.path(MASKS, place.dataset, f"{place.stem}.png").write_bytes(data.tobytes())


def _painted(sample: Sample, schema: Schema, place: Place, is_binary: bool) -> Any:
    values = class_values(schema)
    if len(values) > MOST_VALUES and not is_binary:
        raise DataError("F608", f"a mask holds {MOST_VALUES} classes, there are {len(values)}")
    is_small = is_binary or len(values) <= 255
    width, height = size = sample.size
    picture = np.zeros((height, width), np.uint8 if is_small else np.uint16)
    owners = np.zeros((height, width), np.int32)
    painted: list[str] = []
    covered: set[int] = set()
    for instance in pieces_to_write(sample.instances, size, place.lose):
        label, shape = instance.label, instance.shape
        if what := shape_loss(shape.kind):
            place.lose(label, what)
        for _ in instance.tags:
            place.lose(label, OBJECT_TAG)
        if instance.description:
            place.lose(label, DESCRIPTION)
        if shape.kind not in PAINTED:
            continue
        pixels = shape.paint(size)
        covered.update(np.unique(owners[pixels]).tolist())
        painted.append(label)
        owners[pixels] = len(painted)
        picture[pixels] = BINARY if is_binary else values[label]
    for number in sorted(covered - {0}):
        place.lose(painted[number - 1], OVERLAP)
    seen: set[str] = set()
    for label in painted:
        if label in seen:
            place.lose(label, JOINED)
        if is_binary and len(values) > 1:
            place.lose(label, CLASS)
        seen.add(label)
    return picture
