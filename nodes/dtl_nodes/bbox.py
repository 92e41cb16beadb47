"""The ``bbox`` node: objects of any shape become their bounding boxes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from dtl_engine.sdk import Instance, MapNode, Mask, Rectangle, Sample, Schema, ShapeKind, Size
from dtl_nodes.families.conversion import ConversionSettings, convert_objects, convert_schema


class BoundingBox(MapNode[ConversionSettings]):
    """Turn objects of any shape into their bounding boxes, as rectangles.

    Boxes end at the border of the image; those without width or height are dropped, as of points
    and of upright or level lines. Tags and descriptions stay.

    Example:
        {"classes_mapping": {"patch": "patch_box"}}

    Source: DTL ``bbox``; objects keep their tags, and keypoints have a box too.
    """

    action = "bbox"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: ConversionSettings, schema: Schema) -> Schema:
        """The classes become rectangles."""
        return convert_schema(settings, schema, ShapeKind.RECTANGLE)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with boxes in place of the objects."""
        mapping = self.settings.classes_mapping
        return convert_objects(sample, mapping, partial(_box, size=sample.annotation.size))


def _box(instance: Instance, size: Size) -> Iterable[Rectangle]:
    # A mask as it was read may have empty margins, which do not count.
    shape = instance.shape.tightened() if isinstance(instance.shape, Mask) else instance.shape
    if shape is None:
        return ()
    return Rectangle(*shape.bbox).clip((0, 0, size.width, size.height))
