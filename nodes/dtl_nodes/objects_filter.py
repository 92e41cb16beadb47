"""The ``objects_filter`` node: keep or drop objects by class or by size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator
from pydantic import Tag as UnionTag

from dtl_engine.sdk import Instance, MapNode, Sample, Schema, Settings, Size, distinct_color
from dtl_nodes.classes.class_mapping import relabelled
from dtl_nodes.classes.declared import with_label_like
from dtl_nodes.classes.labels import At, Label, Labels
from dtl_nodes.classes.reserved import refuse_reserved
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.object_sizes import AnyAreaSize, Comparator

SIZES_AT = ("filter_by", "polygon_sizes")


class RemapClass(Settings):
    """Move objects to another class."""

    remap_class: Label
    """The other class; declared with the shape of ``filtering_classes`` if it is not yet."""


def _action_form(value: object) -> str | None:
    if isinstance(value, (dict, RemapClass)):
        return "[object]"
    return "[string]" if value == "delete" else None


class PolygonSizes(Settings):
    """Which objects by size, whatever their shape, and what becomes of them."""

    filtering_classes: Labels
    """Classes of the objects that are looked at; others pass."""

    area_size: AnyAreaSize
    """The size to compare with: ``{"percent": ...}`` of the image, ``{"pixels": ...}``, or
    ``{"width": ..., "height": ...}`` of the box around the object."""

    comparator: Comparator
    """Which objects are meant: those that are ``less`` or ``greater`` than the size, strictly."""

    action: Annotated[
        Annotated[Literal["delete"], UnionTag("[string]")]
        | Annotated[RemapClass, UnionTag("[object]")],
        Discriminator(
            _action_form,
            custom_error_type="delete_or_remap",
            custom_error_message='the action is "delete" or {"remap_class": ...}',
        ),
    ]
    """``"delete"`` the objects, or ``{"remap_class": ...}``: move them to another class."""

    def filtered(self, instance: Instance, image: Size) -> Instance | None:
        """Return what becomes of an object of an image of that size."""
        if instance.label not in self.filtering_classes:
            return instance
        if not self.area_size.is_beyond(instance.shape, image, self.comparator):
            return instance
        if isinstance(self.action, str):
            return None
        target = self.action.remap_class
        return instance if instance.label == target else relabelled(instance, target)


class BySize(Settings):
    """By size."""

    polygon_sizes: PolygonSizes
    """What becomes of small or large objects; of any shape, in spite of the name."""


class ByName(Settings):
    """By class."""

    names: Labels
    """Classes of the objects to keep; all others are dropped, their declarations stay."""


def _filter_form(value: object) -> str | None:
    if isinstance(value, (BySize, ByName)):
        return "[sizes]" if isinstance(value, BySize) else "[names]"
    keys = value.keys() & {"polygon_sizes", "names"} if isinstance(value, dict) else set()
    return {("polygon_sizes",): "[sizes]", ("names",): "[names]"}.get(tuple(keys))


class ObjectsFilterSettings(Settings):
    """Settings of ``objects_filter``."""

    filter_by: Annotated[
        Annotated[BySize, UnionTag("[sizes]")] | Annotated[ByName, UnionTag("[names]")],
        Discriminator(
            _filter_form,
            custom_error_type="exactly_one",
            custom_error_message="exactly one of 'polygon_sizes' and 'names' is needed",
        ),
    ]
    """``{"polygon_sizes": ...}`` or ``{"names": [...]}``."""


class ObjectsFilter(MapNode[ObjectsFilterSettings]):
    """Keep objects of some classes only, or drop small or large objects or move them elsewhere.

    Lines and points have no area. Classes stay declared even if no object is left.

    Example:
        {"filter_by": {"polygon_sizes": {
            "filtering_classes": ["blob", "patch"], "area_size": {"percent": 2.5},
            "comparator": "less", "action": "delete"}}}

    Source: DTL ``objects_filter``; ``names``, ``pixels`` and ``remap_class`` were announced there
        and in its second generation.
    """

    action = "objects_filter"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: ObjectsFilterSettings) -> Mapping[At, str]:
        """The classes to look at, or to keep."""
        chosen = settings.filter_by
        if isinstance(chosen, ByName):
            return {("filter_by", "names", at): name for at, name in enumerate(chosen.names)}
        names = chosen.polygon_sizes.filtering_classes
        return {(*SIZES_AT, "filtering_classes", at): name for at, name in enumerate(names)}

    @staticmethod
    def infer_schema(settings: ObjectsFilterSettings, schema: Schema) -> Schema:
        """Declare the class that objects move to."""
        chosen = settings.filter_by
        if isinstance(chosen, ByName) or isinstance(chosen.polygon_sizes.action, str):
            return schema
        target = chosen.polygon_sizes.action.remap_class
        at = (*SIZES_AT, "action", "remap_class")
        refuse_reserved(target, at=at)
        for name in chosen.polygon_sizes.filtering_classes:
            source = schema.label(name)
            if source is not None:
                color = distinct_color(label.color for label in schema.labels)
                schema = with_label_like(schema, source, target, color, at)
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the objects that stay."""
        chosen = self.settings.filter_by
        if isinstance(chosen, ByName):
            kept = [instance for instance in sample.instances if instance.label in chosen.names]
        else:
            sizes = chosen.polygon_sizes
            looked = (
                sizes.filtered(instance, sample.annotation.size) for instance in sample.instances
            )
            kept = [instance for instance in looked if instance is not None]
        return with_instances(sample, kept)
