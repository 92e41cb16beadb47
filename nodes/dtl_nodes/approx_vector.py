"""The ``approx_vector`` node: fewer vertices for polygons and lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from dtl_engine.sdk import (
    Instance,
    MapNode,
    Polygon,
    Polyline,
    Sample,
    Schema,
    Settings,
    Shape,
    ShapeKind,
)
from dtl_nodes.classes.labels import At, Labels, places, require_kinds
from dtl_nodes.kernels.simplify import simplify_chain, simplify_ring
from dtl_nodes.objects.instances import wrong_shape


class ApproxVectorSettings(Settings):
    """Settings of ``approx_vector``."""

    classes: Labels
    """Classes of the polygons and lines to simplify; others pass."""

    epsilon: Annotated[float, Field(gt=0)]
    """A vertex goes when its distance to the simplified edge is at most this, in pixels."""


class ApproxVector(MapNode[ApproxVectorSettings]):
    """Simplify polygons and lines: leave out vertices that say little.

    The rule of Douglas and Peucker: no vertex lies farther than ``epsilon`` from the simplified
    edge in its place. The ends of lines stay, and so do rings that would fall under three
    vertices. Vertices that stay do not move.

    Example:
        {"classes": ["patch", "path"], "epsilon": 1.5}

    Source: DTL ``approx_vector``; coordinates keep their fractions.
    """

    action = "approx_vector"
    family = "annotation"

    @staticmethod
    def mentioned_labels(settings: ApproxVectorSettings) -> Mapping[At, str]:
        """The classes to simplify."""
        return places("classes", settings.classes)

    @staticmethod
    def infer_schema(settings: ApproxVectorSettings, schema: Schema) -> Schema:
        """Classes stay; those named must be of polygons or lines."""
        labels = places("classes", settings.classes)
        kinds = (ShapeKind.POLYGON, ShapeKind.LINE)
        require_kinds(schema, labels, kinds, "'approx_vector' simplifies")
        return schema

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with simpler polygons and lines."""
        instances = tuple(
            instance if instance.label not in self.settings.classes else self._simplified(instance)
            for instance in sample.instances
        )
        changed = any(new is not old for new, old in zip(instances, sample.instances, strict=True))
        return sample.replace(instances=instances) if changed else sample

    def _simplified(self, instance: Instance) -> Instance:
        shape, epsilon = instance.shape, self.settings.epsilon
        if isinstance(shape, Polyline):
            simple: Shape = Polyline(simplify_chain(shape.points, epsilon))
        elif isinstance(shape, Polygon):
            rings = [simplify_ring(ring, epsilon) for ring in shape.rings]
            simple = Polygon(rings[0], rings[1:])
        else:
            raise wrong_shape(instance, "polygon or line", self.action)
        return instance if simple == shape else instance.with_shape(simple)
