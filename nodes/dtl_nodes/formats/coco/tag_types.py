"""Tags for what COCO says of an object beside its shape: crowds, scores, attributes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from dtl_engine.sdk import AnnotationError, Tag, TagSpec, TagValueType

CROWD = "iscrowd"
SCORE = "confidence"

_LOGICAL, _NUMBER, _TEXT = 1, 2, 4


@dataclass
class TagTypes:
    """What values each tag was met with; from all of them follows how it is declared."""

    met: dict[str, int] = field(default_factory=dict)

    def meet(self, name: str, value: object) -> None:
        """Take note of a value; ``None`` is none."""
        if name and value is not None:
            self.met[name] = self.met.get(name, 0) | _kind(value)

    def meet_all(self, attributes: object) -> None:
        """Take note of all members of ``attributes``, if it is an object."""
        if isinstance(attributes, dict):
            for name, value in attributes.items():
                self.meet(name, value)

    def specs(self) -> tuple[TagSpec, ...]:
        """Return the declarations, by name."""
        return tuple(TagSpec(name, _TYPES.get(met, TagValueType.STRING)) for name, met in self)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        yield from sorted(self.met.items())


_TYPES = {_LOGICAL: TagValueType.NONE, _NUMBER: TagValueType.NUMBER}


def _kind(value: object) -> int:
    if isinstance(value, bool):
        return _LOGICAL
    return _NUMBER if isinstance(value, (int, float)) else _TEXT


def read_tag(name: str, value: Any, types: Mapping[str, TagValueType]) -> Iterator[Tag]:
    """Yield the tag for an attribute, as it is declared; none for one that is false or null.

    Raises:
        AnnotationError: F604, a number is not finite.
    """
    declared = types.get(name)
    if declared is None or value is None:
        return
    if declared is TagValueType.NONE:
        if value:
            yield Tag(name)
    elif declared is TagValueType.NUMBER:
        if not math.isfinite(value):
            raise AnnotationError("F604", f"the attribute '{name}' is not finite")
        yield Tag(name, value)
    else:
        yield Tag(name, value if isinstance(value, str) else orjson.dumps(value).decode())


def read_attributes(attributes: Any, types: Mapping[str, TagValueType]) -> Iterator[Tag]:
    """Yield the tags for the member ``attributes`` of an object."""
    if isinstance(attributes, dict):
        for name, value in attributes.items():
            yield from read_tag(name, value, types)


def read_image_tags(tags: Any, types: Mapping[str, TagValueType]) -> Iterator[Tag]:
    """Yield the tags of an image: names, or objects with a name and a value."""
    for name, value in image_tags(tags):
        yield from read_tag(name, value, types)


def image_tags(tags: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each tag of an image; what is no tag is left out."""
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str) and tag:
            yield tag, True
        elif isinstance(tag, dict) and isinstance(tag.get("name"), str) and tag["name"]:
            yield tag["name"], tag.get("value", True)
