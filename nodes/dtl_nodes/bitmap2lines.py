"""The ``bitmap2lines`` node: thin masks become lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from dtl_engine.sdk import Instance, MapNode, Mask, Polyline, Sample, Schema, ShapeKind
from dtl_nodes.families.conversion import ConversionSettings, convert_objects, convert_schema
from dtl_nodes.kernels.mask_graph import trace_lines
from dtl_nodes.kernels.simplify import simplify_chain
from dtl_nodes.objects.instances import require_shape


class MaskToLinesSettings(ConversionSettings):
    """Settings of ``bitmap2lines``."""

    min_points_cnt: Annotated[int, Field(ge=2)]
    """Lines through fewer pixels are left out."""

    approx_epsilon: Annotated[float, Field(ge=0)] | None = None
    """Simplify the lines: vertices at most this many pixels beside the simplified one go."""


class MaskToLines(MapNode[MaskToLinesSettings]):
    """Turn thin masks into lines: the longest path through each piece, then those beside it.

    Masks are best thinned by ``skeletonize`` before. Vertices are the columns and rows of pixels,
    one for each pixel unless they are simplified. Each line has the tags and the description of
    its mask.

    Example:
        {"classes_mapping": {"blob": "blob_lines"}, "min_points_cnt": 4}

    Source: DTL ``bitmap2lines``; ``min_points_cnt`` alone decides which lines are too short, and
        objects keep their tags.
    """

    action = "bitmap2lines"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: MaskToLinesSettings, schema: Schema) -> Schema:
        """The classes, of masks, become lines."""
        why = "'bitmap2lines' converts"
        return convert_schema(settings, schema, ShapeKind.LINE, ShapeKind.BITMAP, why)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with lines in place of the masks."""
        return convert_objects(sample, self.settings.classes_mapping, self._lines)

    def _lines(self, instance: Instance) -> Iterable[Polyline]:
        return _traced(require_shape(instance, Mask, self.action), self.settings)


def _traced(mask: Mask, settings: MaskToLinesSettings) -> Iterator[Polyline]:
    corner = np.array((mask.x, mask.y), np.float64)
    for line in trace_lines(mask.pixels, settings.min_points_cnt):
        if settings.approx_epsilon is None:
            yield Polyline(line + corner)
        else:
            yield Polyline(simplify_chain(line, settings.approx_epsilon) + corner)
