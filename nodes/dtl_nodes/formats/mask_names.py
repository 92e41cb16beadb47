"""Options of all formats whose masks are pictures."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from dtl_nodes.formats.options import FormatOptions

Threshold = Annotated[int, Field(ge=0, le=254)]


class MaskReading(FormatOptions):
    """How pictures of masks are read."""

    formats: ClassVar[tuple[str, ...]] = ("mask_pairs", "open_images")

    threshold: Threshold | None = None
    """A pixel belongs to an object if its mask is brighter than this, 0 to 254. Not given:
    ``mask_pairs`` takes 100, and ``open_images`` all that is not black."""

    class_name: Annotated[str, Field(min_length=1)] | None = None
    """The class of masks that say none. Not given: ``mask_pairs`` says ``nail``, as the reference
    does, and ``open_images`` the part of the file name that stands for the class."""
