"""How LabelMe lays out a dataset."""

from dtl_engine.sdk import ShapeKind

SUFFIX = ".json"
VERSION = "5.2.1"
"""The version that written files tell."""

MAX_FILE_BYTES = 512 * 2**20
"""The largest annotation that is read, the image embedded in it included."""

MAX_IMAGE_BYTES = 256 * 2**20
"""The largest embedded image."""

NODE = "node"
"""A member that we give points of graphs, and that LabelMe keeps: what says which node it is."""

KINDS = {
    "polygon": ShapeKind.POLYGON,
    "rectangle": ShapeKind.RECTANGLE,
    "oriented_rectangle": ShapeKind.POLYGON,
    "circle": ShapeKind.POLYGON,
    "line": ShapeKind.LINE,
    "linestrip": ShapeKind.LINE,
    "point": ShapeKind.POINT,
    "mask": ShapeKind.BITMAP,
}
"""What shapes are read as; ``points`` are one point or a graph."""
