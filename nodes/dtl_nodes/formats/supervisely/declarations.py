"""The declarations of a project that is there, and those of what is added to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from dtl_engine.sdk import LabelSpec, Schema, SchemaError, TagSpec, UsageError, replacing
from dtl_nodes.formats.supervisely.layout import META
from dtl_nodes.formats.supervisely.meta import OLD_TAG_LISTS, meta_json, read_meta


def declared_in(folder: Path) -> Schema:
    """Return what the project in ``folder`` declares.

    Raises:
        UsageError: that cannot be read.
    """
    try:
        return read_meta(folder)[0]
    except SchemaError as error:
        raise UsageError(f"nothing can be added to {folder}: {error.message}") from error


def join(declared: Schema, added: Schema) -> Schema:
    """Return the declarations of a project with those of what is added to it.

    Choices of a tag are united; what the project says of colours stays.

    Raises:
        UsageError: a class has two shapes, or a tag two types of values.
    """
    labels = {label.name: label for label in declared.labels}
    for label in added.labels:
        known = labels.setdefault(label.name, replace(label, extra=_without_id(label.extra)))
        if known.kind != label.kind:
            raise UsageError(
                f"class '{label.name}' has shape {known.kind} in the project and {label.kind} in "
                "what is added; rename it with 'classes_mapping'"
            )
    tags = {tag.name: tag for tag in declared.tags}
    for tag in added.tags:
        found = tags.setdefault(tag.name, replace(tag, extra=_without_id(tag.extra)))
        if found.value_type is not tag.value_type:
            raise UsageError(
                f"tag '{tag.name}' is declared as {found.value_type.value} in the project and as "
                f"{tag.value_type.value} in what is added"
            )
        values = tuple(dict.fromkeys((*found.values, *tag.values)))
        tags[tag.name] = replace(found, values=values)
    return Schema(tuple(labels.values()), tuple(tags.values()))


def require_equal(declared: Schema, added: Schema) -> None:
    """Refuse declarations that differ from those of the project; colours do not count.

    Raises:
        UsageError: they differ; it names the first differences.
    """
    differences = [
        *_differences("class", map(_label, declared.labels), map(_label, added.labels)),
        *_differences("tag", map(_tag, declared.tags), map(_tag, added.tags)),
    ]
    if differences:
        shown = "; ".join(differences[:3]) + ("; ..." if len(differences) > 3 else "")
        raise UsageError(
            f"the project declares other classes or tags than what is added has: {shown}; "
            '"merge_different_meta": true merges them'
        )


def declare(folder: Path, added: Schema) -> None:
    """Declare in the project in ``folder`` what it does not yet; all else in its file is kept.

    Raises:
        UsageError: the declarations clash.
    """
    declared = declared_in(folder)
    schema = join(declared, added)
    if schema == declared:
        return
    path = folder / META
    before = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    kept = before if isinstance(before, dict) else {}
    kept = {key: value for key, value in kept.items() if key not in OLD_TAG_LISTS}
    with replacing(path) as partial:
        content = {**kept, **meta_json(schema)}
        partial.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def _without_id(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the number that another project gave."""
    return {key: value for key, value in extra.items() if key != "id"}


def _label(label: LabelSpec) -> tuple[str, str]:
    return label.name, label.kind


def _tag(tag: TagSpec) -> tuple[str, str]:
    choices = f" of {', '.join(sorted(tag.values))}" if tag.values else ""
    return tag.name, f"{tag.value_type.value}{choices}"


def _differences(
    noun: str, declared: Iterable[tuple[str, str]], added: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """Yield what differs between two lists of names with what is said of each."""
    there, here = dict(declared), dict(added)
    for name in sorted({*there, *here}):
        if name not in here:
            yield f"{noun} '{name}' is in the project alone"
        elif name not in there:
            yield f"{noun} '{name}' is not in the project"
        elif there[name] != here[name]:
            yield f"{noun} '{name}' is {there[name]} in the project, {here[name]} in what is added"
