"""The ``config.json`` of a checkpoint: settings, classes and architecture of a model.

Source: the checkpoint of the original plugins, one schema for all networks; older key names are
read too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dtl_engine.sdk import LabelSpec, ModelFamily, ModelSpec, ShapeKind, TagSpec, TagValueType

FORMAT_VERSION = 1
CONFIG = "config.json"
WEIGHTS = "model.safetensors"
METRICS = "metrics.json"
GRAPH = "graph.json"
CONFIDENCE = "confidence"

CONFIG_PROPERTY = "dtl_config"
"""Where an exported file holds the text of ``config.json``."""

KINDS = {
    ModelFamily.INSTANCES: ShapeKind.BITMAP,
    ModelFamily.SEMANTIC: ShapeKind.BITMAP,
    ModelFamily.BOXES: ShapeKind.RECTANGLE,
}
"""The shape of what each family finds."""


@dataclass(frozen=True)
class ModelConfig:
    """All that is needed to build a network and to read its outputs.

    ``indices`` maps each class (for a classifier: each tag) to its output; index 0 is the
    background where there is one. ``labels`` are the classes as they are declared in results, the
    background included. ``architecture`` holds ``name`` and the options that shape the network, as
    ``{"name": "unet", "encoder": "resnet18"}``; ``settings`` are those of the training, merged
    with all defaults, input size among them.
    """

    architecture: Mapping[str, Any]
    family: ModelFamily
    indices: Mapping[str, int]
    labels: tuple[LabelSpec, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the architecture."""
        return str(self.architecture["name"])

    @property
    def outputs(self) -> int:
        """How many classes the network tells apart, the background included."""
        return max(self.indices.values(), default=-1) + 1

    @property
    def background(self) -> str | None:
        """The class of index 0 where that means 'nothing'; a classifier has none."""
        if self.family is ModelFamily.TAGS:
            return None
        return next((title for title, index in self.indices.items() if index == 0), None)

    @property
    def titles(self) -> tuple[str, ...]:
        """The classes that the network tells apart, in the order of its outputs."""
        return tuple(sorted(self.indices, key=self.indices.__getitem__))

    def title_of(self, index: int) -> str:
        """Return the class of an output."""
        return next(title for title, each in self.indices.items() if each == index)

    def spec(self, suffix: str, *, confidence: str = CONFIDENCE) -> ModelSpec:
        """Return what the model predicts, as it travels along edges: classes as ``in_order``.

        Args:
            suffix: what names get by default.
            confidence: the tag on objects that holds their score.
        """
        if self.family is ModelFamily.TAGS:
            tags = tuple(TagSpec(title, TagValueType.NUMBER) for title in self.titles)
            return ModelSpec(self.family, (), tags, suffix)
        tags = ()
        if self.family is not ModelFamily.SEMANTIC:
            tags = (TagSpec(confidence, TagValueType.NUMBER),)
        shown = tuple(
            label
            for label in in_order(self).labels
            if self.family is ModelFamily.SEMANTIC or label.name != self.background
        )
        return ModelSpec(
            self.family, shown, tags, suffix, has_scores=self.family is ModelFamily.SEMANTIC
        )


def in_order(config: ModelConfig) -> ModelConfig:
    """Return a configuration with its classes in the order of the outputs.

    Scores are in the order of the classes, and where two are equal the lower output wins. Classes
    without an output are never predicted: they are left out.
    """
    declared = {label.name: label for label in config.labels}
    return replace(config, labels=tuple(declared[t] for t in config.titles if t in declared))
