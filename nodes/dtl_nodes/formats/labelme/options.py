"""Options of LabelMe."""

from __future__ import annotations

from typing import ClassVar

from dtl_nodes.formats.options import FormatOptions


class LabelMeWriting(FormatOptions):
    """How ``export`` writes LabelMe."""

    formats: ClassVar[tuple[str, ...]] = ("labelme",)

    embed_images: bool = False
    """Whether annotations hold the images too, as ``imageData``: the bytes of the file beside,
    upright where EXIF turns it. Images above 256 MiB are not embedded."""
