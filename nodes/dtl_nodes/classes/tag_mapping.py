"""Tag mappings: which tags are kept, renamed or dropped, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dtl_engine.sdk import Instance, Schema, SchemaError, Tag, TagSpec
from dtl_nodes.classes.mappings import check_entries, new_title
from dtl_nodes.classes.reserved import OTHER


def map_tag_specs(mapping: Mapping[str, str], schema: Schema, at: tuple[str, ...]) -> Schema:
    """Return the schema after all entries of ``mapping`` were applied simultaneously.

    Every tag must be mentioned, by name or by ``__other__``.

    Args:
        mapping: tag -> new name, ``__default__`` (keep) or ``__ignore__`` (drop).
        schema: the tags before.
        at: where the mapping stands in the settings, for errors.

    Raises:
        SchemaError: a tag is missing or unknown, or two tags that differ meet under one name.
    """
    check_entries(mapping, schema.tag_names, at, "tag")
    kept: dict[str, TagSpec] = {}
    for tag in schema.tags:
        title = new_title(mapping, tag.name)
        if title is None:
            continue
        renamed = replace(tag, name=title)
        if kept.setdefault(title, renamed) != renamed:
            raise SchemaError(
                "E304",
                f"tag '{tag.name}' ({tag.value_type}) cannot become '{title}', "
                f"which is declared as {kept[title].value_type} here",
                at=(*at, tag.name if tag.name in mapping else OTHER),
                value=title,
                help="tags that share a name need one value type and one list of values",
            )
    return replace(schema, tags=tuple(kept.values()))


def map_tags(mapping: Mapping[str, str], tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """Return the tags with their new names, without the dropped ones."""
    named = ((new_title(mapping, tag.name), tag) for tag in tags)
    return tuple(
        tag if title == tag.name else replace(tag, name=title)
        for title, tag in named
        if title is not None
    )


def map_instance_tags(mapping: Mapping[str, str], instances: Iterable[Instance]) -> list[Instance]:
    """Return the instances with their tags mapped."""
    return [
        replace(instance, tags=map_tags(mapping, instance.tags)) if instance.tags else instance
        for instance in instances
    ]
