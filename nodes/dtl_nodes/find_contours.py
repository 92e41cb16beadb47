"""The ``find_contours`` node: masks become polygons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from dtl_engine.sdk import Instance, MapNode, Mask, Polygon, Sample, Schema, ShapeKind
from dtl_nodes.families.conversion import ConversionSettings, convert_objects, convert_schema
from dtl_nodes.kernels.contours import trace_components
from dtl_nodes.kernels.simplify import simplify_ring
from dtl_nodes.objects.instances import require_shape


class FindContoursSettings(ConversionSettings):
    """Settings of ``find_contours``."""

    approx_epsilon: Annotated[float, Field(ge=0)] | None = None
    """Simplify the contours: vertices at most this many pixels beside the simplified one go.
    Vertices are then the columns and rows of pixels, half a pixel off their centres."""


class FindContours(MapNode[FindContoursSettings]):
    """Turn masks into polygons with holes, one for each connected piece.

    Pixels that share a side or a corner are connected. The rings run through the centres of the
    border pixels, so that a block of 4 x 3 pixels gives a polygon of 3 x 2; ``poly2bitmap`` draws
    the same mask again. Single pixels and straight lines of pixels vanish. The pieces come in the
    order of their first pixels, row by row; each has the tags and the description of its mask.

    Example:
        {"classes_mapping": {"blob": "blob_outline"}, "approx_epsilon": 0.5}

    Source: DTL ``find_contours``; objects keep their tags. That simplified contours lose the half
        pixel is the original's, and the golden cases hold us to it.
    """

    action = "find_contours"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: FindContoursSettings, schema: Schema) -> Schema:
        """The classes, of masks, become polygons."""
        why = "'find_contours' converts"
        return convert_schema(settings, schema, ShapeKind.POLYGON, ShapeKind.BITMAP, why)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with polygons in place of the masks."""
        return convert_objects(sample, self.settings.classes_mapping, self._polygons)

    def _polygons(self, instance: Instance) -> Iterable[Polygon]:
        return _contours(require_shape(instance, Mask, self.action), self.settings.approx_epsilon)


def _contours(mask: Mask, epsilon: float | None) -> Iterator[Polygon]:
    corner = np.array((mask.x, mask.y), np.float64)
    for component in trace_components(mask.pixels):
        if len(component.outer) < 3:
            continue
        rings = [ring + corner for ring in (component.outer, *component.holes)]
        if epsilon is None:
            rings = [ring + 0.5 for ring in rings]
        else:
            rings = [simplify_ring(ring, epsilon) for ring in rings]
        yield Polygon(rings[0], rings[1:])
