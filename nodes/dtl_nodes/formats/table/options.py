"""Options of tables."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from dtl_nodes.formats.options import FormatOptions
from dtl_nodes.formats.table.layout import Role

Column = Annotated[str, Field(min_length=1)]


class TableReading(FormatOptions):
    """How ``data`` reads a table."""

    formats: ClassVar[tuple[str, ...]] = ("table",)

    columns: dict[Role, Column] | None = None
    """What the columns are where their names do not tell, as in ``{"path": "photo"}``: role ->
    name in the table. Roles are path, label, split, width, height, tags, and of boxes x0 y0 x1 y1,
    x y w h or cx cy w h."""

    box_units: Literal["auto", "pixels", "normalised"] = "auto"
    """What numbers of boxes count: pixels, or the size of the image. ``auto``: the size, if no
    number of the table is over 1."""

    object_tags: tuple[Column, ...] = ()
    """Columns that are tags of the objects, with their values."""

    image_tags: tuple[Column, ...] = ()
    """Columns that are tags of the images, with their values."""


class TableWriting(FormatOptions):
    """How ``export`` writes a table."""

    formats: ClassVar[tuple[str, ...]] = ("table",)

    table_file: Literal["csv", "tsv", "parquet"] = "csv"
    """The kind of file; ``parquet`` needs the extra ``formats``."""
