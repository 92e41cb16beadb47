"""Write a Supervisely project of the current format, sample by sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from dtl_engine.sdk import (
    Annotation,
    Image,
    Instance,
    Place,
    Rectangle,
    Sample,
    Schema,
    Shape,
    ShapeKind,
    Size,
)
from dtl_nodes.formats.losses import Lose, rounded, widened
from dtl_nodes.formats.objects_to_write import tell_cut
from dtl_nodes.formats.supervisely.layout import ANNOTATION_SUFFIX, ANNOTATIONS, IMAGES, META
from dtl_nodes.formats.supervisely.meta import meta_json
from dtl_nodes.formats.supervisely.objects import object_json
from dtl_nodes.formats.supervisely.options import SavedProject
from dtl_nodes.formats.supervisely.pixel_coordinates import to_pixels, to_positions
from dtl_nodes.formats.supervisely.tags import tags_json
from dtl_nodes.formats.supervisely.untouched import UntouchedObjects

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def write_meta(schema: Schema, folder: Path) -> None:
    """Write ``meta.json`` into ``folder``."""
    (folder / META).write_bytes(orjson.dumps(meta_json(schema), option=orjson.OPT_INDENT_2))


def write_sample(sample: Sample, place: Place, chosen: SavedProject) -> None:
    """Write the image and the annotation of one sample under the name of its place."""
    name = f"{place.stem}{sample.origin.suffix}"
    _write_image(sample.image, place.path(place.dataset, IMAGES, name))
    annotation = place.path(place.dataset, ANNOTATIONS, f"{name}{ANNOTATION_SUFFIX}")
    content = annotation_json(sample.annotation, chosen)
    annotation.write_bytes(orjson.dumps(content, option=_OPTIONS))


def saved_instances(annotation: Annotation, *, clip_polygons: bool) -> Iterator[Instance]:
    """Yield the instances as they are written: inside the image, in pieces where they are cut."""
    for instance in annotation.instances:
        for piece in _normal(instance.shape, annotation.size, clip_polygons):
            yield instance.with_shape(piece)


def tell_losses(annotation: Annotation, chosen: SavedProject, lose: Lose) -> None:
    """Tell what of the objects is not written, or not where it was."""
    is_pixel = chosen.coordinates == "pixel"
    clips = chosen.clip_polygons or is_pixel
    if isinstance(annotation.pending, UntouchedObjects) and not clips:
        return
    for instance in annotation.instances:
        shape = instance.shape
        pieces = _normal(shape, annotation.size, clips)
        tell_cut(instance, pieces, annotation.size, lose)
        if is_pixel and not all(_is_on_pixels(piece, annotation.size) for piece in pieces):
            is_flat = isinstance(shape, Rectangle) and not shape.area
            lose(instance.label, widened(shape.kind) if is_flat else rounded(shape.kind))


def _is_on_pixels(shape: Shape, size: Size) -> bool:
    """Whether the numbers of pixels tell a shape exactly."""
    return to_positions(to_pixels(shape, size)) == shape


def _write_image(image: Image, path: Path) -> None:
    if image.is_untouched:
        image.copy_to(path)
    else:
        path.write_bytes(image.encode(path.suffix))


def annotation_json(annotation: Annotation, chosen: SavedProject) -> dict[str, Any]:
    """Return an annotation as the JSON value of its file, for orjson."""
    extra = {key: v for key, v in annotation.extra.items() if key not in ("name", "imageId")}
    return {
        **extra,
        "description": annotation.description,
        "tags": tags_json(annotation.tags),
        "size": {"height": annotation.size.height, "width": annotation.size.width},
        "objects": _objects(annotation, chosen),
    }


def _objects(annotation: Annotation, chosen: SavedProject) -> Any:
    if chosen.coordinates == "pixel":
        # Vertices outside name no pixel.
        return [
            object_json(instance.with_shape(to_pixels(instance.shape, annotation.size)))
            for instance in saved_instances(annotation, clip_polygons=True)
        ]
    if isinstance(annotation.pending, UntouchedObjects) and not chosen.clip_polygons:
        return orjson.Fragment(annotation.pending.json)
    return [
        object_json(instance)
        for instance in saved_instances(annotation, clip_polygons=chosen.clip_polygons)
    ]


def _normal(shape: Shape, size: Size, clip_polygons: bool) -> tuple[Shape, ...]:
    if clip_polygons and shape.kind is ShapeKind.POLYGON:
        return shape.clip((0, 0, size.width, size.height))
    return shape.normalize(size)
