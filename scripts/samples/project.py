"""Writing pictures and annotations as a Supervisely project in its current form."""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from scripts.samples.leaf import Outline
from scripts.samples.paint import Bools, Pixels

DATASET = "ds1"
JPEG_QUALITY = 90

Json = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """One image file with its annotation; ``pixels`` (H, W, 3) uint8 RGB."""

    name: str
    pixels: Pixels
    objects: tuple[Json, ...]
    tags: tuple[Json, ...] = field(default=())


def encode_mask(mask: Bools) -> Json:
    """Return the ``bitmap`` of a mask: origin of its tight box, base64(zlib(palette PNG)).

    Args:
        mask: (H, W) bool, at least one pixel set.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    tight = mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    image = Image.fromarray(tight.astype(np.uint8), mode="P")
    image.putpalette([0, 0, 0, 255, 255, 255])
    file = io.BytesIO()
    image.save(file, format="PNG", bits=1, transparency=0)
    data = base64.b64encode(zlib.compress(file.getvalue())).decode("ascii")
    return {"origin": [left, top], "data": data}


def bitmap_object(title: str, mask: Bools, tags: Sequence[Json] = ()) -> Json:
    """Return an object of shape ``bitmap``; ``mask`` as in ``encode_mask``."""
    return _object(title, "bitmap", tags) | {"bitmap": encode_mask(mask)}


def polygon_object(title: str, outline: Outline, tags: Sequence[Json] = ()) -> Json:
    """Return an object of shape ``polygon``."""
    interior = [ring.tolist() for ring in outline.interior]
    points = {"exterior": outline.exterior.tolist(), "interior": interior}
    return _object(title, "polygon", tags) | {"points": points}


def write_project(folder: Path, meta: Json, pictures: Sequence[Picture]) -> None:
    """Write a project of one dataset, ``ds1``; older files of the same names are replaced.

    Raises:
        OSError: a file cannot be written.
    """
    for part in ("img", "ann"):
        (folder / DATASET / part).mkdir(parents=True, exist_ok=True)
    _write_text(folder / "meta.json", json.dumps(meta, indent=2))
    for picture in pictures:
        write_jpeg(folder / DATASET / "img" / picture.name, picture.pixels)
        height, width = picture.pixels.shape[:2]
        head = {"description": "", "size": {"width": width, "height": height}}
        lines = ",\n".join(f"    {json.dumps(entry)}" for entry in picture.objects)
        fields = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
        fields.append(f'  "tags": {json.dumps(list(picture.tags))}')
        fields.append(f'  "objects": [\n{lines}\n  ]')
        annotation = "{\n" + ",\n".join(fields) + "\n}"
        _write_text(folder / DATASET / "ann" / f"{picture.name}.json", annotation)


def write_jpeg(path: Path, pixels: Pixels) -> None:
    """Write a picture; the folder is made if it is missing.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    bgr = np.ascontiguousarray(pixels[..., ::-1])
    path.write_bytes(cv2.imencode(".jpg", bgr, quality)[1].tobytes())


def _object(title: str, geometry: str, tags: Sequence[Json]) -> Json:
    """Return what every object has."""
    entry = {"classTitle": title, "geometryType": geometry, "description": ""}
    return entry | {"tags": list(tags)}


def _write_text(path: Path, text: str) -> None:
    """Write a text file the same way on every system."""
    path.write_bytes(text.encode() + b"\n")
