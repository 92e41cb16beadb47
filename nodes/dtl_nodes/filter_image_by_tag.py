"""The ``filter_image_by_tag`` node: send samples by the tags of images or objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from dtl_engine.sdk import SAMPLES_TO_TRUE_FALSE, RouteNode, Sample, Settings, Tag

Pair = tuple[str, str | int | float | None]


class WantedTag(Settings):
    """A tag with its value."""

    name: Annotated[str, Field(min_length=1)]
    """The name of the tag."""

    value: str | int | float | None = None
    """The value; ``null`` for a tag without one."""


class FilterImageByTagSettings(Settings):
    """Settings of ``filter_image_by_tag``."""

    tags: tuple[WantedTag, ...]
    """The tags to look for, compared by name and value."""

    condition: Literal["with_img", "without_img", "with_obj", "without_obj"]
    """``with_img``: the image has all of them; ``without_img``: it has none; ``with_obj``: each
    is on some object; ``without_obj``: none is on any object."""


class FilterImageByTag(RouteNode[FilterImageByTagSettings]):
    """Send samples by the tags that their image or their objects have.

    Where the condition holds, the sample leaves by the first output, else by the second.

    Example:
        {"condition": "with_img", "tags": [{"name": "note", "value": "left tray"}]}

    Source: DTL ``filter_image_by_tag``, second generation.
    """

    action = "filter_image_by_tag"
    family = "flow"
    signature = SAMPLES_TO_TRUE_FALSE

    def apply(self, sample: Sample) -> str:
        """Compare the tags."""
        condition = self.settings.condition
        wanted = {(tag.name, tag.value) for tag in self.settings.tags}
        if condition.endswith("_img"):
            present = _pairs(sample.tags)
        else:
            present = _pairs(tag for instance in sample.instances for tag in instance.tags)
        holds = wanted <= present if condition.startswith("with_") else wanted.isdisjoint(present)
        return "true" if holds else "false"


def _pairs(tags: Iterable[Tag]) -> set[Pair]:
    return {(tag.name, tag.value) for tag in tags}
