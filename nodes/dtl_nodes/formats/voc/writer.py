"""Write Pascal VOC, sample by sample: image, XML file, two pictures, and a part for the lists."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import orjson
from numpy.typing import NDArray

from dtl_engine.sdk import (
    DataError,
    Instance,
    Place,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
    Size,
    Tag,
)
from dtl_nodes.formats.base import PARTS, Loss
from dtl_nodes.formats.losses import (
    BOX,
    COVERED,
    JOINED,
    MASK,
    NO_PIXEL,
    ByKind,
    lost_tags,
    rounded,
    saved_as,
    tell_image,
    tell_object,
    widened,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.voc.document import FLAGS, NO_POSE, POSE, SHIFTS
from dtl_nodes.formats.voc.layout import (
    ANNOTATIONS,
    CLASS_PICTURES,
    IMAGES,
    OBJECT_PICTURES,
    PNG,
    VOID,
    VOID_LABEL,
    XML,
)
from dtl_nodes.formats.voc.palette import PALETTE, written_indices

MOST_OBJECTS = 254
PAINTED = (ShapeKind.RECTANGLE, ShapeKind.POLYGON, ShapeKind.BITMAP)

_BOXED: ByKind = {
    kind: saved_as(kind, BOX) for kind in ShapeKind if kind is not ShapeKind.RECTANGLE
}
_PICTURED: ByKind = {
    **{kind: _BOXED[kind] for kind in (ShapeKind.LINE, ShapeKind.POINT, ShapeKind.GRAPH)},
    ShapeKind.POLYGON: saved_as(ShapeKind.POLYGON, MASK),
}

Values = NDArray[np.uint8]


def losses(schema: Schema, settings: Any) -> Iterator[Loss]:
    """Yield the classes whose shapes do not fit."""
    indices = written_indices(schema) if settings.segmentation_pictures else {}
    for label in schema.labels:
        by_kind = _PICTURED if label.name in indices else _BOXED
        if what := by_kind.get(label.kind):
            yield Loss(label.name, what)


def write_sample(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
    """Write all files of one sample.

    Raises:
        DataError: F612, there are more objects than the pictures hold, or a text that XML cannot.
    """
    name = image_name(sample, place)
    write_image(sample.image, place.path(IMAGES, name))
    instances = _kept(sample, place, settings)
    xml = document(sample, instances, name, place, settings)
    place.path(ANNOTATIONS, f"{place.stem}{XML}").write_text(xml, encoding="utf-8")
    if settings.segmentation_pictures:
        _write_pictures(sample.size, instances, schema, place)
    _write_part(sample, instances, place)


def document(
    sample: Sample, instances: Sequence[Instance], name: str, place: Place, settings: Any
) -> str:
    """Return the XML file of an image that is called ``name``."""
    width, height = sample.size
    lines = [
        "<annotation>",
        "\t<folder>VOC</folder>",
        f"\t<filename>{_text(name)}</filename>",
        f"\t<size><width>{width}</width><height>{height}</height><depth>3</depth></size>",
        f"\t<segmented>{int(settings.segmentation_pictures)}</segmented>",
    ]
    low, high = SHIFTS["from_0" if settings.zero_based else "from_1"]
    for instance in instances:
        left, top, right, bottom = pixel_box(instance.shape, sample.size)
        pose, *flags = _told(instance.tags)
        lines += [
            "\t<object>",
            f"\t\t<name>{_text(instance.label)}</name>",
            f"\t\t<pose>{_text(pose)}</pose>",
            *(f"\t\t<{key}>{value}</{key}>" for key, value in zip(FLAGS, flags, strict=True)),
            f"\t\t<bndbox><xmin>{left - low}</xmin><ymin>{top - low}</ymin>"
            f"<xmax>{right - high}</xmax><ymax>{bottom - high}</ymax></bndbox>",
            "\t</object>",
        ]
    return "\n".join([*lines, "</annotation>", ""])


def pixel_box(shape: Shape, size: Size) -> tuple[int, int, int, int]:
    """Return the edges of the pixels that a shape takes: left, top, right, bottom.

    Edges of areas are rounded half up; of points the pixels that hold them count. A box has a pixel
    at least.
    """
    x0, y0, x1, y1 = shape.bbox
    if shape.kind in PAINTED:
        left, top, right, bottom = (math.floor(edge + 0.5) for edge in (x0, y0, x1, y1))
    else:
        left, top, right, bottom = (math.floor(edge) for edge in (x0, y0, x1 + 1, y1 + 1))
    left, top = min(max(left, 0), size.width - 1), min(max(top, 0), size.height - 1)
    right, bottom = min(max(right, left + 1), size.width), min(max(bottom, top + 1), size.height)
    return left, top, right, bottom


def _kept(sample: Sample, place: Place, settings: Any) -> list[Instance]:
    """Return the objects that are written, and tell what is lost of them and of the image.

    What is lost of shapes in pictures is told where these are painted.
    """
    found: list[Instance] = []
    for instance in pieces_to_write(sample.instances, sample.size, place.lose):
        found.append(instance)
        shape, label = instance.shape, instance.label
        if isinstance(shape, Rectangle):
            if not shape.area:
                place.lose(label, widened(shape.kind))
            elif any(edge % 1 for edge in shape.bbox):
                place.lose(label, rounded(shape.kind))
        elif not (settings.segmentation_pictures and shape.kind in PAINTED):
            place.lose(label, _BOXED[shape.kind])
        tell_object(instance, place.lose, lost_tags(instance.tags, _is_kept))
    tell_image(sample, place.lose, lost_tags(sample.tags, lambda tag: tag.value is None))
    return found


def _is_kept(tag: Tag) -> bool:
    if tag.name == POSE:
        return isinstance(tag.value, str) and tag.value.strip() not in ("", NO_POSE)
    return tag.name in FLAGS and tag.value is None


def _told(tags: Sequence[Tag]) -> tuple[Any, ...]:
    """Return the pose and the flags."""
    kept = {tag.name: tag.value for tag in reversed(tags) if _is_kept(tag)}
    return kept.get(POSE, NO_POSE), *(int(name in kept) for name in FLAGS)


def _text(text: object) -> str:
    """Return text for XML.

    Raises:
        DataError: F612, it holds a character that XML 1.0 has not.
    """
    found = str(text)
    if any(_is_foreign(ord(mark)) for mark in found):
        raise DataError("F612", f"the format cannot hold this: the text {found[:80]!r}")
    return escape(found)


def _is_foreign(code: int) -> bool:
    if code < 0x20:
        return code not in (0x09, 0x0A, 0x0D)
    return 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)


def _write_pictures(
    size: Size, instances: Sequence[Instance], schema: Schema, place: Place
) -> None:
    """Paint the objects, later ones on top; the number of each is that of its XML element."""
    if len(instances) > MOST_OBJECTS:
        raise DataError(
            "F612",
            f"the format cannot hold this: {len(instances)} objects in one image, pictures hold "
            f"{MOST_OBJECTS}",
        )
    indices = written_indices(schema)
    shape = (size.height, size.width)
    classes, objects = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    owners = np.zeros(shape, np.uint8)
    covered: set[int] = set()
    for number, instance in enumerate(instances, start=1):
        label, kind = instance.label, instance.shape.kind
        is_box = kind is ShapeKind.RECTANGLE
        if kind not in PAINTED:
            continue
        pixels = instance.shape.paint(size)
        lost = (_PICTURED if label in indices else _BOXED).get(kind)
        if lost and not pixels.any():
            lost = saved_as(kind, BOX, NO_PIXEL)
        if lost:
            place.lose(label, lost)
        if label not in indices:
            continue
        if label == VOID_LABEL and not is_box and (objects == VOID).any():
            place.lose(label, JOINED)
        covered.update(np.unique(owners[pixels]).tolist())
        owners[pixels] = number
        classes[pixels] = indices[label]
        objects[pixels] = VOID if label == VOID_LABEL else number
    for number in sorted(covered - {0}):
        # Of a rectangle the XML file has all.
        if not isinstance(instances[number - 1].shape, Rectangle):
            place.lose(instances[number - 1].label, COVERED)
    for folder, values in ((CLASS_PICTURES, classes), (OBJECT_PICTURES, objects)):
        _write_png(values, place.path(folder, f"{place.stem}{PNG}"))


def _write_png(values: Values, path: Any) -> None:
    from PIL import Image as Pillow

    picture = Pillow.fromarray(values)
    picture.putpalette([channel for color in PALETTE for channel in color])
    picture.save(path, format="PNG")


def _write_part(sample: Sample, instances: Sequence[Instance], place: Place) -> None:
    """Write what the lists say of the image: split, tags, and its classes with 1 or 0."""
    present: dict[str, int] = {}
    for instance in instances:
        is_difficult = any(tag.name == "difficult" for tag in instance.tags if _is_kept(tag))
        present[instance.label] = max(present.get(instance.label, 0), int(not is_difficult))
    tags = sorted({tag.name for tag in sample.tags if tag.value is None})
    part = {"split": place.dataset, "tags": tags, "labels": present}
    place.path(PARTS, f"{place.stem}.json").write_bytes(orjson.dumps(part))
