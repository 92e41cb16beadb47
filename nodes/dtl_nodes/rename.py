"""The ``rename`` node: give classes other titles, join or drop them."""

from __future__ import annotations

from collections.abc import Mapping

from dtl_engine.sdk import MapNode, Sample, Schema, Settings
from dtl_nodes.classes.class_mapping import map_classes, map_instances
from dtl_nodes.classes.reserved import KEEP, OTHER


class RenameSettings(Settings):
    """Settings of ``rename``."""

    classes_mapping: dict[str, str]
    """Class -> new title, ``__default__`` (keep) or ``__ignore__`` (drop its objects). Classes that
    are not mentioned stay; ``__other__`` has no meaning here."""

    @property
    def mapping(self) -> Mapping[str, str]:
        """The mapping with what it says about all other classes."""
        return {**self.classes_mapping, OTHER: KEEP}

    @property
    def keeps_all(self) -> bool:
        """Whether no class changes."""
        return all(value in (KEEP, key) for key, value in self.mapping.items())


class Rename(MapNode[RenameSettings]):
    """Rename classes, join several under one title, or drop them.

    All entries apply at once, so that two classes can swap their titles. Classes that come to
    share a title need one shape; one that had the title before keeps its colour.

    Example:
        {"classes_mapping": {"box": "crate", "dot": "__ignore__"}}

    Source: DTL ``rename``, which applied one entry after the other.
    """

    action = "rename"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: RenameSettings, schema: Schema) -> Schema:
        """Rename, join and drop the declarations."""
        return map_classes(settings.mapping, schema, at=("classes_mapping",))

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with objects of the new classes."""
        if self.settings.keeps_all:
            return sample
        return sample.replace(instances=map_instances(self.settings.mapping, sample.instances))
