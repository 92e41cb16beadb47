"""The ``filter_image_without_objects`` node: send samples that lack objects of some classes."""

from __future__ import annotations

from collections.abc import Mapping

from dtl_engine.sdk import SAMPLES_TO_TRUE_FALSE, RouteNode, Sample, Settings
from dtl_nodes.classes.labels import At, Labels, places


class FilterImageWithoutObjectsSettings(Settings):
    """Settings of ``filter_image_without_objects``."""

    exclude_classes: Labels
    """The classes that must not be there."""


class FilterImageWithoutObjects(RouteNode[FilterImageWithoutObjectsSettings]):
    """Send samples without an object of the excluded classes to the first output.

    All others go to the second.

    Example:
        {"exclude_classes": ["hand"]}

    Source: DTL ``filter_image_without_objects``, second generation.
    """

    action = "filter_image_without_objects"
    family = "flow"
    signature = SAMPLES_TO_TRUE_FALSE

    @staticmethod
    def mentioned_labels(settings: FilterImageWithoutObjectsSettings) -> Mapping[At, str]:
        """Name the excluded classes."""
        return places("exclude_classes", settings.exclude_classes)

    def apply(self, sample: Sample) -> str:
        """Look at the classes of the objects."""
        excluded = self.settings.exclude_classes
        return "false" if any(found.label in excluded for found in sample.instances) else "true"
