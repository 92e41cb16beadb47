"""The ``filter_images_by_object`` node: send samples by the classes of their objects."""

from __future__ import annotations

from collections.abc import Mapping

from dtl_engine.sdk import SAMPLES_TO_TRUE_FALSE, RouteNode, Sample, Settings
from dtl_nodes.classes.labels import At, Labels, places


class FilterImagesByObjectSettings(Settings):
    """Settings of ``filter_images_by_object``."""

    include: Labels
    """The sample needs an object of every one of these classes."""

    exclude: Labels
    """The sample may have no object of any of these classes."""


class FilterImagesByObject(RouteNode[FilterImagesByObjectSettings]):
    """Send samples with objects of all included and no excluded class to the first output.

    All others go to the second. Empty lists ask for nothing.

    Example:
        {"include": ["box"], "exclude": ["hand"]}

    Source: DTL ``filter_images_by_object``, second generation.
    """

    action = "filter_images_by_object"
    family = "flow"
    signature = SAMPLES_TO_TRUE_FALSE

    @staticmethod
    def mentioned_labels(settings: FilterImagesByObjectSettings) -> Mapping[At, str]:
        """Name both lists."""
        return places("include", settings.include) | places("exclude", settings.exclude)

    def apply(self, sample: Sample) -> str:
        """Look at the classes of the objects."""
        present = {instance.label for instance in sample.instances}
        wanted = present.issuperset(self.settings.include)
        return "true" if wanted and present.isdisjoint(self.settings.exclude) else "false"
