"""Options of Pascal VOC."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from dtl_nodes.formats.options import FormatOptions


class VocReading(FormatOptions):
    """How ``data`` reads Pascal VOC."""

    formats: ClassVar[tuple[str, ...]] = ("voc",)

    shapes: Literal["boxes", "masks"] | None = None
    """What objects are. ``boxes``: those of the XML files; ``masks``: what the pictures in
    ``SegmentationObject`` hold, or of each class what those in ``SegmentationClass`` do. Not given:
    ``boxes`` if there are XML files."""

    image_sets: Annotated[str, Field(min_length=1)] | None = None
    """The folder of ``ImageSets`` whose lists are the datasets. Not given: ``Main``, or
    ``Segmentation`` for masks, if it is there."""

    zero_based: bool = False
    """Whether the first pixel of a row is 0 in the boxes, as some tools write it. A file in which a
    0 occurs is read so in any case."""

    edges: bool = False
    """Whether the numbers of boxes are distances from the border of the image, as converters from
    other formats often write them, instead of the first and the last pixel."""

    keep_void: bool = False
    """Whether the void outline in the pictures becomes a mask of class ``neutral``."""


class VocWriting(FormatOptions):
    """How ``export`` writes Pascal VOC."""

    formats: ClassVar[tuple[str, ...]] = ("voc",)

    segmentation_pictures: bool = True
    """Whether rectangles, polygons and masks are painted into ``SegmentationClass`` and
    ``SegmentationObject``; at most 254 objects an image."""

    class_lists: bool = True
    """Whether there is a list of each class and split, ``<class>_<split>.txt``, which says of each
    image whether it has such an object (1), only difficult ones (0) or none (-1)."""

    zero_based: bool = False
    """Whether the first pixel of a row is 0 in the boxes, as the original engine wrote it; else it
    is 1."""
