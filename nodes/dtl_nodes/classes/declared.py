"""Classes that settings rely on, and classes that layers add beside others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dtl_engine.sdk import ANY_SHAPE, LabelSpec, Schema, SchemaError, ShapeKind
from dtl_nodes.classes.labels import At
from dtl_nodes.classes.reserved import refuse_reserved
from dtl_nodes.classes.unknown import require_known


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
    for at, name in labels.items():
        require_known(schema.label_names, name, doing, at, in_key=in_key)


def with_made_label(
    schema: Schema, name: str, kind: ShapeKind, at: At, color: str | None = None
) -> Schema:
    """Return the schema with label ``name`` for objects that a layer makes.

    Args:
        schema: what enters the layer.
        name: the label that the settings give them.
        kind: their shape.
        at: where the label stands in the settings.
        color: of the label if it is not declared yet; ``None``: one far from the others'.

    Raises:
        SchemaError: E303, the label is declared with another shape; E305, it is a reserved word.
    """
    refuse_reserved(name, at=at)
    return schema.with_label(name, kind, at=at, color=color)


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
