"""The ``drop_lines_under_polygon`` node: cut what polygons cover out of lines."""

from __future__ import annotations

from collections.abc import Mapping

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
from dtl_nodes.classes.labels import At, Label, require_kinds
from dtl_nodes.kernels.uncovered import cover_of, uncovered
from dtl_nodes.objects.exchanged import with_instances


class DropLinesUnderPolygonSettings(Settings):
    """Settings of ``drop_lines_under_polygon``."""

    lines_class: Label
    """The class of the lines that are cut."""

    polygons_class: Label
    """The class of the polygons that cover them."""


class DropLinesUnderPolygon(MapNode[DropLinesUnderPolygonSettings]):
    """Cut the parts inside the polygons of one class out of the lines of another.

    Borders cover, holes do not. A polygon that crosses itself is read by the even-odd rule. Each
    piece that is left is a line of its own with the tags of its line; pieces come in the order of
    travel. A line that is covered completely vanishes. All lines of the class move to the end of
    the list; what else is of one of the two classes stays as it is.

    Example:
        {"lines_class": "path", "polygons_class": "patch"}

    Source: DTL ``drop_lines_under_polygon``; tags stay, and no line sets the image aside.
    """

    action = "drop_lines_under_polygon"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: DropLinesUnderPolygonSettings, schema: Schema) -> Schema:
        """Classes stay; those named must be lines and polygons."""
        lines: dict[At, str] = {("lines_class",): settings.lines_class}
        require_kinds(schema, lines, (ShapeKind.LINE,), "'drop_lines_under_polygon' cuts")
        polygons: dict[At, str] = {("polygons_class",): settings.polygons_class}
        why = "'drop_lines_under_polygon' cuts along"
        require_kinds(schema, polygons, (ShapeKind.POLYGON,), why)
        return schema

    @staticmethod
    def mentioned_labels(settings: DropLinesUnderPolygonSettings) -> Mapping[At, str]:
        """The classes of the lines and of the polygons."""
        return {
            ("lines_class",): settings.lines_class,
            ("polygons_class",): settings.polygons_class,
        }

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with what is left of the lines at the end."""
        label, covering = self.settings.lines_class, self.settings.polygons_class
        others: list[Instance] = []
        lines: list[tuple[Instance, Polyline]] = []
        polygons = []
        for instance in sample.instances:
            shape = instance.shape
            if instance.label == label and isinstance(shape, Polyline):
                lines.append((instance, shape))
                continue
            others.append(instance)
            if instance.label == covering and isinstance(shape, Polygon):
                polygons.append(shape.rings)
        if not lines:
            return sample
        cover = cover_of(polygons)
        for instance, line in lines:
            pieces = uncovered(line.points, cover)
            others += (
                [instance]
                if pieces is None
                else [instance.with_shape(Polyline(piece)) for piece in pieces]
            )
        return with_instances(sample, others)
