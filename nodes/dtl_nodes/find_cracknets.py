"""The ``find_cracknets`` node: polygons around nets of cracks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
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
from dtl_nodes.kernels.crack_nets import NetRules, crack_nets
from dtl_nodes.objects.exchanged import with_instances
from dtl_nodes.objects.instances import require_shape

Share = Annotated[float, Field(ge=0.00001)]


class FindCracknetsSettings(Settings):
    """Settings of ``find_cracknets``."""

    crack_class: Label
    """The class of the cracks, lines."""

    cracknet_class: Label
    """The class of the polygons; declared if it is not yet."""

    mask_resolution: Annotated[int, Field(ge=1, le=10_000)]
    """Columns of the grid over the image in which nets are looked for; its cells are square."""

    loop_devide_eps: Annotated[float, Field(ge=0.001)]
    """Loops are cut off an outline where two of its vertices are so near, in cells."""

    min_area_in_bbox_coef: Share
    """The least area of a net, as a share of the box around it."""

    min_poly_bbox_area_coef: Share
    """The least area of that box, as a share of the image."""

    enable_subclustering: bool
    """Look for nets where vertices of cracks lie dense and leave the others out; else wherever
    they are near each other."""

    min_points_in_cluster: Annotated[int, Field(ge=1)]
    """The least number of vertices in a dense part; below that number of vertices in all, they
    are taken together. Only for ``enable_subclustering``."""


class FindCracknets(MapNode[FindCracknetsSettings]):
    """Add polygons around the places where lines of cracks form nets.

    The vertices of all cracks are painted into a grid, gaps between them are closed, and outlines
    that are large, compact and filled enough become polygons at the end of the list. The cracks
    stay. Dense parts are those of HDBSCAN.

    Example:
        {"crack_class": "path", "cracknet_class": "net", "mask_resolution": 80,
         "loop_devide_eps": 2, "min_area_in_bbox_coef": 0.3, "min_poly_bbox_area_coef": 0.008,
         "enable_subclustering": false, "min_points_in_cluster": 10}

    Source: DTL ``find_cracknets``; grids of more than 255 columns are right.
    """

    action = "find_cracknets"
    family = "annotation"

    @staticmethod
    def infer_schema(settings: FindCracknetsSettings, schema: Schema) -> Schema:
        """Declare the class of the nets; that of the cracks must be of lines."""
        cracks = FindCracknets.mentioned_labels(settings)
        require_kinds(schema, cracks, (ShapeKind.LINE,), "'find_cracknets' groups")
        made = settings.cracknet_class
        return with_made_label(schema, made, ShapeKind.POLYGON, ("cracknet_class",))

    @staticmethod
    def mentioned_labels(settings: FindCracknetsSettings) -> Mapping[At, str]:
        """The class of the cracks."""
        return {("crack_class",): settings.crack_class}

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with the nets at the end."""
        label = self.settings.crack_class
        cracks = [
            require_shape(instance, Polyline, self.action).points
            for instance in sample.instances
            if instance.label == label
        ]
        if not cracks:
            return sample
        nets = crack_nets(np.concatenate(cracks), sample.annotation.size, self._rules())
        new = [Instance(self.settings.cracknet_class, Polygon(ring)) for ring in nets]
        return with_instances(sample, (*sample.instances, *new))

    def _rules(self) -> NetRules:
        settings = self.settings
        return NetRules(
            settings.mask_resolution,
            settings.loop_devide_eps,
            settings.min_area_in_bbox_coef,
            settings.min_poly_bbox_area_coef,
            settings.min_points_in_cluster if settings.enable_subclustering else None,
        )
