"""The ``poly2bitmap`` node: objects of any shape become masks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from dtl_engine.sdk import Instance, MapNode, Mask, Sample, Schema, ShapeKind, Size
from dtl_nodes.families.conversion import ConversionSettings, convert_objects, convert_schema
from dtl_nodes.kernels.draw import draw_filled


class PolygonToMask(MapNode[ConversionSettings]):
    """Draw objects of any shape, filled, into masks of their own.

    Coordinates are rounded to pixels and the border of a shape belongs to it: a rectangle from 1
    to 4 covers the columns 1, 2, 3 and 4. Lines become chains of pixels, points single pixels.
    Masks may overlap; what lies outside the image vanishes. Tags and descriptions stay.

    Example:
        {"classes_mapping": {"patch": "patch_mask"}}

    Source: DTL ``poly2bitmap``; ties are rounded down and objects keep their tags.
    """

    action = "poly2bitmap"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: ConversionSettings, schema: Schema) -> Schema:
        """The classes become masks."""
        return convert_schema(settings, schema, ShapeKind.BITMAP)

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with masks in place of the objects."""
        mapping = self.settings.classes_mapping
        return convert_objects(sample, mapping, partial(_mask, size=sample.annotation.size))


def _mask(instance: Instance, size: Size) -> Iterable[Mask]:
    drawn = draw_filled(instance.shape, size)
    return () if drawn is None else (drawn,)
