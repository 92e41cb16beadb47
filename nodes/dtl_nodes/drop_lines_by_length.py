"""The ``drop_lines_by_length`` node: keep the lines whose length lies within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Instance, MapNode, Polyline, Sample, Settings
from dtl_nodes.classes.labels import At, Label, Labels, places
from dtl_nodes.kernels.chains import chain_length
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.settings.ranges import require_order

LengthPx = Annotated[float, Field(ge=0)]


class DropLinesByLengthSettings(Settings):
    """Settings of ``drop_lines_by_length``: one of the first two, at least one bound."""

    lines_class: Label | None = None
    """The class of the lines."""

    lines_classes: Labels | None = None
    """The classes of the lines, where they are several."""

    min_length: LengthPx | None = None
    """The length in pixels from which on a line is kept; none: 0."""

    max_length: LengthPx | None = None
    """The length in pixels up to which a line is kept; none: any."""

    invert: bool = False
    """Keep exactly the other lines."""

    resolution_compensation: bool = False
    """Take the bounds for an image 1000 pixels wide: multiply both by W / 1000."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.lines_class is None) == (self.lines_classes is None):
            raise PydanticCustomError(
                "exactly_one", "exactly one of 'lines_class' and 'lines_classes' is needed"
            )
        if self.min_length is None and self.max_length is None:
            raise PydanticCustomError(
                "value_error", "'min_length' or 'max_length' is needed, or both"
            )
        require_order("min_length", self.min_length, "max_length", self.max_length)
        return self

    @property
    def labels(self) -> Labels:
        """The classes of the lines."""
        return self.lines_classes or () if self.lines_class is None else (self.lines_class,)

    def bounds(self, width: int) -> tuple[float, float]:
        """Return the least and the greatest length in an image ``width`` pixels wide."""
        scale = width / 1000 if self.resolution_compensation else 1.0
        low = 0.0 if self.min_length is None else self.min_length
        high = float("inf") if self.max_length is None else self.max_length
        return low * scale, high * scale


class DropLinesByLength(MapNode[DropLinesByLengthSettings]):
    """Keep the lines of some classes whose length lies within bounds, drop the others.

    A length is the sum over the segments; both bounds are included. Objects of the classes that
    are no lines stay.

    Example:
        {"lines_class": "path", "min_length": 150, "max_length": 400}

    Source: DTL ``drop_lines_by_length``, both generations; bounds that are missing or in the wrong
    order are errors of the graph.
    """

    action = "drop_lines_by_length"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: DropLinesByLengthSettings) -> Mapping[At, str]:
        """The classes of the lines."""
        if settings.lines_class is not None:
            return {("lines_class",): settings.lines_class}
        return places("lines_classes", settings.labels)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample without the lines that are too short or too long."""
        low, high = self.settings.bounds(sample.annotation.size.width)
        labels = self.settings.labels

        def is_kept(instance: Instance) -> bool:
            if instance.label not in labels or not isinstance(instance.shape, Polyline):
                return True
            return (low <= chain_length(instance.shape.points) <= high) != self.settings.invert

        return with_instances(sample, [*filter(is_kept, sample.instances)])
