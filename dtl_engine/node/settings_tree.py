"""The settings of a node as a tree of what a person needs to know to write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dtl_engine.node.docstring import plain
from dtl_engine.node.settings_types import Definitions, kind_of, resolved, variants

_REMARK = re.compile(r"Settings of [^:;.]+[:;] (?P<remark>.+)")

JsonSchema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that stand together in one object.

    ``heading`` says which object it is where that is not plain: an entry of a list, a value of an
    object, or one of several kinds of object.
    """

    heading: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, what it may be and what it does.

    ``kind`` holds type, range and choices in words. ``default`` is JSON, ``""`` if there is none;
    ``is_ignored`` tells a setting that is read and has no effect. ``groups`` are the objects that
    it may hold; of several exactly one is to be written.
    """

    name: str
    kind: str
    is_required: bool
    default: str
    is_ignored: bool
    description: str
    groups: tuple[Group, ...]

    @property
    def facts(self) -> str:
        """Type and range, and whether it must be given."""
        if self.is_required:
            return f"{self.kind}, required"
        if self.is_ignored:
            return f"{self.kind}, ignored"
        return f"{self.kind}, default {self.default}" if self.default else f"{self.kind}, optional"


def settings_tree(schema: JsonSchema) -> tuple[Setting, ...]:
    """Return the settings that the JSON Schema of a layer's settings names, with those inside."""
    return tuple(_settings(schema, schema.get("$defs", {})))


def remark_on(schema: JsonSchema) -> str:
    """Return what the docstring of a settings model says of the settings as a whole.

    That is what follows in ``Settings of flip: exactly one of the two.``, without its full stop.
    """
    found = _REMARK.fullmatch(plain(schema.get("description", "")))
    return found["remark"].rstrip(".") if found else ""


def every_setting(settings: tuple[Setting, ...], path: str = "") -> Iterator[tuple[str, Setting]]:
    """Yield all settings of a tree with their paths, such as ``sides.left``."""
    for setting in settings:
        inner = f"{path}.{setting.name}" if path else setting.name
        yield inner, setting
        for group in setting.groups:
            yield from every_setting(group.settings, inner)


def _settings(schema: JsonSchema, definitions: Definitions) -> Iterator[Setting]:
    required = schema.get("required", ())
    for name, value in schema.get("properties", {}).items():
        default = value.get("default")
        yield Setting(
            name,
            kind_of(value, definitions),
            name in required,
            "" if default is None else json.dumps(default, ensure_ascii=False),
            bool(value.get("deprecated")),
            _description(value, definitions),
            tuple(_groups(value, definitions)),
        )


def _description(value: JsonSchema, definitions: Definitions) -> str:
    """Return what a setting does, with what its object says of the settings inside as a whole."""
    own = plain(value.get("description", ""))
    parts = list(variants(value, definitions))
    if len(parts) != 1 or "$ref" not in parts[0]:
        return own
    of_object = resolved({"$ref": parts[0]["$ref"]}, definitions)
    whole = plain(of_object.get("description", ""))
    if not own:
        return whole
    _, mark, remark = whole.partition("; ")
    return f"{own.rstrip('.')}; {remark}" if mark and ";" not in own else own


def _groups(value: JsonSchema, definitions: Definitions, where: str = "") -> Iterator[Group]:
    """Yield the objects with known keys inside ``value``."""
    parts = [resolved(part, definitions) for part in variants(value, definitions)]
    objects = [part for part in parts if part.get("properties")]
    for part in objects:
        heading = where
        if len(objects) > 1:
            words = plain(part.get("description", "")).rstrip(".")
            heading = f"{where} {words}".strip()
        elif len(parts) > 1:
            heading = f"{where} as an object".strip()
        yield Group(heading, tuple(_settings(part, definitions)))
    for part in parts:
        if isinstance(items := part.get("items"), Mapping):
            yield from _groups(items, definitions, f"{where} each entry".strip())
        if isinstance(values := part.get("additionalProperties"), Mapping):
            yield from _groups(values, definitions, f"{where} each value".strip())
