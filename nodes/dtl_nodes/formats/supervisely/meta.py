"""``meta.json``: the classes and tags of a project, in the current and in older forms.

Source: the Supervisely project format; older forms as the original engine read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from dtl_engine.sdk import (
    ANY_SHAPE,
    DataError,
    LabelSpec,
    Schema,
    SchemaError,
    ShapeKind,
    TagSpec,
    TagValueType,
    distinct_color,
)
from dtl_nodes.formats.supervisely.foreign_shapes import READ_AS, UNREADABLE
from dtl_nodes.formats.supervisely.layout import META, META_OF_FIRST_VERSION
from dtl_nodes.formats.supervisely.tree import FolderTree, Tree

SHAPES = (*(str(kind) for kind in ShapeKind), ANY_SHAPE)
OLD_TAG_LISTS = ("tags_images", "tags_objects")
MAX_META_BYTES = 64 * 2**20
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


def read_meta(folder: Path) -> tuple[Schema, tuple[str, ...]]:
    """Read the declarations of the project in ``folder``.

    Returns:
        The schema, and what was mended on the way.

    Raises:
        SchemaError: there is no such file, or it does not hold what it should.
    """
    return meta_of(FolderTree(folder))


def meta_of(tree: Tree) -> tuple[Schema, tuple[str, ...]]:
    """Read the declarations of a project, see ``read_meta``."""
    notes: list[str] = []
    name = META
    files = set(tree.files(""))
    if META in files:
        if META_OF_FIRST_VERSION in files:
            notes.append(f"{META_OF_FIRST_VERSION} is not read, as there is a {META}")
    elif META_OF_FIRST_VERSION in files:
        name = META_OF_FIRST_VERSION
    else:
        raise SchemaError("E403", f"'{tree.name}' is no project: it has no {META}")
    value = _load(tree, name)
    try:
        return _parse(value, notes), tuple(notes)
    except SchemaError as error:
        raise SchemaError("E403", f"{tree.name}/{name}: {error.message}") from error


def meta_json(schema: Schema) -> dict[str, Any]:
    """Return ``schema`` as the content of ``meta.json``."""
    return {
        "classes": [
            {
                **label.extra,
                "title": label.name,
                "shape": label.kind,
                "color": label.color,
                "geometry_config": label.extra.get("geometry_config", {}),
            }
            for label in schema.labels
        ],
        "tags": [
            {
                **tag.extra,
                "name": tag.name,
                "value_type": tag.value_type.value,
                "color": tag.color,
                **({"values": list(tag.values)} if tag.values else {}),
            }
            for tag in schema.tags
        ],
        "projectType": "images",
    }


def _load(tree: Tree, file: str) -> Any:
    name = f"{tree.name}/{file}"
    try:
        return orjson.loads(tree.read(file, MAX_META_BYTES).removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise SchemaError("E403", f"{name} cannot be read: {error.strerror}") from error
    except DataError as error:
        raise SchemaError("E403", f"{name} cannot be read: {error}") from error
    except orjson.JSONDecodeError as error:
        raise SchemaError("E403", f"{name} is not JSON: {error}") from error


def _parse(value: Any, notes: list[str]) -> Schema:
    if isinstance(value, list):
        value = {"classes": value}
    if not isinstance(value, dict) or not isinstance(value.get("classes"), list):
        raise SchemaError("E403", "it holds no list 'classes'")
    kind = value.get("projectType") or "images"
    if kind != "images":
        raise SchemaError("E403", f"it is a project of {kind}, not of images")
    return Schema(_labels(value["classes"], notes), _tags(value, notes))


def _labels(values: Sequence[Any], notes: list[str]) -> tuple[LabelSpec, ...]:
    labels: dict[str, LabelSpec] = {}
    colors = [v["color"] for v in values if isinstance(v, dict) and _is_color(v.get("color"))]
    for value in values:
        if not isinstance(value, dict):
            raise SchemaError("E403", "a class is not an object")
        name, shape, color = value.get("title"), value.get("shape"), value.get("color")
        if not isinstance(name, str) or not name:
            raise SchemaError("E403", "a class has no title")
        if name in labels:
            raise SchemaError("E403", f"class '{name}' is declared twice")
        if shape not in (*SHAPES, *READ_AS, *UNREADABLE):
            raise SchemaError(
                "E403", f"class '{name}' has shape {shape!r}; known are {', '.join(SHAPES)}"
            )
        if not _is_color(color):
            color = distinct_color(colors)
            colors.append(color)
        extra = {k: v for k, v in value.items() if k not in ("title", "shape", "color")}
        if shape not in SHAPES:
            extra = {**extra, "shape": shape}
        labels[name] = LabelSpec(name, _kind(name, shape, notes), str(color), extra)
    return tuple(labels.values())


def _kind(name: str, shape: str, notes: list[str]) -> str:
    """Return the kind of a class of the given ``shape``; the engine does not have all."""
    if shape in READ_AS:
        kind, words = READ_AS[shape]
        notes.append(f"class '{name}' has shape {shape}; its objects are read as {words}")
        return kind
    if shape in UNREADABLE:
        notes.append(f"class '{name}' has shape {shape}, which is not read: it has no objects here")
        return ANY_SHAPE
    return shape


def _is_color(value: Any) -> bool:
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def _tags(meta: Mapping[str, Any], notes: list[str]) -> tuple[TagSpec, ...]:
    for key in ("tags", *OLD_TAG_LISTS):
        if not isinstance(meta.get(key) or [], list):
            raise SchemaError("E403", f"'{key}' is no list")
    current = meta.get("tags") or []
    old = [tag for key in OLD_TAG_LISTS for tag in meta.get(key) or []]
    if current and old:
        raise SchemaError("E403", f"'tags' stands beside {' or '.join(OLD_TAG_LISTS)}")
    tags: dict[str, TagSpec] = {}
    for value in current or old:
        tag = _tag(value, notes)
        known = tags.setdefault(tag.name, tag)
        if known != tag or (known is not tag and current):
            raise SchemaError("E403", f"tag '{tag.name}' is declared twice")
    return tuple(tags.values())


def _tag(value: Any, notes: list[str]) -> TagSpec:
    if isinstance(value, str) and value:
        return TagSpec(value)
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        raise SchemaError("E403", "a tag has no name")
    name = value["name"]
    kind = value.get("value_type")
    if kind in (None, "date"):
        lack = "no value_type" if kind is None else f"value_type {kind}"
        notes.append(f"tag '{name}' has {lack}; read as any_string")
        kind = TagValueType.STRING
    try:
        value_type = TagValueType(kind)
    except ValueError:
        known = ", ".join(TagValueType)
        raise SchemaError(
            "E403", f"tag '{name}' has value_type {kind!r}; known are {known}"
        ) from None
    values = value.get("values") or []
    if not isinstance(values, list) or not all(isinstance(choice, str) for choice in values):
        raise SchemaError("E403", f"'values' of tag '{name}' is no list of strings")
    if (value_type is TagValueType.CHOICE) != bool(values):
        raise SchemaError("E403", f"tag '{name}' needs 'values' if and only if it is oneof_string")
    color = value.get("color") if _is_color(value.get("color")) else "#808080"
    extra = {k: v for k, v in value.items() if k not in ("name", "value_type", "values", "color")}
    return TagSpec(name, value_type, tuple(values), str(color), extra)
