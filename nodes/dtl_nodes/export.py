"""The ``export`` node: write samples in the format that other tools read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import (
    DataError,
    Place,
    Sample,
    Schema,
    SchemaError,
    SinkNode,
    Target,
    did_you_mean,
)
from dtl_nodes.formats import WRITABLE, load_writable
from dtl_nodes.formats.base import PARTS
from dtl_nodes.formats.options import refuse_foreign_options
from dtl_nodes.formats.writing import WritingOptions

Split = Annotated[str, Field(min_length=1)]

MARK = ".dtl-export"
POOL = "all"


def _writable(name: str) -> str:
    if name not in WRITABLE:
        hint = did_you_mean(name, WRITABLE) or f"formats: {', '.join(WRITABLE)}"
        raise PydanticCustomError("value_error", "unknown format; {hint}", {"hint": hint})
    return name


class ExportSettings(WritingOptions):
    """Settings of ``export``; options beyond the first four belong to certain formats."""

    format: Annotated[str, AfterValidator(_writable)]
    """The name of the format, as ``dtl inspect --formats`` lists them."""

    splits: (
        Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)] | None
    ) = None
    """Image tags that name splits, such as ``["train", "val"]``: a sample goes to the first one
    that it has, and to ``unassigned`` if it has none. Not given: each result dataset is one."""

    on_loss: Literal["report", "error"] = "report"
    """What becomes of what the format cannot hold. ``report``: it is left out and counted by class
    in the summary; ``error``: a class that cannot be held is a mistake of the graph, and a sample
    with such an object is set aside."""

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        refuse_foreign_options(self, self.format)
        return self


@dataclass(frozen=True, slots=True)
class SplitPlace:
    """A place in the split of a sample, where losses may be refused."""

    inner: Place
    dataset: str
    refuses: bool

    @property
    def stem(self) -> str:
        """The name of the image file without its suffix."""
        return self.inner.stem

    @property
    def target(self) -> Target | None:
        """Nothing: exports are new."""
        return None

    def path(self, *parts: str) -> Path:
        """Return where to write the output's file of that relative path."""
        return self.inner.path(*parts)

    def current(self, *parts: str) -> Path:
        """Return where to read the output's file of that relative path."""
        return self.inner.current(*parts)

    def lose(self, label: str, what: str) -> None:
        """Count a loss, or refuse it."""
        if self.refuses:
            of = f" of '{label}'" if label else ""
            raise DataError("F612", f"the format cannot hold this{of}: {what}")
        self.inner.lose(label, what)


class Export(SinkNode[ExportSettings]):
    """Write samples in the format that other tools read.

    ``dst`` names the folder. Ids are numbers from 1 in the order of names, so that the same graph
    gives the same files; what the format cannot hold is counted.

    Example:
        {"format": "supervisely"}

    Source: the specifications of the formats; each one's folder names its own.
    """

    action = "export"

    @staticmethod
    def infer_schema(settings: ExportSettings, schema: Schema) -> Schema:
        """Refuse what cannot be held, if that is asked for."""
        if settings.on_loss == "error":
            for loss in load_writable(settings.format).losses(schema, settings):
                of = f" of class '{loss.label}'" if loss.label else ""
                raise SchemaError(
                    "E308",
                    f"the format '{settings.format}' cannot hold this{of}: {loss.what}",
                    at=("on_loss",),
                    value=loss.label,
                    help="convert or drop them before, or count them with 'report'",
                )
        return schema

    def name_datasets(self, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
        """Give all samples names of one pool where tags say the splits."""
        if self.settings.splits is None:
            return {name: name for name in wanted}
        return dict.fromkeys(wanted, POOL)

    def start(self, schema: Schema, folder: Path) -> None:
        """Mark the folder as an export and let the format begin."""
        (folder / MARK).write_text(f"{self.settings.format}\n", encoding="utf-8")
        load_writable(self.settings.format).start(schema, folder, self.settings)

    def write(self, sample: Sample, schema: Schema, place: Place) -> None:
        """Write the sample into its split."""
        refuses = self.settings.on_loss == "error"
        there = SplitPlace(place, self._split(sample, place), refuses)
        load_writable(self.settings.format).write(sample, schema, there, self.settings)

    def finish(self, schema: Schema, folder: Path) -> None:
        """Let the format put its common files together."""
        load_writable(self.settings.format).finish(schema, folder, self.settings)
        if (folder / PARTS).is_dir():
            shutil.rmtree(folder / PARTS)

    def _split(self, sample: Sample, place: Place) -> str:
        if self.settings.splits is None:
            return place.dataset
        tags = {tag.name for tag in sample.tags}
        return next((name for name in self.settings.splits if name in tags), "unassigned")
