"""The ``objects_filter_by_area`` node: drop, keep or tag objects by their area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Instance, MapNode, Sample, Schema, Settings
from dtl_nodes.classes.labels import At, Label, places
from dtl_nodes.classes.tag_values import TagValue, declare_tag, set_tag
from dtl_nodes.objects.exchanged import with_instances


class TagToAdd(Settings):
    """A tag with its value."""

    name: Annotated[str, Field(min_length=1)]
    """The name of the tag; declared if it is not yet."""

    value: TagValue = None
    """The value, or ``null`` for none."""


class ObjectsFilterByAreaSettings(Settings):
    """Settings of ``objects_filter_by_area``."""

    classes: Annotated[tuple[Label, ...], Field(min_length=1)]
    """Classes of the objects that are looked at."""

    area: Annotated[float, Field(ge=0)]
    """The area to compare with, in square pixels; holes of polygons count, lines and points have
    none."""

    comparator: Literal["lt", "gt"]
    """Which objects are meant: those of an area less (``lt``) or greater (``gt``) than ``area``,
    strictly."""

    action: Literal["delete", "keep", "add_tags"]
    """``delete`` these objects; ``keep`` only these, so that all others go, those of other classes
    too; or ``add_tags``: add ``tags_to_add`` to them."""

    tags_to_add: tuple[TagToAdd, ...] | None = None
    """The tags to add, ``{"name": ..., "value": ...}``; needed for ``add_tags``, else unused."""

    @model_validator(mode="after")
    def _has_tags(self) -> Self:
        if self.action == "add_tags" and self.tags_to_add is None:
            raise PydanticCustomError("value_error", "action 'add_tags' needs 'tags_to_add'")
        return self

    @property
    def added(self) -> Sequence[TagToAdd]:
        """The tags to add; none for other actions."""
        return self.tags_to_add or () if self.action == "add_tags" else ()

    def means(self, instance: Instance) -> bool:
        """Whether something happens to the object."""
        if instance.label not in self.classes:
            return False
        area = instance.shape.area
        return area < self.area if self.comparator == "lt" else area > self.area


class ObjectsFilterByArea(MapNode[ObjectsFilterByAreaSettings]):
    """Drop small or large objects, keep nothing but them, or tag them.

    A tag that an object has already gets the new value, if there is one.

    Example:
        {"classes": ["blob", "patch"], "area": 1500, "comparator": "lt", "action": "add_tags",
         "tags_to_add": [{"name": "small", "value": null}]}

    Source: DTL ``objects_filter_by_area``, second generation, which skipped undeclared tags
        without a word; here they are declared.
    """

    action = "objects_filter_by_area"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: ObjectsFilterByAreaSettings) -> Mapping[At, str]:
        """The classes to look at."""
        return places("classes", settings.classes)

    @staticmethod
    def infer_schema(settings: ObjectsFilterByAreaSettings, schema: Schema) -> Schema:
        """Declare the tags that are added."""
        for at, tag in enumerate(settings.added):
            schema = declare_tag(schema, tag.name, tag.value, ("tags_to_add", at, "value"))
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the objects that stay."""
        settings = self.settings
        match settings.action:
            case "delete":
                kept = [each for each in sample.instances if not settings.means(each)]
            case "keep":
                kept = [each for each in sample.instances if settings.means(each)]
            case "add_tags":
                kept = [
                    _tagged(each, settings.added) if settings.means(each) else each
                    for each in sample.instances
                ]
        return with_instances(sample, kept)


def _tagged(instance: Instance, added: Sequence[TagToAdd]) -> Instance:
    tags = instance.tags
    for new in added:
        tags = set_tag(tags, new.name, new.value)
    return instance if tags is instance.tags else replace(instance, tags=tags)
