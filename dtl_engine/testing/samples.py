"""Small samples that try a node: every shape, nothing at all, one pixel, odd sizes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from dtl_engine.model.annotation import Annotation, Instance, Tag
from dtl_engine.model.geometry import Size
from dtl_engine.model.image import Image
from dtl_engine.model.sample import Origin, Sample
from dtl_engine.model.schema import LabelSpec, Schema, TagSpec, TagValueType
from dtl_engine.model.shapes import (
    Keypoints,
    Mask,
    Node,
    Point,
    Polygon,
    Polyline,
    Rectangle,
    Shape,
    ShapeKind,
)

LABELS = {
    "dot": ShapeKind.POINT,
    "box": ShapeKind.RECTANGLE,
    "path": ShapeKind.LINE,
    "patch": ShapeKind.POLYGON,
    "blob": ShapeKind.BITMAP,
    "hand": ShapeKind.GRAPH,
}
"""Name and shape of every label; instances come in this order, back to front."""

_COLORS = ("#FF2200", "#22AA00", "#0044FF", "#DDAA00", "#AA00AA", "#00AAAA")
_IMAGE_TAGS = (Tag("checked"), Tag("note", "left tray", {"labelerLogin": "ann"}), Tag("count", 6))
_INSTANCE_TAGS = (Tag("ripeness", "ripe"), Tag("weight", 84.5))


def sample_schema() -> Schema:
    """Return what the samples of this module may carry: six labels and five tags.

    Images have the tags ``checked``, ``note`` and ``count``, instances ``ripeness`` and
    ``weight``.
    """
    labels = zip(LABELS.items(), _COLORS, strict=True)
    return Schema(
        tuple(LabelSpec(name, kind, color) for (name, kind), color in labels),
        (
            TagSpec("checked"),
            TagSpec("note", TagValueType.STRING),
            TagSpec("count", TagValueType.NUMBER),
            TagSpec("ripeness", TagValueType.CHOICE, ("green", "ripe")),
            TagSpec("weight", TagValueType.NUMBER),
        ),
    )


def conformance_samples() -> tuple[Sample, ...]:
    """Return one sample of each kind that nodes tend to forget; all fit ``sample_schema``."""
    return (
        _annotated(24, 16, "whole.png"),
        _annotated(7, 5, "odd.jpg", dataset="ds2"),
        _annotated(1, 1, "pixel.png"),
        _annotated(1, 9, "column.png", project="other"),
        make_sample(8, 6, file="bare.png"),
        make_sample(13, 11, instances_of_every_shape(Size(13, 11)) * 2, file="crowd.png"),
    )


def make_sample(
    width: int,
    height: int,
    instances: Iterable[Instance] = (),
    tags: tuple[Tag, ...] = (),
    *,
    file: str = "one.png",
    dataset: str = "ds1",
    project: str = "mini",
    siblings: tuple[str, ...] = (),
) -> Sample:
    """Return a sample whose image is ``picture``.

    Args:
        width: of the image in pixels.
        height: of the image in pixels.
        instances: back to front.
        tags: of the image.
        file: name of the image file; nothing lies there.
        dataset: that it comes from.
        project: that it comes from.
        siblings: names without suffix of all images of the dataset; by default this one alone.
    """
    size = Size(width, height)
    origin = Origin(project, dataset, file, siblings or (PurePosixPath(file).stem,), 2, 7)
    image = Image.from_pixels(picture(size), PurePosixPath(file).suffix)
    return Sample(origin, image, Annotation(size, tuple(instances), tags))


def picture(size: Size) -> NDArray[np.uint8]:
    """Return (H, W, 3) uint8 RGB pixels of which no two are equal, up to 4096 on a side.

    Red counts the columns, green the rows, blue what exceeds 256 of either.
    """
    rows, columns = np.indices((size.height, size.width))
    channels = (columns % 256, rows % 256, columns // 256 * 16 + rows // 256)
    return np.stack(channels, axis=2).astype(np.uint8)


def instances_of_every_shape(size: Size) -> tuple[Instance, ...]:
    """Return one tagged instance of every label inside an image of ``size``."""
    return tuple(
        Instance(label, _shape(kind, size), _INSTANCE_TAGS, f"a {label}", {"id": number})
        for number, (label, kind) in enumerate(LABELS.items())
    )


def _annotated(
    width: int, height: int, file: str, *, dataset: str = "ds1", project: str = "mini"
) -> Sample:
    instances = instances_of_every_shape(Size(width, height))
    return make_sample(
        width, height, instances, _IMAGE_TAGS, file=file, dataset=dataset, project=project
    )


def _shape(kind: ShapeKind, size: Size) -> Shape:
    def at(x: float, y: float) -> tuple[float, float]:
        return math.floor(x * size.width * 8) / 8, math.floor(y * size.height * 8) / 8

    match kind:
        case ShapeKind.POINT:
            return Point(*at(0.3, 0.6))
        case ShapeKind.RECTANGLE:
            return Rectangle(*at(0.125, 0.125), *at(0.5, 0.75))
        case ShapeKind.LINE:
            return Polyline([at(0, 1), at(0.5, 0.5), at(1, 0.875)])
        case ShapeKind.POLYGON:
            outer = [at(0.5, 0), at(1, 0), at(1, 0.875), at(0.5, 0.75)]
            return Polygon(outer, [[at(0.625, 0.25), at(0.875, 0.25), at(0.75, 0.5)]])
        case ShapeKind.BITMAP:
            return _ring(size)
        case ShapeKind.GRAPH:
            nodes = (("w", 0.25, 0.75, ()), ("t", 0.5, 0.5, (("disabled", True),)))
            return Keypoints(tuple(Node(id, *at(x, y), extra) for id, x, y, extra in nodes))


def _ring(size: Size) -> Mask:
    """Return a mask of about half the image, hollow where it is large enough."""
    pixels = np.ones(((size.height + 1) // 2, (size.width + 1) // 2), bool)
    pixels[1:-1, 1:-1] = False
    mask = Mask.tight(pixels, size.width // 3, size.height // 3)
    assert mask is not None
    return mask
