"""What is known of a model before it is loaded: what it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dtl_engine.model.schema import LabelSpec, TagSpec


class ModelFamily(StrEnum):
    """What a model does to an image."""

    INSTANCES = "instances"
    """Finds objects with masks."""

    BOXES = "boxes"
    """Finds objects with boxes."""

    SEMANTIC = "semantic"
    """Gives each pixel a class."""

    TAGS = "tags"
    """Gives the image a class."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What a model predicts; it travels along edges of kind ``model`` when a graph is compiled.

    ``labels`` are its classes with the shape and the colour of what it makes, the background of a
    semantic model among them; ``tags`` what it sets on objects or on images. ``suffix`` is what
    names get by default in ``full_image`` mode. ``has_scores``: it can give scores per pixel.
    """

    family: ModelFamily
    labels: tuple[LabelSpec, ...] = ()
    tags: tuple[TagSpec, ...] = ()
    suffix: str = "_model"
    has_scores: bool = False

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the classes, in order."""
        return tuple(label.name for label in self.labels)

    @property
    def tag_names(self) -> tuple[str, ...]:
        """The names of the tags, in order."""
        return tuple(tag.name for tag in self.tags)
