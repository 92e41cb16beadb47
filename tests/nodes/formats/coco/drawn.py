"""COCO datasets drawn by code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture

from dtl_engine.sdk import Instance, Sample, Size
from tests.nodes.formats.exporting import open_dataset, read_all

Json = dict[str, Any]

SIZE = Size(80, 60)
CATEGORIES: list[Json] = [
    {"id": 1, "name": "lemon", "supercategory": "fruit"},
    {
        "id": 4,
        "name": "hand",
        "supercategory": "body",
        "keypoints": ["wrist", "thumb"],
        "skeleton": [[1, 2]],
    },
]


def draw(path: Path, size: Size = SIZE) -> Path:
    """Write a picture of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.new("RGB", size, (200, 90, 10)).save(path)
    return path


def image(id: int = 7, name: str = "a.png", size: Size = SIZE, **members: Any) -> Json:
    return {"id": id, "file_name": name, "width": size.width, "height": size.height, **members}


def thing(**members: Any) -> Json:
    """Return an object of image 7 and category 1."""
    return {"id": 1, "image_id": 7, "category_id": 1, "iscrowd": 0, **members}


def write_coco(
    folder: Path,
    objects: Sequence[Json] = (),
    *,
    images: Sequence[Json] | None = None,
    categories: Sequence[Json] = CATEGORIES,
    file: str = "annotations/instances_train.json",
    draws: bool = True,
    **members: Any,
) -> Path:
    """Write a dataset of one split into ``folder``; its pictures lie in ``images/train``."""
    listed = [image()] if images is None else images
    content = {
        "info": {},
        "licenses": [],
        "images": listed,
        "annotations": list(objects),
        "categories": list(categories),
        **members,
    }
    write_text(folder, json.dumps(content), file)
    if draws:
        for each in listed:
            draw(folder / "images" / "train" / each["file_name"])
    return folder


def write_text(folder: Path, text: str | bytes, file: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def read_one(folder: Path, **options: Any) -> Sample:
    """Return the one sample of a dataset."""
    (sample,) = read_all(open_dataset("coco", folder, **options)).values()
    return sample


def instances(folder: Path, **options: Any) -> tuple[Instance, ...]:
    return read_one(folder, **options).instances


def painted(instance: Instance, size: Size = SIZE) -> np.ndarray:
    return instance.shape.paint(size)


def content_of(folder: Path, split: str = "train") -> Json:
    """Return the JSON that was written for a split."""
    content: Json = json.loads((folder / f"annotations/instances_{split}.json").read_bytes())
    return content
