"""The ``tag`` node: add a tag to images, or delete it."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, model_validator
from pydantic import Tag as UnionTag
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import MapNode, Sample, Schema, Settings, TagValueType
from dtl_nodes.classes.tag_values import TagValue, declare_tag, set_tag

Name = Annotated[str, Field(min_length=1)]


class NamedTag(Settings):
    """A tag with its value."""

    name: Name
    """The name of the tag."""

    value: TagValue = None
    """The value, a string or a number; leave it out for ``delete``."""


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
    def value(self) -> TagValue:
        """The tag's value, if it has one."""
        return None if isinstance(self.tag, str) else self.tag.value


class TagImages(MapNode[TagSettings]):
    """Add a tag to each image, or delete it; tags of objects stay.

    A tag added without a value keeps one that is there; a value replaces another. A tag that is
    not declared yet is one of texts, or of numbers if its value is one.

    Example:
        {"tag": "train", "action": "add"}

    Source: DTL ``tag``; values are compared, as it was meant to, and may be numbers.
    """

    action = "tag"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: TagSettings, schema: Schema) -> Schema:
        """Declare the tag, or take back its declaration."""
        if settings.action == "delete":
            return schema.without_tag(settings.name)
        name, value = settings.name, settings.value
        kind = TagValueType.NONE if isinstance(settings.tag, str) else TagValueType.STRING
        return declare_tag(schema, name, value, ("tag", "value"), without_value=kind)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the tag set or gone."""
        name, before = self.settings.name, sample.tags
        if self.settings.action == "add":
            tags = set_tag(before, name, self.settings.value)
        else:
            tags = tuple(tag for tag in before if tag.name != name)
        return sample if tags == before else sample.replace(tags=tags)
