"""Open Images among the formats."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from dtl_engine.sdk import Place, Sample, Schema, SchemaError, Source
from dtl_nodes.formats.base import Loss, Subsets, WritableFormat
from dtl_nodes.formats.losses import class_losses
from dtl_nodes.formats.open_images.layout import Role, find_tables
from dtl_nodes.formats.open_images.opening import open_dataset
from dtl_nodes.formats.open_images.options import NAME
from dtl_nodes.formats.open_images.writer import (
    LOST_SHAPES,
    join_parts,
    write_descriptions,
    write_part,
)

_LOOKED_AT = 64


class OpenImagesFormat(WritableFormat):
    """Open Images V6 and V7."""

    name = NAME
    title = "Open Images"

    @staticmethod
    def detect(place: Path) -> str:
        """A table of boxes or masks with the columns of Open Images."""
        if not place.is_dir():
            return ""
        try:
            for table in islice(find_tables(place), _LOOKED_AT):
                if table.role in (Role.BOXES, Role.MASKS):
                    return f"it has {table.path.relative_to(place).as_posix()}"
        except SchemaError:
            return ""
        return ""

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Go through the tables once; no mask is read."""
        return open_dataset(place, project, subsets, settings)

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Shapes that become masks or boxes, or nothing."""
        return class_losses(schema, LOST_SHAPES)

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the descriptions of the classes."""
        write_descriptions(schema, folder, settings.label_names)

    @staticmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write image and masks, and a part of the tables."""
        write_part(sample, schema, place, settings)

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Write the tables."""
        join_parts(folder)
