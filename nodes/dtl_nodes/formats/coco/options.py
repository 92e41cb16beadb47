"""Options of COCO."""

from __future__ import annotations

from typing import ClassVar, Literal

from dtl_nodes.formats.file_places import RelativePath
from dtl_nodes.formats.options import FormatOptions


class CocoReading(FormatOptions):
    """How COCO is read."""

    formats: ClassVar[tuple[str, ...]] = ("coco",)

    results: RelativePath | None = None
    """A file of results, relative to the dataset: a bare list of objects, which take the place of
    the annotated ones. Their scores become the tag ``confidence``."""

    split: bool = False
    """Whether a polygon of several rings becomes as many objects, with one tag for all, instead of
    one bitmap."""

    exact_masks: bool = False
    """Whether polygons become bitmaps, of just the pixels that COCO's own tools paint."""

    skip_crowds: bool = False
    """Whether regions of many objects (``iscrowd``) are left out, instead of getting a tag."""


class CocoWriting(FormatOptions):
    """How COCO is written."""

    formats: ClassVar[tuple[str, ...]] = ("coco",)

    polygons: Literal["vertices", "exact"] = "vertices"
    """How polygons without holes are written. ``vertices``: as they are; ``exact``: as the outline
    of their pixels, so that all tools see the same ones."""

    bitmaps: Literal["runs", "polygons"] = "runs"
    """How bitmaps are written. ``runs``: as compressed runs; ``polygons``: as the outlines of their
    pixels, those with holes as runs all the same."""

    points_and_lines: Literal["drop", "box"] = "drop"
    """What becomes of points and lines, which COCO has not. ``box``: the box around them."""

    image_tags: bool = False
    """Whether images get a list ``tags``, which is no part of the format."""
