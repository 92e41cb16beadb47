"""Class mappings: which classes are kept, renamed or dropped, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dtl_engine.sdk import Instance, LabelSpec, Schema, SchemaError
from dtl_nodes.classes.mappings import check_entries, new_title
from dtl_nodes.classes.reserved import OTHER

CLASS_ID = "classId"
"""A foreign key of objects that names their class a second time."""


def map_classes(mapping: Mapping[str, str], schema: Schema, at: tuple[str, ...]) -> Schema:
    """Return the schema after all entries of ``mapping`` were applied simultaneously.

    Every class must be mentioned, by name or by ``__other__``. Classes that come to share a
    title are merged: a class that had the title keeps its colour, and the order is that of first
    appearance.

    Args:
        mapping: class -> new title, ``__default__`` (keep) or ``__ignore__`` (drop).
        schema: the classes before.
        at: where the mapping stands in the settings, for errors.

    Raises:
        SchemaError: a class is missing or unknown, or two shapes meet under one title.
    """
    check_entries(mapping, schema.label_names, at, "class")
    kept: dict[str, LabelSpec] = {}
    for label in schema.labels:
        title = new_title(mapping, label.name)
        if title is None:
            continue
        namesake = schema.label(title)
        stays = namesake is not None and new_title(mapping, title) == title
        owner = namesake if namesake is not None and stays else label
        known = kept.setdefault(title, replace(owner, name=title))
        if known.kind != label.kind:
            key = label.name if label.name in mapping else OTHER
            raise SchemaError(
                "E303",
                f"class '{label.name}' ({label.kind}) cannot become '{title}', "
                f"which is a {known.kind} here",
                at=(*at, key),
                value=title,
                help="classes that share a title need one shape",
            )
    return replace(schema, labels=tuple(kept.values()))


def map_instances(mapping: Mapping[str, str], instances: Iterable[Instance]) -> list[Instance]:
    """Return the instances with their new labels, without the dropped ones."""
    mapped: list[Instance] = []
    for instance in instances:
        title = new_title(mapping, instance.label)
        if title == instance.label:
            mapped.append(instance)
        elif title is not None:
            mapped.append(relabelled(instance, title))
    return mapped


def relabelled(instance: Instance, title: str) -> Instance:
    """Return the same object under another label, without the id of the class that it had."""
    renamed = instance.with_label(title)
    if CLASS_ID not in instance.extra:
        return renamed
    return replace(renamed, extra={k: v for k, v in instance.extra.items() if k != CLASS_ID})
