"""Two annotations of one image as one, in JSON: neither is read further than its lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from dtl_engine.sdk import AnnotationError

Json = dict[str, Any]


def load_annotation(data: bytes, path: str) -> Json:
    """Return the annotation in the bytes of the file ``path``, with its lists.

    Raises:
        AnnotationError: F602, it is none.
    """
    try:
        value = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        message = f"the annotation in the project is not JSON: {error}"
        raise AnnotationError("F602", message, path=path) from error
    if isinstance(value, dict):
        lists: Json = {"objects": value.get("objects"), "tags": value.get("tags") or []}
        if all(isinstance(part, list) for part in lists.values()):
            return {**value, **lists}
    message = "the annotation in the project has no list 'objects', or its tags are no list"
    raise AnnotationError("F602", message, path=path)


def joined(before: Json, added: Mapping[str, Any]) -> Json:
    """Return ``before`` with the objects of ``added`` on top, and those tags that it has not."""
    names = {_tag_name(tag) for tag in before["tags"]}
    return {
        **before,
        "description": before.get("description") or added["description"],
        "tags": [*before["tags"], *(t for t in added["tags"] if _tag_name(t) not in names)],
        "objects": [*before["objects"], *added["objects"]],
    }


def _tag_name(tag: Any) -> Any:
    return tag.get("name") if isinstance(tag, dict) else tag
