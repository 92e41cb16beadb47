"""Write COCO: for each image a part of its own, at the end one JSON file for each split.

<folder>/images/<split>/<image>
<folder>/annotations/instances_<split>.json

A part is lines: the image and its objects, each without its ids and its first bracket. So the end
only numbers lines, whatever they hold.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from dtl_engine.sdk import Instance, Place, Sample, Schema, Tag, replacing
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.coco.categories import WrittenCategory, written_categories
from dtl_nodes.formats.coco.layout import ANNOTATIONS, IMAGES, written_annotations
from dtl_nodes.formats.coco.records import Writing, objects_json
from dtl_nodes.formats.coco.untouched import PlainPolygon, UntouchedObjects
from dtl_nodes.formats.losses import tell_image, valued_tags
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.pictures import image_name, write_image
from dtl_nodes.formats.split_tags import tags_to_write

SPLITS = "splits"
NODES = "nodes"

_BY_NAME = b"?"
"""How a line begins whose keypoints are not in the order of a template."""

_MOST_WRITINGS = 16
_INFO = {"description": "", "version": "1.0"}


_writings: dict[tuple[int, str], tuple[Schema, Writing]] = {}
"""Those of the schemas that are written under just now; hashing a schema takes longer."""


def writing_of(schema: Schema, settings: Any) -> Writing:
    """Return how instances are written under ``schema``."""
    key = (id(schema), f"{settings.polygons} {settings.bitmaps} {settings.points_and_lines}")
    known = _writings.get(key)
    if known is not None and known[0] is schema:
        return known[1]
    if len(_writings) >= _MOST_WRITINGS:
        _writings.clear()
    writing = Writing(
        written_categories(schema.labels),
        valued_tags(schema),
        exact_polygons=settings.polygons == "exact",
        outlines_bitmaps=settings.bitmaps == "polygons",
        boxes_others=settings.points_and_lines == "box",
    )
    _writings[key] = schema, writing
    return writing


def write_sample(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
    """Write the image and the part of one sample."""
    name = image_name(sample, place)
    writing = writing_of(schema, settings)
    write_image(sample.image, place.path(IMAGES, place.dataset, name))
    annotation = sample.annotation
    size = annotation.size
    image: dict[str, Any] = {"file_name": name, "width": size.width, "height": size.height}
    lost = list(tags_to_write(sample, place, settings))
    if settings.image_tags:
        lost = [tag for tag in sample.tags if tag.value is None and tag.name in writing.valued]
        image["tags"] = [_tag_json(tag) for tag in sample.tags if tag not in lost]
    tell_image(sample, place.lose, lost)
    lines = [orjson.dumps(image)[1:]]
    pending = annotation.pending
    if isinstance(pending, UntouchedObjects) and not writing.exact_polygons:
        for item in pending.items:
            if isinstance(item, tuple):
                lines.extend(_lines(item, sample, writing, place))
            elif (category := writing.categories[item.label]).nodes:
                lines.extend(_lines(pending.loaded(item), sample, writing, place))
            else:
                lines.append(_plain_line(item, category.id))
    else:
        lines.extend(_lines(annotation.instances, sample, writing, place))
    lines.append(b"")
    place.path(PARTS, SPLITS, place.dataset, f"{name}.jsonl").write_bytes(b"\n".join(lines))


def _lines(
    instances: tuple[Instance, ...], sample: Sample, writing: Writing, place: Place
) -> Iterator[bytes]:
    size = sample.annotation.size
    pieces = pieces_to_write(instances, size, place.lose)
    for json in objects_json(pieces, size, writing, place.lose):
        nodes = json.get("keypoints")
        if isinstance(nodes, dict):
            for node in nodes:
                _note_node(place, json["category_id"], node)
            yield _BY_NAME + orjson.dumps(json)
        else:
            yield orjson.dumps(json)[1:]


def _plain_line(item: PlainPolygon, category: int) -> bytes:
    area, _, bbox = item.facts.partition(b",")
    return b'"category_id":%d,"iscrowd":0,"area":%s,"bbox":[%s],"segmentation":%s}' % (
        category,
        area,
        bbox,
        item.segmentation,
    )


def _tag_json(tag: Tag) -> Any:
    return tag.name if tag.value is None else {"name": tag.name, "value": tag.value}


def _note_node(place: Place, category: int, node: str) -> None:
    """Note that a category without a template has a node of that name; all parts are read once."""
    content = orjson.dumps([category, node])
    name = hashlib.sha256(content).hexdigest()
    place.path(PARTS, NODES, name).write_bytes(content)


def finish(schema: Schema, folder: Path, settings: Any) -> None:
    """Put the parts of every split together, in the order of names."""
    parts = folder / PARTS / SPLITS
    if not parts.is_dir():
        return
    categories = written_categories(schema.labels)
    found = _found_nodes(folder / PARTS / NODES)
    (folder / ANNOTATIONS).mkdir(exist_ok=True)
    for split in sorted(entry.name for entry in os.scandir(parts)):
        with replacing(folder / ANNOTATIONS / written_annotations(split)) as path:
            _join(parts / split, path, list(categories.values()), found)


def _found_nodes(folder: Path) -> Mapping[int, list[str]]:
    """Return the names of the nodes of categories without a template, sorted."""
    nodes: dict[int, list[str]] = {}
    if folder.is_dir():
        for category, node in sorted(orjson.loads(path.read_bytes()) for path in folder.iterdir()):
            nodes.setdefault(category, []).append(node)
    return nodes


def _join(
    parts: Path, path: Path, categories: list[WrittenCategory], nodes: Mapping[int, list[str]]
) -> None:
    """Write the JSON file of a split; objects wait in a file until all images are written."""
    start = {
        "info": _INFO,
        "licenses": [],
        "categories": [
            {**each.json, "keypoints": nodes[each.id], "skeleton": []}
            if each.id in nodes
            else each.json
            for each in categories
        ],
    }
    waiting = path.with_name(f"{path.name}.objects")
    try:
        with path.open("wb") as file, waiting.open("w+b") as objects:
            file.write(orjson.dumps(start)[:-1] + b',"images":[')
            _number(parts, file, objects, nodes)
            file.write(b'\n],"annotations":[')
            objects.seek(0)
            shutil.copyfileobj(objects, file, 1 << 20)
            file.write(b"\n]}\n")
    finally:
        waiting.unlink(missing_ok=True)


def _number(parts: Path, file: BinaryIO, objects: BinaryIO, nodes: Mapping[int, list[str]]) -> None:
    number = 0
    names = sorted(entry.name.removesuffix(".jsonl") for entry in os.scandir(parts))
    for image, name in enumerate(names, start=1):
        head, *lines = (parts / f"{name}.jsonl").read_bytes().split(b"\n")[:-1]
        file.write(b'%s\n{"id":%d,%s' % (b"," if image > 1 else b"", image, head))
        written = []
        for line in lines:
            if line.startswith(_BY_NAME):
                line = _in_order(line, nodes)
            number += 1
            written.append(b'\n{"id":%d,"image_id":%d,%s' % (number, image, line))
        if written:
            objects.write((b"," if number > len(written) else b"") + b",".join(written))


def _in_order(line: bytes, nodes: Mapping[int, list[str]]) -> bytes:
    """Return a line with its keypoints in the order of all names of its category."""
    json = orjson.loads(line[len(_BY_NAME) :])
    values = json["keypoints"]
    numbers = (values.get(name, (0, 0, 0)) for name in nodes[json["category_id"]])
    json["keypoints"] = [number for value in numbers for number in value]
    return orjson.dumps(json)[1:]
