"""The ``rasterize`` node: objects of any shape become masks that do not overlap."""

from __future__ import annotations

from dtl_engine.sdk import Instance, MapNode, Mask, Sample, Schema, ShapeKind
from dtl_nodes.classes.labels import converted, converted_title
from dtl_nodes.families.conversion import ConversionSettings, convert_schema
from dtl_nodes.kernels.draw import draw_filled
from dtl_nodes.kernels.layering import visible_parts


class Rasterize(MapNode[ConversionSettings]):
    """Draw objects of any shape into masks that do not overlap: later objects take the pixels.

    All objects of the mapped classes are drawn as by ``poly2bitmap`` and each keeps the pixels
    that no later one covers; objects without a pixel left vanish. They come behind the objects of
    other classes, which neither cover nor are covered. Tags and descriptions stay.

    Example:
        {"classes_mapping": {"patch": "patch_mask", "box": "box_mask", "blob": "blob"}}

    Source: DTL ``rasterize``; the original one lost an object when every pixel was covered.
    """

    action = "rasterize"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: ConversionSettings, schema: Schema) -> Schema:
        """The classes become masks."""
        return convert_schema(settings, schema, ShapeKind.BITMAP)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the masks behind all other objects."""
        mapping = self.settings.classes_mapping
        others: list[Instance] = []
        objects: list[tuple[Instance, str]] = []
        drawn: list[Mask] = []
        for instance in sample.instances:
            title = converted_title(mapping, instance.label)
            if title is None:
                others.append(instance)
            elif (mask := draw_filled(instance.shape, sample.annotation.size)) is not None:
                objects.append((instance, title))
                drawn.append(mask)
        if len(others) == len(sample.instances):
            return sample
        parts = visible_parts(drawn, sample.annotation.size)
        for (instance, title), part in zip(objects, parts, strict=True):
            if part is not None:
                others.extend(converted(instance, title, (part,)))
        return sample.replace(instances=others)
