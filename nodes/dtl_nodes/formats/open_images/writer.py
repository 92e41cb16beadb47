"""Write Open Images: pictures and mask files, and tables put together of a part for each image.

A part is the rows of one image as JSON; ``finish`` joins them in the order of their names.

Source: section 11.2 of the data formats reference.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dtl_engine.sdk import Instance, Place, Sample, Schema, ShapeKind, Size, Tag, replacing
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.losses import (
    BOX,
    IMAGE_TAG,
    IMAGE_TAG_VALUE,
    MASK,
    NO_PIXEL,
    ORDER,
    ByKind,
    dropped,
    lost_tags,
    saved_as,
    tell_image,
    tell_object,
    widened,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.open_images.classes import EXTRA
from dtl_nodes.formats.open_images.layout import (
    ANNOTATIONS,
    BOX_HEADER,
    BOX_ID,
    DESCRIPTIONS,
    FLAGS,
    IMAGE_HEADER,
    IMAGES,
    LABEL_HEADER,
    MASK_HEADER,
    MASKS,
    PREDICTED_IOU,
)
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.split_tags import tags_to_write

LOST_SHAPES: ByKind = {
    ShapeKind.POLYGON: saved_as(ShapeKind.POLYGON, MASK),
    ShapeKind.LINE: saved_as(ShapeKind.LINE, BOX),
    ShapeKind.GRAPH: saved_as(ShapeKind.GRAPH, BOX),
    ShapeKind.POINT: dropped(ShapeKind.POINT),
}

TABLES = {
    "boxes": ("annotations-bbox", BOX_HEADER),
    "masks": ("annotations-object-segmentation", MASK_HEADER),
    "labels": ("annotations-human-imagelabels", LABEL_HEADER),
    "images": ("images-with-rotation", IMAGE_HEADER),
}

_ID = re.compile(r"[0-9a-f]{16}")
_BOX_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")
_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")
_MASKED = (ShapeKind.BITMAP, ShapeKind.POLYGON)


def label_names(schema: Schema, given: Mapping[str, str] | None) -> dict[str, str]:
    """Return the labels of all classes, and of all tags that images may have, each its own."""
    wanted = {spec.name: spec.extra.get(EXTRA) for spec in schema.labels}
    for tag in schema.tags:
        if tag.name not in (*FLAGS, BOX_ID, PREDICTED_IOU):
            wanted.setdefault(tag.name, None)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for title, known in wanted.items():
        name = (given or {}).get(title) or known
        if not isinstance(name, str) or name.replace("/", "") in taken:
            slug = _NOT_IN_A_SLUG.sub("_", title.lower()).strip("_") or "class"
            name, number = f"/x/{slug}", 0
            while name.replace("/", "") in taken:
                number += 1
                name = f"/x/{slug}_{number}"
        taken.add(name.replace("/", ""))
        names[title] = name
    return names


def write_part(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
    """Write an image, its masks and its part of the tables."""
    id = _image_id(place)
    suffix = image_name(sample, place).rpartition(".")[2]
    write_image(sample.image, place.path(IMAGES, place.dataset, f"{id}.{suffix}"))
    names = label_names(schema, settings.label_names)
    part: dict[str, list[list[str]]] = {table: [] for table in TABLES}
    part["images"].append([id, place.dataset, *[""] * (len(IMAGE_HEADER) - 3), ""])
    plain: list[list[str]] = []
    used: set[str] = set()
    boxes_began = False
    for number, instance in enumerate(pieces_to_write(sample.instances, sample.size, place.lose)):
        shape, label = instance.shape, instance.label
        is_mask = shape.kind in _MASKED
        if is_mask and not shape.paint(sample.size).any():
            place.lose(label, dropped(shape.kind, NO_PIXEL))
            continue
        if lost := LOST_SHAPES.get(shape.kind):
            place.lose(label, lost)
        elif not shape.area:
            place.lose(label, widened(shape.kind))
        if shape.kind is ShapeKind.POINT:
            continue
        if is_mask and boxes_began:
            place.lose(label, ORDER)
        boxes_began = boxes_began or not is_mask
        if is_mask:
            _write_mask(instance, number, id, sample.size, names[label], part, place, used)
        else:
            plain.append(_box_row(instance, id, sample.size, names[label], place))
    # Those of masks come first, so that they are found first.
    part["boxes"] += plain
    tell_image(sample, place.lose)
    _write_tags(tags_to_write(sample, place, settings), id, names, part, place)
    place.path(PARTS, place.dataset, f"{id}.json").write_bytes(orjson.dumps(part))


def _image_id(place: Place) -> str:
    if _ID.fullmatch(place.stem):
        return place.stem
    return hashlib.sha256(f"{place.dataset}/{place.stem}".encode()).hexdigest()[:16]


def _write_mask(
    instance: Instance,
    number: int,
    id: str,
    size: Size,
    name: str,
    part: dict[str, list[list[str]]],
    place: Place,
    used: set[str],
) -> None:
    import cv2

    pixels = instance.shape.paint(size)
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    edges = (int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1)
    kept: list[str] = []
    by_name = {tag.name: tag.value for tag in instance.tags}
    box_id = by_name.get(BOX_ID)
    if isinstance(box_id, str) and _BOX_ID.fullmatch(box_id) and box_id not in used:
        kept.append(BOX_ID)
    else:
        box_id = hashlib.sha256(f"{id}/{number}".encode()).hexdigest()[:8]
    used.add(box_id)
    score = by_name.get(PREDICTED_IOU)
    told = "" if not isinstance(score, int | float) else f"{score:.5f}"
    if told and float(told) == score:
        kept.append(PREDICTED_IOU)
    file = f"{id}_{name.replace('/', '')}_{box_id}.png"
    _, data = cv2.imencode(".png", pixels.astype(np.uint8) * 255)
    place.path(MASKS, place.dataset, file).write_bytes(data.tobytes())
    corners = _corners(edges, size)
    part["masks"].append([file, id, name, box_id, *corners, told, ""])
    part["boxes"].append([id, "xclick", name, "1", *corners, *_flags(instance, kept, place)])


def _box_row(instance: Instance, id: str, size: Size, name: str, place: Place) -> list[str]:
    x0, y0, x1, y1 = instance.shape.bbox
    corners = _corners((x0, x1, y0, y1), size)
    return [id, "xclick", name, "1", *corners, *_flags(instance, (), place)]


def _corners(edges: tuple[float, float, float, float], size: Size) -> list[str]:
    """Return left, right, top and bottom in parts of the image."""
    extents = (size.width, size.width, size.height, size.height)
    return [f"{edge / extent:.6f}" for edge, extent in zip(edges, extents, strict=True)]


def _flags(instance: Instance, kept: Sequence[str], place: Place) -> list[str]:
    """Return the flags of an object; of its other tags all but those named in ``kept`` are lost."""
    plain = {tag.name for tag in instance.tags if tag.value is None}

    def is_held(tag: Tag) -> bool:
        return tag.name in kept or (tag.name in FLAGS and tag.value is None)

    tell_object(instance, place.lose, lost_tags(instance.tags, is_held))
    return [str(int(flag in plain)) for flag in FLAGS]


def _write_tags(
    tags: Iterable[Tag],
    id: str,
    names: Mapping[str, str],
    part: dict[str, list[list[str]]],
    place: Place,
) -> None:
    told: set[str] = set()
    for tag in tags:
        name = names.get(tag.name)
        if name is None or name in told:
            place.lose("", IMAGE_TAG)
            continue
        told.add(name)
        if tag.value is not None:
            place.lose("", IMAGE_TAG_VALUE)
        part["labels"].append([id, "verification", name, "1"])


def write_descriptions(schema: Schema, folder: Path, given: Mapping[str, str] | None) -> None:
    """Write which label stands for which class."""
    (folder / ANNOTATIONS).mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        path = stack.enter_context(replacing(folder / ANNOTATIONS / DESCRIPTIONS))
        file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("LabelName", "DisplayName"))
        writer.writerows((name, title) for title, name in label_names(schema, given).items())


def join_parts(folder: Path) -> None:
    """Write the tables of each split, image by image in the order of their ids."""
    parts = folder / PARTS
    splits = sorted(each.name for each in parts.iterdir()) if parts.is_dir() else []
    for split in splits:
        with ExitStack() as stack:
            writers: dict[str, Any] = {}
            for table, (name, header) in TABLES.items():
                path = stack.enter_context(replacing(folder / ANNOTATIONS / f"{split}-{name}.csv"))
                file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
                writers[table] = csv.writer(file, lineterminator="\n")
                writers[table].writerow(header)
            for name in sorted(each.name for each in (parts / split).iterdir()):
                content = orjson.loads((parts / split / name).read_bytes())
                for table, rows in content.items():
                    writers[table].writerows(rows)
