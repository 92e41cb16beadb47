"""What a stream may carry: the labels and tags declared on an edge."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from dtl_engine.errors import DtlError
from dtl_engine.model.shapes import ShapeKind

ANY_SHAPE = "any"
"""The kind of a label whose instances may have any shape."""


class TagValueType(StrEnum):
    """What a tag's value may be; ``NONE`` is a tag without one."""

    NONE = "none"
    NUMBER = "any_number"
    STRING = "any_string"
    CHOICE = "oneof_string"


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """A declared label: its name, the shape of its instances and its colour ``#RRGGBB``.

    ``kind`` is a ``ShapeKind`` or ``ANY_SHAPE``; ``extra`` keeps keys of the file that mean
    nothing here, so that writing does not lose them.
    """

    name: str
    kind: str
    color: str
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def admits(self, kind: ShapeKind) -> bool:
        """Whether an instance of this label may have a shape of ``kind``."""
        return self.kind in (kind, ANY_SHAPE)


@dataclass(frozen=True, slots=True)
class TagSpec:
    """A declared tag; ``values`` holds the choices of a ``oneof_string`` tag."""

    name: str
    value_type: TagValueType = TagValueType.NONE
    values: tuple[str, ...] = ()
    color: str = field(default="#808080", compare=False)
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True)
class Schema:
    """Labels and tags that the samples of a stream may carry, names unique, order kept."""

    labels: tuple[LabelSpec, ...] = ()
    tags: tuple[TagSpec, ...] = ()

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the labels, in order."""
        return tuple(label.name for label in self.labels)

    @property
    def tag_names(self) -> tuple[str, ...]:
        """The names of the tags, in order."""
        return tuple(tag.name for tag in self.tags)

    def label(self, name: str) -> LabelSpec | None:
        """Return the label of that name, if it is declared."""
        return self._labels_by_name.get(name)

    def tag(self, name: str) -> TagSpec | None:
        """Return the tag of that name, if it is declared."""
        return self._tags_by_name.get(name)

    @cached_property
    def _labels_by_name(self) -> dict[str, LabelSpec]:
        return {label.name: label for label in self.labels}

    @cached_property
    def _tags_by_name(self) -> dict[str, TagSpec]:
        return {tag.name: tag for tag in self.tags}

    def with_label(
        self,
        name: str,
        kind: ShapeKind,
        *,
        at: tuple[str | int, ...] = (),
        color: str | None = None,
    ) -> Schema:
        """Return the schema with label ``name`` declared; one that is declared stays as it is.

        Args:
            name: of the label.
            kind: of its instances.
            at: where the settings name it.
            color: ``#RRGGBB``; ``None``: one far from the others'.

        Raises:
            SchemaError: the label is declared with another shape; ``at`` is passed on.
        """
        known = self.label(name)
        if known is None:
            chosen = color or distinct_color(label.color for label in self.labels)
            return replace(self, labels=(*self.labels, LabelSpec(name, kind, chosen)))
        if not known.admits(kind):
            raise SchemaError(
                "E303",
                f"class '{name}' has shape {known.kind} here and cannot hold a {kind}",
                at=at,
                value=name,
                help="use another class name",
            )
        return self

    def with_tag(self, tag: TagSpec) -> Schema:
        """Return the schema with ``tag`` declared.

        Raises:
            SchemaError: a tag of this name is declared differently.
        """
        known = self.tag(tag.name)
        if known is None:
            return replace(self, tags=(*self.tags, tag))
        if known != tag:
            raise _tag_conflict(known, tag)
        return self

    def without_tag(self, name: str) -> Schema:
        """Return the schema without the tag of that name; fine if there is none."""
        return replace(self, tags=tuple(tag for tag in self.tags if tag.name != name))


class SchemaError(DtlError):
    """Settings and schema do not fit together.

    ``at`` is the path of the culprit inside the node's settings, ``value`` what stands there.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        at: tuple[str | int, ...] = (),
        value: Any = None,
        allowed: Iterable[str] = (),
        help: str = "",
        in_key: bool = False,
    ) -> None:
        self.code = code
        self.message = message
        self.at = at
        self.value = value
        self.allowed = tuple(allowed)
        self.help = help
        self.in_key = in_key
        super().__init__(message)


def merge_schemas(schemas: Iterable[Schema]) -> Schema:
    """Unite the schemas of streams that flow together.

    A label met again keeps the fields of its first appearance.

    Raises:
        SchemaError: one label with two shapes, or one tag declared in two ways.
    """
    labels: dict[str, LabelSpec] = {}
    tags: dict[str, TagSpec] = {}
    for schema in schemas:
        for label in schema.labels:
            known = labels.setdefault(label.name, label)
            if known.kind != label.kind:
                raise SchemaError(
                    "E303",
                    f"class '{label.name}' has shape {known.kind} in one input and "
                    f"{label.kind} in another",
                    value=label.name,
                    help="rename one of them with 'classes_mapping' of its 'data' layer",
                )
        for tag in schema.tags:
            known_tag = tags.setdefault(tag.name, tag)
            if known_tag != tag:
                raise _tag_conflict(known_tag, tag)
    return Schema(tuple(labels.values()), tuple(tags.values()))


def distinct_color(existing: Iterable[str]) -> str:
    """Return a colour ``#RRGGBB`` whose hue lies in the widest gap between the existing ones.

    Lightness 0.3 and saturation 0.8 are those of the original project format.
    """
    hues = sorted({_hue(color) for color in existing})
    if not hues:
        hue = 0.0
    else:
        gaps = zip(hues, [*hues[1:], hues[0] + 1.0], strict=True)
        start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
        hue = (start + end) / 2 % 1.0
    channels = colorsys.hls_to_rgb(hue, 0.3, 0.8)
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in channels)


def _hue(color: str) -> float:
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return colorsys.rgb_to_hls(red, green, blue)[0]


def _tag_conflict(known: TagSpec, tag: TagSpec) -> SchemaError:
    return SchemaError(
        "E304",
        f"tag '{tag.name}' is declared as {_describe(known)} and as {_describe(tag)}",
        value=tag.name,
        help="give one of them another name, or the same value type and values",
    )


def _describe(tag: TagSpec) -> str:
    choices = f" of {', '.join(tag.values)}" if tag.values else ""
    return f"{tag.value_type}{choices}"
