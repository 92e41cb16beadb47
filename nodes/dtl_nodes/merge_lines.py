"""The ``merge_lines`` node: join lines that continue each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import (
    Instance,
    MapNode,
    Polyline,
    Sample,
    Schema,
    Settings,
    ShapeKind,
)
from dtl_nodes.classes.labels import At, Label, require_kinds
from dtl_nodes.kernels.join_chains import Joint, join_chains
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.instances import merged
from dtl_nodes.settings.sides import Length, length_px


class MergeLinesSettings(Settings):
    """Settings of ``merge_lines``."""

    lines_class: Label
    """The class of the lines."""

    maximal_angle: Annotated[float, Field(ge=0, le=180)]
    """The largest angle in degrees between the directions of two lines where they meet."""

    max_ends_distance: Length
    """The longest gap between the ends of two lines: ``"12px"``, or ``"2%"`` of (W + H) / 2."""

    max_ortho_distance_coefficient: Annotated[float, Field(ge=0)]
    """How far the second line may start beside the direction of the first, as a share of the
    gap; 0.3 to 0.7 is sensible."""


class MergeLines(MapNode[MergeLinesSettings]):
    """Join the lines of one class that continue each other, so that each gap becomes a segment.

    Of two lines the nearest ends are looked at. The second must start ahead of the first, near
    enough, not too far aside, and go on in about the same direction; all limits are included, and
    lines that touch are joined. The first line grows by the first other that fits, as long as one
    does; then the next line does. All lines of the class move to the end of the list. A joined line
    has the tags of all its parts, one that stays alone keeps what it had.

    Example:
        {"lines_class": "path", "maximal_angle": 20, "max_ends_distance": "4%",
         "max_ortho_distance_coefficient": 0.5}

    Source: DTL ``merge_lines``, first generation; it never joined lines that touch.
    """

    action = "merge_lines"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: MergeLinesSettings, schema: Schema) -> Schema:
        """Classes stay; the one named must be of lines."""
        lines = MergeLines.mentioned_labels(settings)
        require_kinds(schema, lines, (ShapeKind.LINE,), "'merge_lines' joins")
        return schema

    @staticmethod
    def mentioned_labels(settings: MergeLinesSettings) -> Mapping[At, str]:
        """The class of the lines."""
        return {("lines_class",): settings.lines_class}

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the joined lines at the end."""
        label = self.settings.lines_class
        others: list[Instance] = []
        lines: list[Instance] = []
        chains = []
        for instance in sample.instances:
            if instance.label == label and isinstance(instance.shape, Polyline):
                lines.append(instance)
                chains.append(instance.shape.points)
            else:
                others.append(instance)
        for chain, members in join_chains(chains, self._joint(sample)):
            parts = [lines[index] for index in members]
            others.append(parts[0] if len(parts) == 1 else merged(parts, Polyline(chain)))
        return with_instances(sample, others)

    def _joint(self, sample: Sample) -> Joint:
        """Return the limits in an image of this size."""
        width, height = sample.annotation.size
        return Joint(
            length_px(self.settings.max_ends_distance, (width + height) // 2),
            self.settings.max_ortho_distance_coefficient,
            self.settings.maximal_angle,
        )
