"""The shapes of instances: immutable values that mirror, move, clip, crop and paint exactly."""

from __future__ import annotations

from dtl_engine.model.shapes.base import Edges, Painted, Shape, ShapeKind
from dtl_engine.model.shapes.keypoints import Keypoints, Node
from dtl_engine.model.shapes.mask import Mask
from dtl_engine.model.shapes.mask_body import MaskBody, MaskPixels
from dtl_engine.model.shapes.point import Point
from dtl_engine.model.shapes.polygon import Polygon
from dtl_engine.model.shapes.polyline import Polyline
from dtl_engine.model.shapes.rectangle import Rectangle

__all__ = [
    "Edges",
    "Keypoints",
    "Mask",
    "MaskBody",
    "MaskPixels",
    "Node",
    "Painted",
    "Point",
    "Polygon",
    "Polyline",
    "Rectangle",
    "Shape",
    "ShapeKind",
]
