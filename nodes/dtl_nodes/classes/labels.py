"""Classes that layers pick by name, and classes that layers convert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import Instance, LabelSpec, Schema, SchemaError, Shape, ShapeKind
from dtl_nodes.classes.class_mapping import relabelled
from dtl_nodes.classes.reserved import KEEP, OTHER, refuse_reserved
from dtl_nodes.classes.unknown import require_known

Label = Annotated[str, Field(min_length=1)]
"""The name of a class."""

Labels = tuple[Label, ...]
"""Names of classes."""

At = tuple[str | int, ...]
"""Where something stands in the settings."""


def places(key: str, labels: Iterable[str]) -> dict[At, str]:
    """Return where each of the ``labels`` listed under ``key`` stands, for ``mentioned_labels``."""
    return {(key, number): label for number, label in enumerate(labels)}


def require_kinds(
    schema: Schema,
    labels: Mapping[At, str],
    kinds: Iterable[ShapeKind],
    why: str,
    *,
    in_key: bool = False,
) -> None:
    """Refuse labels that are declared with a shape that a layer cannot work on.

    Undeclared labels pass, and so do those of any shape: their instances are looked at one by one.

    Args:
        schema: what enters the layer.
        labels: the labels by where they stand in the settings.
        kinds: the shapes that the layer works on.
        why: the layer's part of the message, as in "'skeletonize' thins".
        in_key: whether the labels are keys of a mapping, not values.

    Raises:
        SchemaError: E306.
    """
    accepted = tuple(kinds)
    for at, name in labels.items():
        label = schema.label(name)
        if label is not None and not any(label.admits(kind) for kind in accepted):
            known = [x.name for x in schema.labels if any(x.admits(kind) for kind in accepted)]
            words = " or ".join(accepted)
            raise SchemaError(
                "E306",
                f"class '{name}' has shape {label.kind}; {why} {words} classes",
                at=at,
                value=name,
                allowed=known,
                help=f"{words} classes here: {', '.join(known) or 'none'}",
                in_key=in_key,
            )


def convert_labels(
    mapping: Mapping[str, str], schema: Schema, kind: ShapeKind, at: At = ("classes_mapping",)
) -> Schema:
    """Return the schema after the classes of ``mapping`` became classes of another shape.

    All entries apply at once. A class keeps its place and colour unless its new title is that of
    a class that stays, which it then joins; classes that are not mentioned stay.

    Args:
        mapping: class -> title of the converted class; ``__default__`` keeps the title.
        schema: what enters the layer.
        kind: the shape of the converted classes.
        at: where the mapping stands in the settings.

    Raises:
        SchemaError: E302, there is no such class; E303, a title is taken by a class of another
            shape; E305, a title is a reserved word or empty.
    """
    for name, title in mapping.items():
        if name == OTHER:
            continue  # it has no meaning here, and the original engine lets it pass
        if title != KEEP:
            refuse_reserved(title, at=(*at, name))
        require_known(schema.label_names, name, "to convert", (*at, name), in_key=True)
    kept: dict[str, LabelSpec] = {}
    for label in schema.labels:
        new = converted_title(mapping, label.name)
        found = label
        if new is not None:
            namesake = schema.label(new)
            stays = namesake is not None and converted_title(mapping, new) is None
            found = namesake if stays and namesake else replace(label, name=new, kind=kind)
        owner = kept.setdefault(found.name, found)
        if owner.kind != found.kind or (new is not None and not owner.admits(kind)):
            raise SchemaError(
                "E303",
                f"class '{label.name}' cannot become the {kind} class '{found.name}', "
                f"which has shape {owner.kind if owner.kind != kind else found.kind} here",
                at=(*at, label.name) if new is not None else at,
                value=found.name,
                help="use another class name",
            )
    return replace(schema, labels=tuple(kept.values()))


def converted_title(mapping: Mapping[str, str], name: str) -> str | None:
    """Return the title that class ``name`` is converted to; ``None`` if it is not converted."""
    title = mapping.get(name) if name != OTHER else None
    return name if title == KEEP else title


def converted(instance: Instance, title: str, shapes: Iterable[Shape]) -> list[Instance]:
    """Return the objects that took the place of ``instance``, with its tags and description."""
    return [relabelled(instance, title).with_shape(shape) for shape in shapes]
