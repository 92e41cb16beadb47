"""What becomes of objects that are malformed, in every format."""

from __future__ import annotations

from typing import ClassVar, Literal

from dtl_nodes.formats.options import FormatOptions


class BadObjects(FormatOptions):
    """How ``data`` takes objects that cannot be read."""

    formats: ClassVar[tuple[str, ...]] = (
        "cityscapes",
        "coco",
        "cvat",
        "labelme",
        "open_images",
        "supervisely",
        "table",
        "voc",
        "yolo",
    )

    bad_objects: Literal["set_aside", "drop"] = "set_aside"
    """What a malformed object does. ``set_aside``: the whole sample is set aside, so that nothing
    is lost unseen; ``drop``: only the object goes."""
