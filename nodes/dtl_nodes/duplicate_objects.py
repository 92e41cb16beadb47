"""The ``duplicate_objects`` node: put a copy of another class on top of objects."""

from __future__ import annotations

from collections.abc import Mapping

from dtl_engine.sdk import Instance, MapNode, Sample, Schema, Settings
from dtl_nodes.classes.class_mapping import relabelled
from dtl_nodes.classes.declared import require_declared, with_label_like
from dtl_nodes.classes.labels import At
from dtl_nodes.classes.reserved import IGNORE, KEEP, OTHER, refuse_reserved
from dtl_nodes.objects.exchanged import with_instances


class DuplicateObjectsSettings(Settings):
    """Settings of ``duplicate_objects``."""

    classes_mapping: dict[str, str]
    """Class -> title of the copy; ``__default__`` keeps the title, ``__ignore__`` makes no copy.
    Classes that are not mentioned stay alone; ``__other__`` has no meaning here."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Title of the copies by class, for the classes whose objects are copied."""
        return {
            name: name if title == KEEP else title
            for name, title in self.classes_mapping.items()
            if name != OTHER and title != IGNORE
        }


class DuplicateObjects(MapNode[DuplicateObjectsSettings]):
    """Put a copy of another class right above each object of a class.

    Copies have the shape, tags and description of their objects; a new class has the colour of
    the one that is copied.

    Example:
        {"classes_mapping": {"box": "frame", "blob": "__default__"}}

    Source: DTL ``duplicate_objects``; ``__default__`` and ``__ignore__`` mean what they mean in
        its second generation.
    """

    action = "duplicate_objects"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: DuplicateObjectsSettings, schema: Schema) -> Schema:
        """Declare the classes of the copies."""
        key = "classes_mapping"
        named: dict[At, str] = {(key, n): n for n in settings.classes_mapping if n != OTHER}
        require_declared(schema, named, "to duplicate", in_key=True)
        for name, title in settings.titles.items():
            refuse_reserved(title, at=(key, name))
            source = schema.label(name)
            assert source is not None
            schema = with_label_like(schema, source, title, source.color, (key, name))
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the copies."""
        titles = self.settings.titles
        instances: list[Instance] = []
        for instance in sample.instances:
            instances.append(instance)
            title = titles.get(instance.label)
            if title == instance.label:
                instances.append(instance)
            elif title is not None:
                instances.append(relabelled(instance, title))
        return with_instances(sample, instances)
