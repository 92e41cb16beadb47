"""The ``contour_sliding_box`` node: boxes at equal distances along the outlines of polygons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import (
    Instance,
    MapNode,
    Polygon,
    Rectangle,
    Sample,
    Schema,
    Settings,
    ShapeKind,
    Size,
)
from dtl_nodes.classes.declared import with_made_label
from dtl_nodes.classes.labels import At, Label, Labels, places, require_kinds
from dtl_nodes.kernels.walk import walk
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.instances import require_shape
from dtl_nodes.settings.sides import Length, length_px

BOX_COLOR = "#00EE00"
LEGACY_STEP_PX = 0.1


def _check_positive(text: str) -> str:
    if not text.strip("0.px%"):
        raise PydanticCustomError("value_error", "the length must be more than 0")
    return text


PositiveLength = Annotated[Length, AfterValidator(_check_positive)]
"""``"12px"`` or ``"7.5%"``, more than 0; at least one pixel in each image."""


class BoxSize(Settings):
    """The size of the boxes."""

    width: PositiveLength
    """``"12px"``, or ``"5%"`` of the image's width."""

    height: PositiveLength
    """``"12px"``, or ``"5%"`` of the image's height."""


class ContourSlidingBoxSettings(Settings):
    """Settings of ``contour_sliding_box``."""

    classes: Labels
    """The classes of the polygons."""

    box: BoxSize
    """The size of the boxes; one larger than the image gets the size of the image."""

    distance: PositiveLength
    """From box to box along the outline: ``"12px"``, or ``"5%"`` of the image's shorter side."""

    exact_distance: bool = False
    """Set the boxes at just this distance; else a tenth of a pixel further apart each, as the
    original does."""

    box_class: Label
    """The class of the boxes; declared if it is not yet."""


class ContourSlidingBox(MapNode[ContourSlidingBoxSettings]):
    """Put boxes at equal distances along the outer outline of each polygon of some classes.

    The first box stands one distance behind the first vertex. Boxes are centred on the outline,
    or moved as far as they must to lie inside the image, and follow their polygon in the list.

    Example:
        {"classes": ["patch"], "box": {"width": "24px", "height": "10%"}, "distance": "40px",
         "box_class": "window"}

    Source: DTL ``contour_sliding_box``; odd sizes are kept, and boxes reach the image's last row
    and column.
    """

    action = "contour_sliding_box"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: ContourSlidingBoxSettings, schema: Schema) -> Schema:
        """Declare the class of the boxes; the classes named must be of polygons."""
        why = "'contour_sliding_box' walks around"
        polygons = ContourSlidingBox.mentioned_labels(settings)
        require_kinds(schema, polygons, (ShapeKind.POLYGON,), why)
        made = settings.box_class
        return with_made_label(schema, made, ShapeKind.RECTANGLE, ("box_class",), BOX_COLOR)

    @staticmethod
    def mentioned_labels(settings: ContourSlidingBoxSettings) -> Mapping[At, str]:
        """The classes of the polygons."""
        return places("classes", settings.classes)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with boxes behind the polygons."""
        instances: list[Instance] = []
        for instance in sample.instances:
            instances.append(instance)
            if instance.label in self.settings.classes:
                polygon = require_shape(instance, Polygon, self.action)
                boxes = self._boxes(polygon, sample.annotation.size)
                instances += [Instance(self.settings.box_class, box) for box in boxes]
        return with_instances(sample, instances)

    def _boxes(self, polygon: Polygon, size: Size) -> Iterator[Rectangle]:
        """Yield the boxes around one polygon."""
        step = float(max(length_px(self.settings.distance, min(size)), 1))
        if not self.settings.exact_distance:
            step += LEGACY_STEP_PX
        width = _side(self.settings.box.width, size.width)
        height = _side(self.settings.box.height, size.height)
        for x, y in walk(polygon.exterior, step).tolist():
            left = min(max(x - width / 2, 0.0), float(size.width - width))
            top = min(max(y - height / 2, 0.0), float(size.height - height))
            yield Rectangle(left, top, left + width, top + height)


def _side(length: str, image_px: int) -> int:
    """Return the side of a box in whole pixels, at least 1 and at most that of the image."""
    return min(max(length_px(length, image_px), 1), image_px)
