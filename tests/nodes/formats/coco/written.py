"""COCO files that are written in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dtl_engine.sdk import (
    ANY_SHAPE,
    Instance,
    LabelSpec,
    Mask,
    Schema,
    Shape,
    Tag,
    TagSpec,
    TagValueType,
)
from dtl_nodes.formats.coco.categories import template
from dtl_nodes.formats.groups import GROUP_TAG
from tests.nodes.formats.coco.drawn import content_of
from tests.nodes.formats.exporting import export, open_dataset, read_all, sample_with

HAND = {"geometry_config": template(("wrist", "thumb", "tip"), [(1, 2), (2, 3)])}
SCHEMA = Schema(
    (
        LabelSpec("lemon", ANY_SHAPE, "#AA0000", {"supercategory": "fruit"}),
        LabelSpec("hand", "graph", "#00AA00", HAND),
        LabelSpec("free", "graph", "#0000AA"),
    ),
    (
        TagSpec("count", TagValueType.NUMBER),
        TagSpec("kind", TagValueType.STRING),
        TagSpec("ripe"),
        TagSpec("iscrowd"),
        TagSpec("confidence", TagValueType.NUMBER),
        TagSpec(GROUP_TAG, TagValueType.STRING),
    ),
)


def mask_of(pixels: np.ndarray, x: int = 0, y: int = 0) -> Mask:
    mask = Mask.tight(pixels, x, y)
    assert mask is not None
    return mask


def lemon(shape: Shape, *tags: Tag) -> Instance:
    return Instance("lemon", shape, tags)


def written(folder: Path, *instances: Instance, **options: Any) -> dict[str, Any]:
    export("coco", [sample_with(instances, dataset="train")], SCHEMA, folder, **options)
    return content_of(folder)


def back(folder: Path) -> tuple[Instance, ...]:
    (sample,) = read_all(open_dataset("coco", folder)).values()
    return sample.instances
