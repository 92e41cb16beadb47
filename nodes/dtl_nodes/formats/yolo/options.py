"""Options of YOLO."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from dtl_nodes.formats.options import FormatOptions


class YoloWriting(FormatOptions):
    """How ``export`` writes YOLO."""

    formats: ClassVar[tuple[str, ...]] = ("yolo",)

    task: Literal["detect", "segment", "obb", "pose"] = "detect"
    """What rows are. ``detect``: boxes around all shapes but points; ``segment``: outlines of
    rectangles, polygons and masks; ``obb``: boxes of any direction by their corners, which are
    those of rectangles and polygons of four, and the smallest box around other outlines;
    ``pose``: graphs with their boxes, and rectangles without."""

    merge_parts: bool = False
    """With ``segment``: join the parts of a mask by bridges without width to one outline; else
    each part becomes an object of its own."""

    keypoints: (
        Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)] | None
    ) = None
    """With ``pose``: the nodes of the graphs in their order. Not given: those that the templates of
    the classes have."""
