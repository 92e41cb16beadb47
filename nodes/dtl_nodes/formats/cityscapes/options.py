"""Options of Cityscapes for ``data``."""

from __future__ import annotations

from typing import ClassVar, Literal

from dtl_nodes.formats.options import FormatOptions


class CityscapesReading(FormatOptions):
    """What the datasets of Cityscapes are."""

    formats: ClassVar[tuple[str, ...]] = ("cityscapes",)

    datasets: Literal["city", "split"] = "city"
    """What a dataset is: a city, or a split with all its cities. Each image has the tag of its
    split."""
