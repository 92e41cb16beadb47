"""Files of LabelMe, drawn by code."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as Picture

from dtl_engine.sdk import LabelSpec, Schema, TagSpec, TagValueType
from tests.nodes.formats.exporting import SIZE, only_sample, open_dataset

Json = dict[str, Any]


def shape(kind: str, points: Any, **members: Any) -> Json:
    return {"label": "a", "shape_type": kind, "points": points, **members}


def write(
    folder: Path, *shapes: Json, name: str = "one", image: bool = True, **members: Any
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if image:
        Picture.new("RGB", SIZE, (9, 9, 200)).save(folder / f"{name}.png")
    content = {
        "version": "5.2.1",
        "flags": {},
        "shapes": list(shapes),
        "imagePath": f"{name}.png",
        "imageData": None,
        "imageHeight": SIZE.height,
        "imageWidth": SIZE.width,
        **members,
    }
    (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def shapes_of(folder: Path, **options: Any) -> list[Any]:
    return [
        each.shape for each in only_sample(open_dataset("labelme", folder, **options)).instances
    ]


def png_text(pixels: np.ndarray) -> str:
    return base64.b64encode(cv2.imencode(".png", pixels)[1].tobytes()).decode()


SCHEMA = Schema(
    tuple(
        LabelSpec(name, kind, "#FF0000")
        for name, kind in (
            ("blob", "bitmap"), ("box", "rectangle"), ("dot", "point"), ("hand", "graph"),
            ("patch", "polygon"), ("path", "line"),
        )
    ),
    (TagSpec("note", TagValueType.STRING), TagSpec("sure")),
)  # fmt: skip
