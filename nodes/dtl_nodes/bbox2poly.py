"""The ``bbox2poly`` node: rectangles become polygons."""

from __future__ import annotations

from collections.abc import Iterable

from dtl_engine.sdk import Instance, MapNode, Polygon, Rectangle, Sample, Schema, ShapeKind
from dtl_nodes.families.conversion import ConversionSettings, convert_objects, convert_schema
from dtl_nodes.objects.instances import require_shape


class BoxToPolygon(MapNode[ConversionSettings]):
    """Turn rectangles into polygons of four vertices.

    They run from the left top corner down to the left bottom one, then to the right. Tags and
    descriptions stay.

    Example:
        {"classes_mapping": {"box": "box_outline"}}

    Source: DTL ``bbox2poly``; objects keep their tags.
    """

    action = "bbox2poly"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: ConversionSettings, schema: Schema) -> Schema:
        """The classes, of rectangles, become polygons."""
        why = "'bbox2poly' converts"
        return convert_schema(settings, schema, ShapeKind.POLYGON, ShapeKind.RECTANGLE, why)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with polygons in place of the rectangles."""
        return convert_objects(sample, self.settings.classes_mapping, self._polygon)

    def _polygon(self, instance: Instance) -> Iterable[Polygon]:
        x0, y0, x1, y1 = require_shape(instance, Rectangle, self.action).bbox
        return (Polygon(((x0, y0), (x0, y1), (x1, y1), (x1, y0))),)
