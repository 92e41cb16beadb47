"""Options of Open Images."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from dtl_nodes.classes.labels import Label
from dtl_nodes.formats.mask_names import MaskReading
from dtl_nodes.formats.options import FormatOptions

NAME = "open_images"

Boxes = Literal["unmasked", "all", "none"]

LabelName = Annotated[str, Field(min_length=1, pattern=r'^[^,"\x00-\x1f]+$')]


class OpenImagesReading(MaskReading):
    """How ``data`` reads Open Images."""

    formats: ClassVar[tuple[str, ...]] = (NAME,)

    csv: Literal["auto"] | None = "auto"
    """``"auto"``: objects are the rows of tables, or mask files by their names where no table has
    objects; ``null``: mask files by their names, whatever tables there are."""

    boxes: Boxes = "unmasked"
    """Which boxes become rectangles: those that no mask goes with, ``all``, or ``none``."""

    crop_to_box: bool = False
    """Cut masks at the box that their annotator started from."""

    skip_unannotated: bool = False
    """Leave out images without an object; else they are read without objects."""


class OpenImagesWriting(FormatOptions):
    """How ``export`` writes Open Images."""

    formats: ClassVar[tuple[str, ...]] = (NAME,)

    label_names: Annotated[dict[Label, LabelName], Field(min_length=1)] | None = None
    """Class or image tag -> its label, such as ``/m/0abc1``. Others keep the one that they were
    read with, or get ``/x/`` and their name."""
