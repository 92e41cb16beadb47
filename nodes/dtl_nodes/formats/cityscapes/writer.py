"""Write Cityscapes: the image, its polygons, and the pictures that are painted of the objects.

The pictures hold the exact pixels of every object, later ones above; the polygons the outlines of
their parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from dtl_engine.sdk import (
    Instance,
    Mask,
    Place,
    Polygon,
    Rectangle,
    Sample,
    Schema,
    ShapeKind,
    Tag,
)
from dtl_nodes.formats.cityscapes.labels import (
    GROUP,
    MOST_IDS,
    OUT_OF_ROI,
    Label,
    with_added,
)
from dtl_nodes.formats.cityscapes.layout import (
    COLOR,
    FINE,
    IMAGES,
    INSTANCE_IDS,
    LABEL_IDS,
    PER_LABEL,
    POLYGONS,
    SPLITS,
)
from dtl_nodes.formats.losses import (
    HOLES,
    IN_PICTURES,
    NO_AREA,
    NUMBER_IN_PICTURES,
    OBJECT_TAG,
    SPLIT,
    ByKind,
    dropped,
    lost_tags,
    tell_image,
    tell_object,
)
from dtl_nodes.formats.objects_to_write import pieces_to_write
from dtl_nodes.formats.pictures import write_image
from dtl_nodes.kernels.components import split_components
from dtl_nodes.kernels.pixel_edges import trace_edges

Ring = list[list[int | float]]

LOST_SHAPES: ByKind = {
    kind: dropped(kind) for kind in (ShapeKind.LINE, ShapeKind.POINT, ShapeKind.GRAPH)
}


def write_sample(sample: Sample, schema: Schema, place: Place, *, has_splits: bool) -> None:
    """Write one sample.

    ``has_splits`` says that the dataset of ``place`` is a split; else it is a city, and the split
    is a tag of the image or ``train``.
    """
    split, city = _folders(sample, place, has_splits=has_splits)
    stem = place.stem
    write_image(sample.image, place.path(IMAGES, split, city, f"{stem}_{IMAGES}.png"))
    table = with_added(schema.labels)
    instances = _written(sample, split, place)
    objects = [each for instance in instances for each in _objects(instance, table, place)]
    content = {"imgHeight": sample.size.height, "imgWidth": sample.size.width, "objects": objects}
    path = place.path(FINE, split, city, f"{stem}_{FINE}_{POLYGONS}")
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    for name, picture in _pictures(sample, instances, table, place).items():
        place.path(FINE, split, city, f"{stem}_{FINE}_{name}").write_bytes(_png(picture))


def _folders(sample: Sample, place: Place, *, has_splits: bool) -> tuple[str, str]:
    """Return split and city."""
    if has_splits:
        return place.dataset, sample.dataset or sample.origin.dataset
    tags = {tag.name for tag in sample.tags}
    known = (place.dataset, *SPLITS) if place.dataset in SPLITS else SPLITS
    chosen = next((split for split in known if split in tags), None)
    return chosen or (place.dataset if place.dataset in SPLITS else SPLITS[0]), place.dataset


def _written(sample: Sample, split: str, place: Place) -> list[Instance]:
    """Return the objects that polygons can be drawn of, and tell what is lost of all."""
    tell_image(sample, place.lose, lost_tags(sample.tags, Tag(split).__eq__))
    kept = []
    for instance in pieces_to_write(sample.instances, sample.size, place.lose):
        shape = instance.shape
        if lost := LOST_SHAPES.get(shape.kind):
            place.lose(instance.label, lost)
        elif isinstance(shape, Rectangle) and not shape.area:
            place.lose(instance.label, dropped(shape.kind, NO_AREA))
        else:
            tell_object(instance, place.lose, lost_tags(instance.tags, Tag(GROUP).__eq__))
            kept.append(instance)
    return kept


def _objects(
    instance: Instance, table: Mapping[str, Label], place: Place
) -> Iterator[dict[str, Any]]:
    """Yield the polygons of an object."""
    is_group = Tag(GROUP) in instance.tags
    name = f"{instance.label}{GROUP}" if is_group else instance.label
    if is_group and name in table:
        # Then it would be read as the other class.
        place.lose(instance.label, OBJECT_TAG)
        name = instance.label
    rings, has_holes = _rings(instance)
    if has_holes:
        place.lose(instance.label, HOLES)
    if len(rings) > 1:
        place.lose(instance.label, SPLIT)
    for ring in rings:
        yield {"label": name, "polygon": ring}


def _rings(instance: Instance) -> tuple[list[Ring], bool]:
    """Return the outer rings of an object, and whether it has holes that they do not tell."""
    shape = instance.shape
    if isinstance(shape, Rectangle):
        x0, y0, x1, y1 = shape.bbox
        return [_ring(np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1))))], False
    if isinstance(shape, Polygon):
        ring = shape.exterior
        if instance.label == OUT_OF_ROI and len(shape.holes) == 1 and len(ring) in (4, 5):
            closing = ring[:1] if len(ring) == 4 else ring[:0]
            return [_ring(np.concatenate((ring, closing, shape.holes[0])))], False
        return [_ring(ring)], bool(shape.holes)
    assert isinstance(shape, Mask)
    rings, has_holes = [], False
    for part, x, y in split_components(shape.pixels, 8):
        outer, holes = trace_edges(part)
        rings.append(_ring(outer + np.array((shape.x + x, shape.y + y))))
        has_holes |= bool(holes)
    return rings, has_holes


def _ring(points: NDArray[np.float64]) -> Ring:
    """Return points as JSON, whole numbers as integers."""
    return [
        [int(value) if float(value).is_integer() else value for value in point]
        for point in points.tolist()
    ]


def _pictures(
    sample: Sample, instances: list[Instance], table: Mapping[str, Label], place: Place
) -> dict[str, NDArray[Any]]:
    """Return the pictures by the ends of their names.

    ``labelIds`` is (H, W) uint8, ``instanceIds`` (H, W) uint16, ``color`` (H, W, 4) uint8 BGRA.
    """
    width, height = sample.size
    ids = np.zeros((height, width), np.uint8)
    numbered = np.zeros((height, width), np.uint16)
    colors = np.zeros((height, width, 4), np.uint8)
    colors[..., 3] = 255
    counts: dict[str, int] = {}
    for instance in instances:
        label = table[instance.label]
        if label.id > MOST_IDS:
            place.lose(instance.label, IN_PICTURES)
        if not 0 <= label.id <= MOST_IDS:
            continue  # Cityscapes does not paint licence plates either.
        value = label.id
        if label.has_instances and Tag(GROUP) not in instance.tags:
            number = counts.get(label.name, 0)
            counts[label.name] = number + 1
            value = label.id * PER_LABEL + number
            if number >= PER_LABEL or value > np.iinfo(np.uint16).max:
                place.lose(instance.label, NUMBER_IN_PICTURES)
                value = label.id
        painted = instance.shape.paint(sample.size)
        ids[painted] = label.id
        numbered[painted] = value
        colors[painted, :3] = [int(label.color[at : at + 2], 16) for at in (5, 3, 1)]
    return {LABEL_IDS: ids, INSTANCE_IDS: numbered, COLOR: colors}


def _png(picture: NDArray[Any]) -> bytes:
    import cv2

    _, data = cv2.imencode(".png", picture)
    return data.tobytes()
