"""The ``drop_obj_by_class`` node: drop classes with all their objects."""

from __future__ import annotations

from dataclasses import replace

from dtl_engine.sdk import MapNode, Sample, Schema, Settings
from dtl_nodes.classes.declared import require_declared
from dtl_nodes.classes.labels import Labels, places
from dtl_nodes.objects.exchanged import with_instances


class DropObjByClassSettings(Settings):
    """Settings of ``drop_obj_by_class``."""

    classes: Labels
    """The classes to drop."""


class DropObjByClass(MapNode[DropObjByClassSettings]):
    """Drop classes with all their objects; images stay, even without any object.

    Example:
        {"classes": ["dot", "path"]}

    Source: DTL ``drop_obj_by_class``.
    """

    action = "drop_obj_by_class"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: DropObjByClassSettings, schema: Schema) -> Schema:
        """Take back the declarations."""
        require_declared(schema, places("classes", settings.classes), "to drop")
        kept = (label for label in schema.labels if label.name not in settings.classes)
        return replace(schema, labels=tuple(kept))

    def apply(self, sample: Sample) -> Sample:
        """Return the sample without the objects."""
        dropped = self.settings.classes
        kept = [instance for instance in sample.instances if instance.label not in dropped]
        return with_instances(sample, kept)
