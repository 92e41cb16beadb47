"""The ``road_lines`` node: the left and the right edge of each road."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from dtl_engine.sdk import (
    Instance,
    MapNode,
    Polygon,
    Polyline,
    Sample,
    Schema,
    Settings,
    ShapeKind,
)
from dtl_nodes.classes.declared import with_made_label
from dtl_nodes.classes.labels import At, Label, require_kinds
from dtl_nodes.kernels.road_edges import road_edges
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.instances import require_shape

LINE_COLOR = "#000088"


class RoadLinesSettings(Settings):
    """Settings of ``road_lines``."""

    road_class: Label
    """The class of the roads, polygons."""

    road_lines_class: Label
    """The class of the lines; declared if it is not yet."""

    min_road_area: Annotated[float, Field(ge=1)] = 1
    """Roads from this area on get lines, in square pixels of an image 1000 pixels wide: it is
    multiplied by W / 1000."""

    road_area: Literal["bbox", "polygon"] = "bbox"
    """Whose area that is: of the box around the road, as in the original, or of the road."""


class RoadLines(MapNode[RoadLinesSettings]):
    """Add two lines along the left and the right edge of each road, seen from a car.

    The lines run between corners of the road's convex hull and follow the road in the list. Where
    the hull has many corners, they end where the road bends out of view.

    Example:
        {"road_class": "patch", "road_lines_class": "edge", "min_road_area": 100}

    Source: DTL ``road_lines``, first generation.
    """

    action = "road_lines"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: RoadLinesSettings, schema: Schema) -> Schema:
        """Declare the class of the lines; that of the roads must be of polygons."""
        roads = RoadLines.mentioned_labels(settings)
        require_kinds(schema, roads, (ShapeKind.POLYGON,), "'road_lines' takes")
        made = settings.road_lines_class
        return with_made_label(schema, made, ShapeKind.LINE, ("road_lines_class",), LINE_COLOR)

    @staticmethod
    def mentioned_labels(settings: RoadLinesSettings) -> Mapping[At, str]:
        """The class of the roads."""
        return {("road_class",): settings.road_class}

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with two lines behind each road that is large enough."""
        size = sample.annotation.size
        least = self.settings.min_road_area * size.width / 1000
        instances: list[Instance] = []
        for instance in sample.instances:
            instances.append(instance)
            if instance.label == self.settings.road_class:
                road = require_shape(instance, Polygon, self.action)
                if self._area(road) >= least:
                    edges = road_edges(road.exterior, size)
                    label = self.settings.road_lines_class
                    instances += [Instance(label, Polyline(edge)) for edge in edges]
        return with_instances(sample, instances)

    def _area(self, road: Polygon) -> float:
        """Return the area that counts, in square pixels."""
        if self.settings.road_area == "polygon":
            return road.area
        x0, y0, x1, y1 = road.bbox
        return (x1 - x0) * (y1 - y0)
