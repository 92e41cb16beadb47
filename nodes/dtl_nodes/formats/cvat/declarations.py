"""What the ``meta`` element declares, as classes and tags, and back.

Labels are classes, those of type ``tag`` tags of images. Attributes are tags of objects:
``select`` and ``radio`` have one of their values, ``number`` and ``text`` any, ``checkbox`` one of
``false`` and ``true``. A tag without a value is written as a checkbox whose only value is ``true``.

Source: CVAT, "CVAT for images 1.1"; ``cvat/apps/dataset_manager/formats/cvat.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dtl_engine.sdk import LabelSpec, Schema, ShapeKind, TagSpec, TagValueType
from dtl_nodes.formats.cvat.layout import TYPE_OF, TYPES, VALUE
from dtl_nodes.formats.cvat.skeleton import read_template, template_xml
from dtl_nodes.formats.cvat.xml_text import Element, content
from dtl_nodes.formats.found_labels import declare_labels
from dtl_nodes.formats.groups import GROUP_TAG

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_INPUT_TYPES = {
    TagValueType.NONE: "checkbox",
    TagValueType.NUMBER: "number",
    TagValueType.STRING: "text",
    TagValueType.CHOICE: "select",
}
_FLAG = ("false", "true")


@dataclass(slots=True)
class Declared:
    """A label of ``meta``."""

    name: str
    color: str | None
    type: str
    attributes: dict[str, TagSpec]
    template: dict[str, Any] | None


@dataclass(slots=True)
class Met:
    """What the images hold: the shapes of labels, labels of tags, names of attributes."""

    kinds: dict[str, set[ShapeKind]] = field(default_factory=dict)
    tags: dict[str, set[str]] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    has_occluded: bool = False
    has_group_tags: bool = False
    cuboids: int = 0

    def add(self, other: Met) -> None:
        """Add what the images of another file hold."""
        for label, kinds in other.kinds.items():
            self.kinds.setdefault(label, set()).update(kinds)
        for label, attributes in other.tags.items():
            self.tags.setdefault(label, set()).update(attributes)
        self.attributes |= other.attributes
        self.has_occluded |= other.has_occluded
        self.has_group_tags |= other.has_group_tags
        self.cuboids += other.cuboids


def read_tasks(meta: Element) -> dict[str, str]:
    """Return the names of the tasks of a project by their ids."""
    named = ((each.findtext("id"), each.findtext("name")) for each in meta.iter("task"))
    return {id.strip(): (name or "").strip() for id, name in named if id}


def read_labels(metas: Iterable[Element]) -> list[Declared]:
    """Return the labels of ``meta`` elements; nodes of skeletons are none.

    One that is declared again adds its attributes to the first.
    """
    labels: dict[str, Declared] = {}
    for label in (label for meta in metas for label in meta.iterfind(".//labels/label")):
        name = (label.findtext("name") or "").strip()
        if not name or (label.findtext("parent") or "").strip():
            continue
        color = (label.findtext("color") or "").strip()
        specs = (_attribute(each) for each in label.iterfind("attributes/attribute"))
        declared = Declared(
            name,
            color.upper() if _COLOR.fullmatch(color) else None,
            (label.findtext("type") or "any").strip(),
            {spec.name: spec for spec in specs if spec.name},
            read_template(label.findtext("svg") or ""),
        )
        if labels.setdefault(name, declared) is not declared:
            for spec in declared.attributes.values():
                _add(labels[name].attributes, spec)
    return list(labels.values())


def _attribute(element: Element) -> TagSpec:
    name = element.findtext("name") or ""
    kind = (element.findtext("input_type") or "").strip()
    values = tuple(dict.fromkeys(filter(None, (element.findtext("values") or "").split("\n"))))
    match kind:
        case "checkbox":
            default = (element.findtext("default_value") or "").strip()
            if values == ("true",) and default == "false":
                return TagSpec(name)
            return TagSpec(name, TagValueType.CHOICE, _FLAG)
        case "select" | "radio" if values:
            return TagSpec(name, TagValueType.CHOICE, values)
        case "number":
            return TagSpec(name, TagValueType.NUMBER)
    return TagSpec(name, TagValueType.STRING)


def schema_of(labels: list[Declared], met: Met, notes: list[str]) -> Schema:
    """Return the declarations of a dataset: what ``meta`` says, then what else is met."""
    classes = {each.name: each for each in labels if _is_class(each, met)}
    kinds = {name: met.kinds.get(name) or _told(each) for name, each in classes.items()}
    unknown = sorted(met.kinds.keys() - classes.keys())
    if unknown and labels:
        notes.append(f"{len(unknown)} classes are not declared in 'meta', such as '{unknown[0]}'")
    kinds |= {name: met.kinds[name] for name in unknown}
    tags: dict[str, TagSpec] = {}
    for each in labels:
        if each.name in classes:
            for spec in each.attributes.values():
                _add(tags, spec)
    for name in sorted(met.attributes - tags.keys()):
        notes.append(f"the attribute '{name}' is not declared in 'meta': its values are text")
        _add(tags, TagSpec(name, TagValueType.STRING))
    for spec in _image_tags(labels, met):
        _add(tags, spec)
    if met.has_occluded:
        tags.setdefault("occluded", TagSpec("occluded"))
    if met.has_group_tags:
        tags.setdefault(GROUP_TAG, TagSpec(GROUP_TAG, TagValueType.STRING))
    return Schema(
        declare_labels(
            kinds,
            {name: each.color for name, each in classes.items() if each.color},
            {
                name: {"geometry_config": each.template}
                for name, each in classes.items()
                if each.template
            },
        ),
        tuple(tags.values()),
    )


def _is_class(label: Declared, met: Met) -> bool:
    """Labels of type ``tag`` are none; of others, those that are only used as tags are none."""
    if label.name in met.kinds:
        return True
    return label.type != "tag" and label.name not in met.tags


def _told(label: Declared) -> set[ShapeKind]:
    return {TYPES[label.type]} if label.type in TYPES else set()


def _image_tags(labels: list[Declared], met: Met) -> Iterator[TagSpec]:
    declared = {each.name: each for each in labels if each.type == "tag" or each.name in met.tags}
    names = [*declared, *sorted(met.tags.keys() - declared.keys())]
    for name in names:
        label = declared.get(name)
        attributes = dict(label.attributes) if label else {}
        for used in sorted(met.tags.get(name, ())):
            attributes.setdefault(used, TagSpec(used, TagValueType.STRING))
        value = attributes.pop(VALUE, TagSpec(VALUE))
        color = label.color if label and label.color else "#808080"
        yield TagSpec(name, value.value_type, value.values, color)
        yield from attributes.values()


def _add(tags: dict[str, TagSpec], spec: TagSpec) -> None:
    """Declare a tag; one that is declared in two ways takes the values of both."""
    known = tags.setdefault(spec.name, spec)
    if known == spec:
        return
    if known.value_type is spec.value_type is TagValueType.CHOICE:
        values = tuple(dict.fromkeys((*known.values, *spec.values)))
        tags[spec.name] = TagSpec(spec.name, TagValueType.CHOICE, values, known.color)
    else:
        tags[spec.name] = TagSpec(spec.name, TagValueType.STRING, (), known.color)


def labels_xml(schema: Schema) -> Iterator[str]:
    """Yield the ``label`` elements of a schema, line by line."""
    attributes = [spec for spec in schema.tags if not _never_on(spec, "imagesOnly")]
    for label in schema.labels:
        yield from _label_xml(label, attributes)
    for tag in schema.tags:
        if tag.name != GROUP_TAG and not _never_on(tag, "objectsOnly"):
            yield "<label>"
            yield f"<name>{content(tag.name)}</name>"
            yield f"<color>{content(tag.color.lower())}</color>"
            yield "<type>tag</type>"
            valued = TagSpec(VALUE, tag.value_type, tag.values)
            is_valued = tag.value_type is not TagValueType.NONE
            yield from _attributes_xml([valued] if is_valued else [])
            yield "</label>"


def _never_on(tag: TagSpec, only: str) -> bool:
    """Whether a tag says that it is ``only`` on images, or only on objects."""
    return bool(tag.extra.get("applicable_type") == only)


def _label_xml(label: LabelSpec, attributes: list[TagSpec]) -> Iterator[str]:
    kind = TYPE_OF[ShapeKind(label.kind)] if label.kind in tuple(ShapeKind) else "any"
    yield "<label>"
    yield f"<name>{content(label.name)}</name>"
    yield f"<color>{content(label.color.lower())}</color>"
    yield f"<type>{kind}</type>"
    yield from _attributes_xml(attributes)
    template = label.extra.get("geometry_config")
    if label.kind == ShapeKind.GRAPH and isinstance(template, dict):
        yield from template_xml(label.name, template)
    else:
        yield "</label>"


def _attributes_xml(tags: list[TagSpec]) -> Iterator[str]:
    yield "<attributes>"
    for tag in tags:
        if tag.name == "occluded" and tag.value_type is TagValueType.NONE:
            continue
        kind = _INPUT_TYPES[tag.value_type]
        values, default = tag.values, ""
        if tag.value_type is TagValueType.NONE:
            values, default = ("true",), "false"
        elif tag.values:
            is_flag = sorted(tag.values) == sorted(_FLAG)
            kind, default = "checkbox" if is_flag else kind, tag.values[0]
        yield (
            f"<attribute><name>{content(tag.name)}</name><mutable>False</mutable>"
            f"<input_type>{kind}</input_type><default_value>{content(default)}</default_value>"
            f"<values>{content(chr(10).join(values))}</values></attribute>"
        )
    yield "</attributes>"
