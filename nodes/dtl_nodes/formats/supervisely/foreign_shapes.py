"""Shapes of newer projects that the engine does not have: read as others, or not at all.

Source: the Supervisely annotation format.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from dtl_engine.sdk import AnnotationError, Mask, Polygon, Rectangle, Shape, ShapeKind
from dtl_nodes.formats.supervisely.bitmap import decode_alpha

READ_AS: Mapping[str, tuple[ShapeKind, str]] = MappingProxyType(
    {
        "alpha_mask": (ShapeKind.BITMAP, "masks of what is at least half opaque"),
        "oriented_bbox": (ShapeKind.POLYGON, "polygons of their four corners"),
    }
)
"""Shapes that are read as others: as which, and in words."""

UNREADABLE = (
    "closed_surface_mesh",
    "cuboid",
    "cuboid_2d",
    "cuboid_3d",
    "mask_3d",
    "multichannelBitmap",
    "point_3d",
    "point_cloud",
)
"""Shapes of which nothing is read; their classes stay."""


def alpha_mask(x: int, y: int, data: str) -> Shape | None:
    """Return the pixels of an alpha mask that are at least half opaque, ``None`` if none is."""
    return Mask.tight(decode_alpha(data), x, y)


def oriented_bbox(box: Rectangle, angle: Any) -> Shape:
    """Return the polygon of a turned box.

    Args:
        box: before it was turned, in positions.
        angle: radians, clockwise about its middle.

    Raises:
        AnnotationError: F604, the angle is no number.
    """
    if isinstance(angle, bool) or not isinstance(angle, (int, float)) or not math.isfinite(angle):
        raise AnnotationError("F604", "the angle of an oriented box is no number")
    middle = np.array(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    corners = np.array(
        ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)), np.float64
    )
    cos, sin = math.cos(angle), math.sin(angle)
    # y points down: this matrix turns clockwise as seen on the screen.
    return Polygon((corners - middle) @ np.array(((cos, sin), (-sin, cos))) + middle)
