"""Write a CVAT file: an element per image, then all of them in the order of names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    TagValueType,
    replacing,
)
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.cvat.declarations import labels_xml
from dtl_nodes.formats.cvat.elements import encode_runs
from dtl_nodes.formats.cvat.layout import (
    ANNOTATIONS,
    CONTROL,
    DESCRIPTION,
    HOLES,
    IMAGES,
    NO_PIXELS,
    NO_VALUE,
    OCCLUDED,
    VALUE,
)
from dtl_nodes.formats.cvat.xml_text import attribute, content, decimal, is_writable
from dtl_nodes.formats.objects_inside import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image

_OPENING = b"<image "


def write_sample(sample: Sample, schema: Schema, place: Place) -> None:
    """Write the image, and its element as a part of the file."""
    name = image_name(sample, place)
    write_image(sample.image, place.path(IMAGES, place.dataset, name))
    part = place.path(PARTS, place.dataset, f"{name}.xml")
    part.write_bytes("".join(_image(sample, schema, name, place)).encode())


def finish_file(schema: Schema, folder: Path) -> None:
    """Put the parts together, in the order of datasets and names; ids count from 0 as frames do."""
    with replacing(folder / ANNOTATIONS) as path, path.open("wb") as file:
        file.write(
            b'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
        )
        file.write(b"<meta>\n<task>\n<name>dtl</name>\n<labels>\n")
        for line in labels_xml(schema):
            file.write(f"{line}\n".encode())
        file.write(b"</labels>\n</task>\n</meta>\n")
        for number, part in enumerate(_parts(folder / PARTS)):
            with part.open("rb") as piece:
                assert piece.read(len(_OPENING)) == _OPENING
                file.write(b'<image id="%d" ' % number)
                shutil.copyfileobj(piece, file)
        file.write(b"</annotations>\n")


def _parts(folder: Path) -> Iterator[Path]:
    for dataset in _listed(folder) if folder.is_dir() else ():
        for name in _listed(folder / dataset):
            yield folder / dataset / name


def _listed(folder: Path) -> list[str]:
    """Return the names in a folder, sorted; paths would take several times the memory."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


def _image(sample: Sample, schema: Schema, name: str, place: Place) -> Iterator[str]:
    (width, height), dataset = sample.size, place.dataset
    if sample.annotation.description:
        place.lose("", DESCRIPTION)
    yield (
        f"<image name={attribute(f'{dataset}/{name}')} subset={attribute(dataset)} "
        f'width="{width}" height="{height}">\n'
    )
    instances = pieces_to_write(sample.instances, sample.size, place.lose)
    for order, instance in enumerate(instances):
        yield from _element(instance, order, schema, sample.size, place)
    for tag in sample.tags:
        inner = _value(VALUE, tag, schema, "", place)
        yield f'<tag label={attribute(tag.name)} source="manual">{inner}</tag>\n'
    yield "</image>\n"


def _element(
    instance: Instance, order: int, schema: Schema, size: Size, place: Place
) -> Iterator[str]:
    shape: Any = instance.shape
    if instance.description:
        place.lose(instance.label, DESCRIPTION)
    if isinstance(shape, Mask) or (isinstance(shape, Polygon) and shape.holes):
        if isinstance(shape, Polygon):
            place.lose(instance.label, HOLES)
            shape = Mask.tight(shape.paint(size), 0, 0)
        else:
            shape = shape.tightened()
        if shape is None:
            place.lose(instance.label, NO_PIXELS)
            return
    hidden = Tag(OCCLUDED) in instance.tags
    tags = (tag for tag in instance.tags if tag != Tag(OCCLUDED))
    inner = "".join(_value(tag.name, tag, schema, instance.label, place) for tag in tags)
    name, geometry, nodes = _geometry(shape)
    yield (
        f'<{name} label={attribute(instance.label)} source="manual" occluded="{int(hidden)}"'
        f'{geometry} z_order="{order}">{nodes}{inner}</{name}>\n'
    )


def _value(name: str, tag: Tag, schema: Schema, label: str, place: Place) -> str:
    """Return the attribute element of a tag; nothing for one that needs none."""
    declared = schema.tag(tag.name)
    is_flag = declared is not None and declared.value_type is TagValueType.NONE
    value = tag.value
    if value is None and is_flag:
        return "" if not label else f"<attribute name={attribute(name)}>true</attribute>"
    if value is None:
        if label:
            place.lose(label, NO_VALUE)
        return ""
    text = value if isinstance(value, str) else repr(value)
    if not is_writable(text):
        place.lose(label, CONTROL)
    return f"<attribute name={attribute(name)}>{content(text)}</attribute>"


def _geometry(shape: Any) -> tuple[str, str, str]:
    """Return name, attributes and children of the element of a shape."""
    match shape:
        case Rectangle():
            keys = (("xtl", shape.x0), ("ytl", shape.y0), ("xbr", shape.x1), ("ybr", shape.y1))
            return "box", "".join(f' {key}="{decimal(value)}"' for key, value in keys), ""
        case Polygon():
            return "polygon", f' points="{_points(shape.exterior.tolist())}"', ""
        case Polyline():
            return "polyline", f' points="{_points(shape.points.tolist())}"', ""
        case Point():
            return "points", f' points="{_points([(shape.x, shape.y)])}"', ""
        case Keypoints():
            return "skeleton", "", "".join(_node(node) for node in shape.nodes)
    place = f'left="{shape.x}" top="{shape.y}" width="{shape.width}" height="{shape.height}"'
    return "mask", f' rle="{encode_runs(shape.pixels)}" {place}', ""


def _node(node: Any) -> str:
    hidden = int(bool(dict(node.extra).get("disabled")))
    return (
        f'<points label={attribute(node.id)} source="manual" outside="0" occluded="{hidden}" '
        f'points="{_points([(node.x, node.y)])}"></points>'
    )


def _points(points: Any) -> str:
    return ";".join(f"{decimal(x)},{decimal(y)}" for x, y in points)
