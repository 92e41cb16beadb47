"""One LabelMe file as JSON.

Source: LabelMe 5, ``labelme/_label_file.py``.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Any

import msgspec
import orjson

from dtl_engine.sdk import AnnotationError, ImageError
from dtl_nodes.formats.annotation_bytes import read_annotation_bytes
from dtl_nodes.formats.labelme.layout import MAX_FILE_BYTES, MAX_IMAGE_BYTES, NODE

_BOM = b"\xef\xbb\xbf"
_MAGIC = {
    b"\xff\xd8": ".jpg",
    b"\x89PNG": ".png",
    b"BM": ".bmp",
    b"RIFF": ".webp",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
}


class ShapeOutline(msgspec.Struct):
    """What decides about the declarations: no coordinate."""

    label: Any = None
    shape_type: Any = None
    group_id: Any = None
    flags: Any = None
    node: Any = None
    points: msgspec.Raw = msgspec.Raw(b"[]")


class Outline(msgspec.Struct):
    """A file without its coordinates and its picture."""

    shapes: list[ShapeOutline] | msgspec.UnsetType = msgspec.UNSET
    imagePath: Any = msgspec.UNSET
    flags: Any = None


_OUTLINE = msgspec.json.Decoder(Outline)
_POINTS = msgspec.json.Decoder(list[msgspec.Raw])


def read_bytes(path: Path) -> bytes:
    """Return the content of a LabelMe file.

    Raises:
        AnnotationError: F602, it cannot be read; F607, it is too large.
    """
    return read_annotation_bytes(path, MAX_FILE_BYTES, absent=()).removeprefix(_BOM)


def outline_of(data: bytes) -> Outline | None:
    """Return the outline of a file, or ``None`` where it is malformed."""
    try:
        return _OUTLINE.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _lenient_outline(data)


def _lenient_outline(data: bytes) -> Outline | None:
    """Return the outline of a file that only this engine's other parser reads, as with NaN."""
    try:
        value = parse(data)
    except AnnotationError:
        return None
    if not all(isinstance(shape, dict) for shape in value["shapes"]):
        return None
    shapes = [
        ShapeOutline(
            shape.get("label"),
            shape.get("shape_type"),
            shape.get("group_id"),
            shape.get("flags"),
            shape.get(NODE),
            msgspec.Raw(json.dumps(shape.get("points")).encode()),
        )
        for shape in value["shapes"]
    ]
    return Outline(shapes, value.get("imagePath", msgspec.UNSET), value.get("flags"))


def count_points(shape: ShapeOutline) -> int:
    """Return how many points a shape has; 0 where they are malformed."""
    try:
        return len(_POINTS.decode(shape.points))
    except (msgspec.DecodeError, RecursionError):
        return 0


def parse(data: bytes) -> dict[str, Any]:
    """Return the JSON object of a file; NaN and infinity, which Python writes, are numbers.

    Raises:
        AnnotationError: F602, it is none.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise AnnotationError("F602", f"the annotation is not JSON: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("shapes"), list):
        raise AnnotationError("F602", "the annotation has no list 'shapes'")
    return value


def embedded_image(text: str) -> bytes:
    """Return the bytes of an embedded image.

    Raises:
        ImageError: F601, the text is no base64; F607, it is too large.
    """
    if len(text) > MAX_IMAGE_BYTES * 4 // 3 + 4:
        raise ImageError("F607", f"'imageData' is larger than {MAX_IMAGE_BYTES >> 20} MiB")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageError("F601", f"'imageData' is no base64: {error}") from error


def suffix_of(data: bytes) -> str:
    """Return the suffix that fits an encoded image; of one that is unknown, that of PNG."""
    return next((suffix for magic, suffix in _MAGIC.items() if data.startswith(magic)), ".png")
