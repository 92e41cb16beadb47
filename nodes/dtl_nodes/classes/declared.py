"""Classes that settings rely on, and classes that layers add beside others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dtl_engine.sdk import ANY_SHAPE, LabelSpec, Schema, SchemaError, did_you_mean
from dtl_nodes.classes.labels import At


def require_declared(
    schema: Schema, labels: Mapping[At, str], doing: str, *, in_key: bool = False
) -> None:
    """Refuse labels that no input declares.

    Args:
        schema: what enters the layer.
        labels: the labels by where they stand in the settings.
        doing: the end of the message, as in "to drop".
        in_key: whether the labels are keys.

    Raises:
        SchemaError: E302.
    """
    known = schema.label_names
    for at, name in labels.items():
        if schema.label(name) is None:
            raise SchemaError(
                "E302",
                f"there is no class '{name}' {doing}",
                at=at,
                value=name,
                allowed=known,
                help=did_you_mean(name, known) or f"classes here: {', '.join(known) or 'none'}",
                in_key=in_key,
            )


def with_label_like(schema: Schema, model: LabelSpec, name: str, color: str, at: At) -> Schema:
    """Return the schema with label ``name`` for objects of the shape of ``model``.

    Args:
        schema: what enters the layer.
        model: the label whose objects get another title.
        name: the title.
        color: of the label if it is not declared yet.
        at: where the title stands in the settings.

    Raises:
        SchemaError: E303, the label is declared with another shape.
    """
    known = schema.label(name)
    if known is None:
        return replace(schema, labels=(*schema.labels, LabelSpec(name, model.kind, color)))
    if known.kind not in (model.kind, ANY_SHAPE):
        raise SchemaError(
            "E303",
            f"objects of class '{model.name}' ({model.kind}) cannot become '{name}', which has "
            f"shape {known.kind} here",
            at=at,
            value=name,
            help="use another class name",
        )
    return schema
