"""One annotation file: its parts read only as far as somebody needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from dtl_engine.sdk import Annotation, AnnotationError, ReadLog, Schema, Size
from dtl_nodes.formats.supervisely.normal_form import NormalForm
from dtl_nodes.formats.supervisely.options import Rules
from dtl_nodes.formats.supervisely.tags import read_tags
from dtl_nodes.formats.supervisely.untouched import UntouchedObjects, read_objects

MAX_ANNOTATION_BYTES = 256 * 2**20
READ_KEYS = frozenset(("size", "objects", "tags", "description"))
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_annotation(
    data: bytes, schema: Schema, normal_form: NormalForm, rules: Rules, log: ReadLog
) -> Annotation:
    """Return the annotation in the bytes of its file.

    Raises:
        AnnotationError: F602 where it is no annotation, F603 to F607 where it says what it cannot.
    """
    if len(data) > MAX_ANNOTATION_BYTES:
        raise AnnotationError("F607", "the annotation is larger than 256 MiB")
    members = _members(data.removeprefix(b"\xef\xbb\xbf"))
    size = _size(_value(members, "size"))
    objects = bytes(members.get("objects", b"null"))
    if not objects.startswith(b"["):
        raise AnnotationError("F602", "the annotation has no list 'objects'")
    description = _value(members, "description")
    may_pass = not (rules.is_pixel or log.policy.drops_bad)
    return Annotation(
        size,
        UntouchedObjects(objects, schema, size)
        if may_pass and normal_form.holds(objects, size)
        else read_objects(_parsed(objects), schema, size, rules, log),
        read_tags(_value(members, "tags"), schema, log),
        description if isinstance(description, str) else "",
        {key: _value(members, key) for key in members if key not in READ_KEYS},
    )


def _members(data: bytes) -> Mapping[str, msgspec.Raw]:
    """Return the members of the JSON object ``data``, each still as text."""
    try:
        data.decode()
        return _MEMBERS.decode(data)
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        if not isinstance(_parsed(data), dict):
            raise AnnotationError("F602", "the annotation is no JSON object") from error
        raise AnnotationError("F602", f"the annotation is not JSON: {error}") from error


def _value(members: Mapping[str, msgspec.Raw], key: str) -> Any:
    return _parsed(bytes(members[key])) if key in members else None


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise AnnotationError("F602", f"the annotation is not JSON: {error}") from error


def _size(value: Any) -> Size:
    if isinstance(value, dict):
        width, height = value.get("width"), value.get("height")
        if type(width) is int and type(height) is int and width > 0 and height > 0:
            return Size(width, height)
    raise AnnotationError("F605", "'size' of the annotation is not a width and a height above 0")
