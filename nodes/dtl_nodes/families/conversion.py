"""What layers that turn the objects of some classes into another shape have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dtl_engine.sdk import Instance, Sample, Schema, Settings, Shape, ShapeKind
from dtl_nodes.classes.labels import (
    At,
    Label,
    convert_labels,
    converted,
    converted_title,
    require_kinds,
)


class ConversionSettings(Settings):
    """Settings of layers that convert classes."""

    classes_mapping: dict[Label, str]
    """Class -> title of the class that its objects belong to afterwards; ``__default__`` keeps the
    title. Objects of other classes pass."""


def convert_schema(
    settings: ConversionSettings,
    schema: Schema,
    kind: ShapeKind,
    accepted: ShapeKind | None = None,
    why: str = "",
) -> Schema:
    """Return the schema after the mapped classes took another shape.

    Args:
        settings: with the mapping.
        schema: what enters the layer.
        kind: the shape of the converted classes.
        accepted: the one shape that the layer works on; ``None`` for all.
        why: the layer's part of the message, as in "'bbox2poly' converts".

    Raises:
        SchemaError: a class is unknown or has a wrong shape, or a title is taken.
    """
    mapping = settings.classes_mapping
    if accepted is not None:
        keys: Mapping[At, str] = {("classes_mapping", name): name for name in mapping}
        require_kinds(schema, keys, (accepted,), why, in_key=True)
    return convert_labels(mapping, schema, kind)


def convert_objects(
    sample: Sample, mapping: Mapping[str, str], convert: Callable[[Instance], Iterable[Shape]]
) -> Sample:
    """Return the sample with the objects of the mapped classes converted in their places.

    Args:
        sample: any sample.
        mapping: class -> title.
        convert: from an object to the shapes that take the place of its own.
    """
    instances: list[Instance] = []
    is_same = True
    for instance in sample.instances:
        title = converted_title(mapping, instance.label)
        if title is None:
            instances.append(instance)
        else:
            is_same = False
            instances.extend(converted(instance, title, convert(instance)))
    return sample if is_same else sample.replace(instances=instances)
