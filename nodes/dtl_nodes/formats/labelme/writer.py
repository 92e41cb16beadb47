"""Write LabelMe files beside their images, sample by sample."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dtl_engine.sdk import (
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
    Size,
    Tag,
)
from dtl_nodes.formats.groups import GROUP_TAG, PartKey, would_join
from dtl_nodes.formats.labelme.layout import (
    DESCRIPTION,
    EDGES,
    HOLES,
    IMAGE_TAG_VALUE,
    NO_PIXELS,
    NODE,
    SUFFIX,
    TAG_VALUE,
    VERSION,
)
from dtl_nodes.formats.objects_inside import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image


def write_sample(sample: Sample, schema: Schema, place: Place) -> None:
    """Write the image and, beside it, its LabelMe file."""
    name = image_name(sample, place)
    write_image(sample.image, place.path(place.dataset, name))
    path = place.path(place.dataset, f"{place.stem}{SUFFIX}")
    content = document(sample, schema, name, place)
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def document(sample: Sample, schema: Schema, name: str, place: Place) -> dict[str, Any]:
    """Return the content of the file of an image that is called ``name``."""
    instances = tuple(pieces_to_write(sample.instances, sample.size, place.lose))
    groups = [group_of(each) for each in instances]
    kinds = (each.shape.kind for each in instances)
    labels = (each.label for each in instances)
    # Readers would join these, which are objects of their own: their groups stay text.
    for at in would_join([PartKey(*key) for key in zip(labels, kinds, groups, strict=True)]):
        groups[at] = None
    numbers = (number for number in count(1) if number not in groups)
    if sample.annotation.description:
        place.lose("", DESCRIPTION)
    for tag in sample.tags:
        if tag.value is not None:
            place.lose("", IMAGE_TAG_VALUE)
    return {
        "version": VERSION,
        "flags": {tag.name: True for tag in sample.tags},
        "shapes": [
            shape
            for instance, group in zip(instances, groups, strict=True)
            for shape in _shapes(instance, group, schema, sample.size, numbers, place)
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


def _shapes(
    instance: Instance,
    group: int | str | None,
    schema: Schema,
    size: Size,
    numbers: Iterator[int],
    place: Place,
) -> Iterator[dict[str, Any]]:
    """Yield the shapes that one object makes."""
    tags = tuple(tag for tag in instance.tags if group is None or tag.name != GROUP_TAG)
    for tag in tags:
        if tag.value is not None:
            place.lose(instance.label, TAG_VALUE)
    shape = instance.shape
    if isinstance(shape, Keypoints):
        if has_edges(schema, instance.label):
            place.lose(instance.label, EDGES)
        number = next(numbers) if group is None else group
        for node in shape.nodes:
            point = _shape(instance, tags, "point", [[node.x, node.y]], number)
            yield {**point, NODE: {**dict(node.extra), "id": node.id}}
        return
    match shape:
        case Rectangle():
            corners = [[shape.x0, shape.y0], [shape.x1, shape.y1]]
            yield _shape(instance, tags, "rectangle", corners, group)
        case Polygon(holes=()):
            yield _shape(instance, tags, "polygon", shape.exterior.tolist(), group)
        case Polyline():
            kind = "line" if len(shape.points) == 2 else "linestrip"
            yield _shape(instance, tags, kind, shape.points.tolist(), group)
        case Point():
            yield _shape(instance, tags, "point", [[shape.x, shape.y]], group)
        case _:
            mask = _mask(shape, size)
            if isinstance(shape, Polygon):
                place.lose(instance.label, HOLES)
            if mask is None:
                place.lose(instance.label, NO_PIXELS)
                return
            x1, y1 = mask.x + mask.width - 1, mask.y + mask.height - 1
            written = _shape(instance, tags, "mask", [[mask.x, mask.y], [x1, y1]], group)
            yield {**written, "mask": _png(mask.pixels)}


def _mask(shape: Any, size: Size) -> Mask | None:
    """Return a mask without margins, or what a shape paints."""
    if isinstance(shape, Mask):
        return shape.tightened()
    return Mask.tight(shape.paint(size), 0, 0)


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


def has_edges(schema: Schema, label: str) -> bool:
    """Whether a class of graphs says which nodes are joined."""
    spec = schema.label(label)
    template = spec.extra.get("geometry_config") if spec else None
    return isinstance(template, dict) and bool(template.get("edges"))


def _png(pixels: NDArray[np.bool_]) -> str:
    import cv2

    _, data = cv2.imencode(".png", pixels.view(np.uint8) * np.uint8(255))
    return base64.b64encode(data.tobytes()).decode("ascii")
