"""Write images and, for each, a picture whose values are the classes of its pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dtl_engine.sdk import DataError, Place, Sample, Schema, ShapeKind, replacing
from dtl_nodes.formats.losses import (
    CLASS,
    COVERED,
    JOINED,
    MASK,
    NO_PIXEL,
    ByKind,
    dropped,
    saved_as,
    tell_image,
    tell_object,
)
from dtl_nodes.formats.mask_pairs.layout import VALUES
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.split_tags import tags_to_write

IMAGES, MASKS = "images", "masks"
BINARY = 255
MOST_VALUES = 65535
PAINTED = (ShapeKind.BITMAP, ShapeKind.POLYGON, ShapeKind.RECTANGLE)

LOST_SHAPES: ByKind = {
    **{kind: saved_as(kind, MASK) for kind in PAINTED if kind is not ShapeKind.BITMAP},
    **{kind: dropped(kind) for kind in ShapeKind if kind not in PAINTED},
}


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
    tell_image(sample, place.lose, tags_to_write(sample, place, settings))
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
        pixels = shape.paint(size)
        if shape.kind in PAINTED and not pixels.any():
            place.lose(label, dropped(shape.kind, NO_PIXEL))
            continue
        if lost := LOST_SHAPES.get(shape.kind):
            place.lose(label, lost)
        if shape.kind not in PAINTED:
            continue
        tell_object(instance, place.lose, instance.tags)
        covered.update(np.unique(owners[pixels]).tolist())
        painted.append(label)
        owners[pixels] = len(painted)
        picture[pixels] = BINARY if is_binary else values[label]
    for number in sorted(covered - {0}):
        place.lose(painted[number - 1], COVERED)
    seen: set[str] = set()
    for label in painted:
        if label in seen:
            place.lose(label, JOINED)
        if is_binary and len(values) > 1:
            place.lose(label, CLASS)
        seen.add(label)
    return picture
