"""Write LabelMe files beside their images, sample by sample."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dtl_engine.sdk import (
    Image,
    Instance,
    Keypoints,
    Mask,
    Place,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Sample,
    Schema,
    Tag,
)
from dtl_nodes.formats.groups import GROUP_TAG, PartKey, would_join
from dtl_nodes.formats.labelme.layout import (
    MAX_IMAGE_BYTES,
    NODE,
    SUFFIX,
    VERSION,
)
from dtl_nodes.formats.losses import (
    EDGES,
    IMAGE_TAG,
    IMAGE_TAG_VALUE,
    OBJECT_TAG,
    OBJECT_TAG_VALUE,
    labels_with_edges,
    tell_image,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write, without_holes
from dtl_nodes.formats.pictures import image_name, write_image


def write_sample(sample: Sample, schema: Schema, place: Place, *, embeds: bool = False) -> None:
    """Write the image and, beside it, its LabelMe file, which may hold the image too."""
    name = image_name(sample, place)
    picture = place.path(place.dataset, name)
    write_image(sample.image, picture)
    path = place.path(place.dataset, f"{place.stem}{SUFFIX}")
    content = document(sample, schema, name, place)
    if embeds:
        content["imageData"] = _embedded(sample.image, picture)
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def _embedded(image: Image, path: Path) -> str | None:
    """Return the file of an image as text; nothing where it is larger than any reader takes.

    LabelMe shows embedded images as they are stored: those that EXIF turns are turned here, as
    LabelMe does it.
    """
    is_turned = image.is_untouched and image.orientation != 1
    data = image.encode(path.suffix) if is_turned else path.read_bytes()
    return base64.b64encode(data).decode("ascii") if len(data) <= MAX_IMAGE_BYTES else None


def document(sample: Sample, schema: Schema, name: str, place: Place) -> dict[str, Any]:
    """Return the content of the file of an image that is called ``name``."""
    pieces = pieces_to_write(sample.instances, sample.size, place.lose)
    instances = tuple(without_holes(pieces, sample.size, place.lose))
    groups = [group_of(each) for each in instances]
    kinds = (each.shape.kind for each in instances)
    labels = (each.label for each in instances)
    # Readers would join these, which are objects of their own: their groups stay text.
    for at in would_join([PartKey(*key) for key in zip(labels, kinds, groups, strict=True)]):
        groups[at] = None
    numbers = (number for number in count(1) if number not in groups)
    tell_image(sample, place.lose)
    for is_value in _lost_of(sample.tags):
        place.lose("", IMAGE_TAG_VALUE if is_value else IMAGE_TAG)
    with_edges = labels_with_edges(schema)
    for instance, group in zip(instances, groups, strict=True):
        if instance.label in with_edges and isinstance(instance.shape, Keypoints):
            place.lose(instance.label, EDGES)
        for is_value in _lost_of(_other_tags(instance, group)):
            place.lose(instance.label, OBJECT_TAG_VALUE if is_value else OBJECT_TAG)
    return {
        "version": VERSION,
        "flags": {tag.name: True for tag in sample.tags},
        "shapes": [
            shape
            for instance, group in zip(instances, groups, strict=True)
            for shape in _shapes(instance, group, numbers)
        ],
        "imagePath": name,
        "imageData": None,
        "imageHeight": sample.size.height,
        "imageWidth": sample.size.width,
    }


def group_of(instance: Instance) -> int | str | None:
    """Return the group that a tag tells, as a number where it is one."""
    for tag in instance.tags:
        if tag.name == GROUP_TAG and isinstance(tag.value, (str, int)):
            text = str(tag.value)
            return int(text) if text.isdecimal() and text == str(int(text)) else text
    return None


def _other_tags(instance: Instance, group: int | str | None) -> tuple[Tag, ...]:
    """Return the tags of an object but for the one that its group tells."""
    return tuple(tag for tag in instance.tags if group is None or tag.name != GROUP_TAG)


def _lost_of(tags: tuple[Tag, ...]) -> Iterator[bool]:
    """Yield an entry for each tag that flags do not hold: whether it is the value that is lost.

    Else it is the tag: there is one flag of a name.
    """
    seen: set[str] = set()
    for tag in tags:
        if tag.value is not None or tag.name in seen:
            yield tag.value is not None
        seen.add(tag.name)


def _shapes(
    instance: Instance, group: int | str | None, numbers: Iterator[int]
) -> Iterator[dict[str, Any]]:
    """Yield the shapes that one object makes."""
    tags = _other_tags(instance, group)
    shape = instance.shape
    if isinstance(shape, Keypoints):
        number = next(numbers) if group is None else group
        for node in shape.nodes:
            point = _shape(instance, tags, "point", [[node.x, node.y]], number)
            yield {**point, NODE: {**dict(node.extra), "id": node.id}}
        return
    match shape:
        case Rectangle():
            corners = [[shape.x0, shape.y0], [shape.x1, shape.y1]]
            yield _shape(instance, tags, "rectangle", corners, group)
        case Polygon():
            yield _shape(instance, tags, "polygon", shape.exterior.tolist(), group)
        case Polyline():
            kind = "line" if len(shape.points) == 2 else "linestrip"
            yield _shape(instance, tags, kind, shape.points.tolist(), group)
        case Point():
            yield _shape(instance, tags, "point", [[shape.x, shape.y]], group)
        case Mask():
            x1, y1 = shape.x + shape.width - 1, shape.y + shape.height - 1
            written = _shape(instance, tags, "mask", [[shape.x, shape.y], [x1, y1]], group)
            yield {**written, "mask": _png(shape.pixels)}


def _shape(
    instance: Instance, tags: tuple[Tag, ...], kind: str, points: Any, group: int | str | None
) -> dict[str, Any]:
    values = [f"{tag.name}={tag.value}" for tag in tags if tag.value is not None]
    description = "\n".join(filter(None, (instance.description, *values)))
    return {
        "label": instance.label,
        "points": [[float(x), float(y)] for x, y in points],
        "group_id": group,
        "description": description,
        "shape_type": kind,
        "flags": {tag.name: True for tag in tags},
        "mask": None,
    }


def _png(pixels: NDArray[np.bool_]) -> str:
    import cv2

    _, data = cv2.imencode(".png", pixels.view(np.uint8) * np.uint8(255))
    return base64.b64encode(data.tobytes()).decode("ascii")
