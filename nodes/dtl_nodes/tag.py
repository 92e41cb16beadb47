"""The ``tag`` node: add a tag to images, or delete it."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, model_validator
from pydantic import Tag as UnionTag
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import (
    MapNode,
    Sample,
    Schema,
    SchemaError,
    Settings,
    Tag,
    TagSpec,
    TagValueType,
)

Name = Annotated[str, Field(min_length=1)]


class NamedTag(Settings):
    """A tag with its value."""

    name: Name
    """The name of the tag."""

    value: str | None = None
    """The value; leave it out for ``delete``."""


def _form(value: object) -> str:
    return "[object]" if isinstance(value, (dict, NamedTag)) else "[string]"


class TagSettings(Settings):
    """Settings of ``tag``."""

    tag: Annotated[
        Annotated[Name, UnionTag("[string]")] | Annotated[NamedTag, UnionTag("[object]")],
        Discriminator(_form),
    ]
    """The tag's name, or ``{"name": ..., "value": ...}``."""

    action: Literal["add", "delete"]
    """``add`` sets the tag, in place of another value; ``delete`` removes it, whatever its
    value."""

    @model_validator(mode="after")
    def _no_value_to_delete(self) -> Self:
        if self.action == "delete" and self.value is not None:
            raise PydanticCustomError(
                "value_error", "a tag is deleted by its name; leave 'value' out"
            )
        return self

    @property
    def name(self) -> str:
        """The tag's name."""
        return self.tag if isinstance(self.tag, str) else self.tag.name

    @property
    def value(self) -> str | None:
        """The tag's value, if it has one."""
        return None if isinstance(self.tag, str) else self.tag.value


class TagImages(MapNode[TagSettings]):
    """Add a tag to each image, or delete it; tags of objects stay.

    A tag added without a value keeps one that is there; a value replaces another.

    Example:
        {"tag": "train", "action": "add"}

    Source: DTL ``tag``; values are compared, as it was meant to.
    """

    action = "tag"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: TagSettings, schema: Schema) -> Schema:
        """Declare the tag, or take back its declaration."""
        if settings.action == "delete":
            return schema.without_tag(settings.name)
        known = schema.tag(settings.name)
        if known is None:
            as_object = not isinstance(settings.tag, str)
            kind = TagValueType.STRING if as_object else TagValueType.NONE
            return schema.with_tag(TagSpec(settings.name, kind))
        _check_value(settings, known)
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the tag set or gone."""
        name, value = self.settings.name, self.settings.value
        present = next((tag for tag in sample.tags if tag.name == name), None)
        if self.settings.action == "delete":
            if present is None:
                return sample
            return sample.replace(tags=tuple(tag for tag in sample.tags if tag.name != name))
        if present is None:
            return sample.replace(tags=(*sample.tags, Tag(name, value)))
        if value is None or value == present.value:
            return sample
        changed = Tag(name, value, present.extra)
        return sample.replace(tags=tuple(changed if tag is present else tag for tag in sample.tags))


def _check_value(settings: TagSettings, known: TagSpec) -> None:
    """Refuse a value that the declared tag cannot have."""
    value = settings.value
    if value is None:
        return
    help = ""
    if known.value_type is TagValueType.CHOICE and value not in known.values:
        help = f"one of: {', '.join(known.values)}"
    elif known.value_type in (TagValueType.NONE, TagValueType.NUMBER):
        help = "use another tag name"
    if help:
        raise SchemaError(
            "E304",
            f"tag '{known.name}' is declared as {known.value_type} and cannot be '{value}'",
            at=("tag", "value"),
            value=value,
            allowed=known.values,
            help=help,
        )
