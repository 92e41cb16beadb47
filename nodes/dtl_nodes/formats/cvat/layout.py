"""How CVAT lays out a dataset."""

from dtl_engine.sdk import ShapeKind

ANNOTATIONS = "annotations.xml"
IMAGES = "images"
OCCLUDED = "occluded"
"""The tag for objects that CVAT marks as hidden in part."""

VALUE = "value"
"""The attribute of a tag of images that holds its value."""

MAX_IMAGE_BYTES = 256 * 2**20
"""The largest ``image`` element."""

MAX_META_BYTES = 64 * 2**20

TYPES = {
    "rectangle": ShapeKind.RECTANGLE,
    "polygon": ShapeKind.POLYGON,
    "polyline": ShapeKind.LINE,
    "points": ShapeKind.POINT,
    "mask": ShapeKind.BITMAP,
    "skeleton": ShapeKind.GRAPH,
    "ellipse": ShapeKind.POLYGON,
    "cuboid": ShapeKind.POLYGON,
}
"""Types of labels -> what their objects are read as; several ``points`` are a graph."""

TYPE_OF = {
    ShapeKind.RECTANGLE: "rectangle",
    ShapeKind.POLYGON: "polygon",
    ShapeKind.LINE: "polyline",
    ShapeKind.POINT: "points",
    ShapeKind.BITMAP: "mask",
    ShapeKind.GRAPH: "skeleton",
}
