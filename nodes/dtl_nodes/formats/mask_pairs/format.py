"""Folders of images and masks among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.losses import class_losses
from dtl_nodes.formats.mask_pairs.layout import find_roots, has_pairs
from dtl_nodes.formats.mask_pairs.options import NAME
from dtl_nodes.formats.mask_pairs.reader import open_pairs
from dtl_nodes.formats.mask_pairs.writer import LOST_SHAPES, write_pair, write_values


class MaskPairsFormat(WritableFormat):
    """Images in one folder, pictures of their masks under the same names in another."""

    name = NAME
    title = "image and mask folders"

    @staticmethod
    def detect(place: Path) -> str:
        """Folders such as ``Images`` and ``Masks`` with files of equal names."""
        for roots in find_roots(place):
            if not has_pairs(place, roots):
                continue
            if roots.ending:
                return f"it has images beside masks in '{roots.ending}'"
            return f"it has images and masks in {roots.images[0]} and {roots.masks[0]}"
        return ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Pair the names; no mask is read."""
        return open_pairs(place, project, subsets, settings)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Shapes that are painted or dropped."""
        return class_losses(schema, LOST_SHAPES)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write which value stands for which class."""
        if settings.mask_style == "values":
            write_values(schema, folder)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image and mask."""
        write_pair(sample, schema, place, settings)
