"""Write a CVAT file: an element per image, then all of them in the order of names."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dtl_engine.sdk import (
    Instance,
    Keypoints,
    Place,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Sample,
    Schema,
    ShapeKind,
    Tag,
    TagValueType,
    replacing,
)
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.cvat.declarations import labels_xml
from dtl_nodes.formats.cvat.elements import encode_runs
from dtl_nodes.formats.cvat.layout import (
    ANNOTATIONS,
    IMAGES,
    OCCLUDED,
    VALUE,
)
from dtl_nodes.formats.cvat.xml_text import attribute, content, decimal, is_writable
from dtl_nodes.formats.groups import GROUP_TAG, PartKey, would_join
from dtl_nodes.formats.losses import (
    CONTROL_CHARACTERS,
    EDGES,
    OBJECT_TAG,
    labels_with_edges,
    tell_image,
    tell_object,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write, without_holes
from dtl_nodes.formats.pictures import image_name, write_image

_OPENING = b"<image "
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


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
        for line in _meta(schema, _listed(folder / PARTS) if (folder / PARTS).is_dir() else []):
            file.write(f"{line}\n".encode())
        for number, part in enumerate(_parts(folder / PARTS)):
            with part.open("rb") as piece:
                assert piece.read(len(_OPENING)) == _OPENING
                file.write(b'<image id="%d" ' % number)
                shutil.copyfileobj(piece, file)
        file.write(b"</annotations>\n")


def _meta(schema: Schema, datasets: list[str]) -> Iterator[str]:
    """Yield what CVAT says of a project: only in one do images have subsets, which its tasks tell.

    Source: ``ProjectData._init_meta`` in ``cvat/apps/dataset_manager/bindings.py``.
    """
    names = [content(name) for name in datasets]
    yield "<meta>\n<project>\n<name>dtl</name>\n<tasks>"
    for name in names:
        yield f"<task><name>{name}</name><subset>{name}</subset></task>"
    yield "</tasks>\n<labels>"
    yield from labels_xml(schema)
    yield "</labels>"
    yield f"<subsets>{chr(10).join(names)}</subsets>\n</project>\n</meta>"


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
    tell_image(sample, place.lose)
    yield (
        f"<image name={attribute(name)} subset={attribute(dataset)} "
        f'width="{width}" height="{height}">\n'
    )
    pieces = pieces_to_write(sample.instances, sample.size, place.lose)
    instances = tuple(without_holes(pieces, sample.size, place.lose))
    # Only classes of graphs have a drawing that tells them.
    graphs = {label.name for label in schema.labels if label.kind == ShapeKind.GRAPH}
    without_edges = labels_with_edges(schema) - graphs
    for instance in instances:
        if instance.label in without_edges and isinstance(instance.shape, Keypoints):
            place.lose(instance.label, EDGES)
    for order, (instance, group) in enumerate(zip(instances, _groups(instances), strict=True)):
        yield _element(instance, order, group, schema, place)
    for tag in sample.tags:
        inner = _value(VALUE, tag, schema, "", place)
        yield f'<tag label={attribute(tag.name)} source="manual">{inner}</tag>\n'
    yield "</image>\n"


def _groups(instances: tuple[Instance, ...]) -> list[str]:
    """Return the groups that tags tell, as CVAT numbers them; empty for none.

    Readers would join those of one class and group, which are objects of their own: the groups of
    these stay text in an attribute.
    """
    groups = [next(filter(None, map(_group, each.tags)), "") for each in instances]
    keys = [
        PartKey(each.label, each.shape.kind, group or None)
        for each, group in zip(instances, groups, strict=True)
    ]
    joined = would_join(keys)
    return ["" if at in joined else group for at, group in enumerate(groups)]


def _group(tag: Tag) -> str:
    value = tag.value if tag.name == GROUP_TAG else None
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else ""


def _element(instance: Instance, order: int, group: str, schema: Schema, place: Place) -> str:
    tell_object(instance, place.lose)
    hidden = Tag(OCCLUDED) in instance.tags
    told = (Tag(OCCLUDED), Tag(GROUP_TAG, group))
    tags = (tag for tag in instance.tags if tag not in told)
    inner = "".join(_value(tag.name, tag, schema, instance.label, place) for tag in tags)
    grouped = f' group_id="{group}"' if group else ""
    name, geometry, nodes = _geometry(instance.shape)
    return (
        f'<{name} label={attribute(instance.label)} source="manual" occluded="{int(hidden)}"'
        f'{geometry} z_order="{order}"{grouped}>{nodes}{inner}</{name}>\n'
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
            place.lose(label, OBJECT_TAG)
        return ""
    text = value if isinstance(value, str) else repr(value)
    if not is_writable(text):
        place.lose(label, CONTROL_CHARACTERS)
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
