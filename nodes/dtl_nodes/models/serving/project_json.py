"""Project declarations and annotations between JSON and values, in the Supervisely format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from dtl_engine.sdk import Annotation, AnnotationError, Image, ReadLog, Schema, SchemaError, Size
from dtl_nodes.formats.supervisely.annotation_file import read_annotation
from dtl_nodes.formats.supervisely.layout import META
from dtl_nodes.formats.supervisely.meta import meta_of
from dtl_nodes.formats.supervisely.normal_form import NormalForm
from dtl_nodes.formats.supervisely.options import Rules, SavedProject
from dtl_nodes.formats.supervisely.tree import Tree
from dtl_nodes.formats.supervisely.writer import annotation_json
from dtl_nodes.models.serving.refusal import TOO_LARGE, Refusal


@dataclass(frozen=True, slots=True)
class _PostedMeta(Tree):
    """A project of which only the declarations were sent."""

    data: bytes
    location: Path = Path("meta")

    def folders(self, path: str) -> list[str]:
        return []

    def files(self, path: str) -> list[str]:
        return [META]

    def links_out(self, path: str) -> bool:
        return False

    def read(self, path: str, limit: int) -> bytes:
        return self.data

    def image(self, path: str) -> Image:
        raise AssertionError("the declarations alone are read")


def read_schema(data: bytes | None) -> Schema:
    """Return the schema in the text of a ``meta.json``; nothing declares nothing.

    Raises:
        Refusal: it is no such text.
    """
    if data is None:
        return Schema()
    try:
        return meta_of(_PostedMeta(data))[0]
    except SchemaError as error:
        message = error.message.replace(f"meta/{META}", "'meta'")
        raise Refusal(400, "bad_meta", message) from error


def read_labels(data: bytes | None, size: Size, schema: Schema) -> Annotation:
    """Return the annotation of an image of ``size``; nothing is an annotation without objects.

    Raises:
        AnnotationError: it is none, names what ``schema`` does not declare, or is of another size.
    """
    if data is None:
        return Annotation(size)
    found = read_annotation(data, schema, NormalForm(schema), Rules(), ReadLog())
    if found.image_size != size:
        raise AnnotationError(
            "F605",
            f"the annotation is of an image of {found.image_size.width}x{found.image_size.height} "
            f"pixels, the image has {size.width}x{size.height}",
        )
    return found


def annotation_text(annotation: Annotation, **more: Any) -> bytes:
    """Return an annotation as JSON text, with ``more`` members."""
    return json_text({**annotation_json(annotation, SavedProject()), **more}, "annotation")


def json_text(value: dict[str, Any], part: str) -> bytes:
    """Return a value as JSON text.

    Raises:
        Refusal: what was sent as ``part``, and comes back with it, is nested too deeply.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    except orjson.JSONEncodeError as error:
        if "recursion" not in str(error).lower():
            raise
        raise Refusal(400, f"bad_{part}", f"'{part}' is nested too deeply") from error


def read_json(data: bytes, part: str) -> Any:
    """Return the value of JSON text.

    Raises:
        Refusal: the text of ``part`` is none.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, f"bad_{part}", f"'{part}' is no JSON: {error}") from error


def read_image(data: bytes, pixels: int) -> Image:
    """Return the image in encoded bytes; its header is read, its pixels are not.

    Args:
        data: a JPEG, PNG, BMP, TIFF or WebP file.
        pixels: how many it may have.

    Raises:
        ImageError: it is none that can be read.
        Refusal: it has more pixels.
    """
    # The content decides how it is decoded; the name of a file is not asked for.
    image = Image.from_bytes(data, ".png")
    width, height = image.size
    if width * height > pixels:
        raise Refusal(
            413, TOO_LARGE, f"the image has {width}x{height} pixels; {pixels} are accepted"
        )
    return image
