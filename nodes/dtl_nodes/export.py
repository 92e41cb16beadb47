"""The ``export`` node: write samples in the format that other tools read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import AfterValidator, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from dtl_engine.sdk import (
    DataError,
    FormatInfo,
    Node,
    Place,
    Sample,
    Schema,
    SchemaError,
    Settings,
    SinkNode,
    Target,
    Variant,
    replacing,
)
from dtl_nodes.formats import WRITABLE, format_choice, format_infos, load_writable
from dtl_nodes.formats.base import LOSS_REPORT, PARTS
from dtl_nodes.formats.options import refuse_foreign_options
from dtl_nodes.formats.writing import WritingOptions
from dtl_nodes.models.exporting.settings import MODEL_FORMATS

MARK = ".dtl-export"
POOL = "all"
UNASSIGNED = "unassigned"


def _folder_name(name: str) -> str:
    if name.startswith(".") or any(mark in name for mark in '/\\:*?"<>|\0'):
        raise PydanticCustomError("value_error", "a split names a folder or file")
    return name


def _not_empty(names: tuple[str, ...]) -> tuple[str, ...]:
    # A minimum length would count a name that is refused as missing.
    if not names:
        raise PydanticKnownError(
            "too_short", {"field_type": "Tuple", "min_length": 1, "actual_length": 0}
        )
    return names


_Format = Annotated[
    str,
    # Those of models never get here, but who misspells one should be told of it.
    format_choice((*WRITABLE, *MODEL_FORMATS)),
    Field(json_schema_extra={"enum": list[JsonValue](sorted(WRITABLE))}),
]
_Split = Annotated[str, Field(min_length=1), AfterValidator(_folder_name)]
_Splits = Annotated[
    tuple[_Split, ...], AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1})
]


class WhatIsWritten(Settings):
    """Settings of ``export`` for all formats, which come first where they are listed."""

    format: _Format
    """The name of the format, as ``dtl inspect --formats`` lists them."""

    splits: _Splits | None = None
    """Image tags that name splits, such as ``["train", "val"]``: a sample goes to the first one
    that it has, and to ``unassigned`` if it has none. Not given: each result dataset is one."""

    on_loss: Literal["report", "error"] = "report"
    """What becomes of what the format cannot hold. ``report``: it is left out and counted by class
    in the summary and in ``loss_report.json``; ``error``: a class that cannot be held is a mistake
    of the graph, and a sample with such an object is set aside."""


class ExportSettings(WritingOptions, WhatIsWritten):
    """Settings of ``export``; options beyond the first three belong to certain formats."""

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
            raise DataError("F612", f"the format cannot hold this of {_whose(label)}: {what}")
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

    @classmethod
    def variant(cls, settings: Any) -> type[Node[Any]]:
        """Return the node that writes models where the format is one of theirs."""
        chosen = settings.get("format") if isinstance(settings, Mapping) else None
        (models,) = cls.variants()
        return models.node if chosen in models.values else cls

    @classmethod
    def variants(cls) -> tuple[Variant, ...]:
        """Return the node that writes models."""
        from dtl_nodes.export_model import ExportModel

        return (Variant("format", MODEL_FORMATS, ExportModel),)

    @staticmethod
    def formats() -> tuple[FormatInfo, ...]:
        """All that can be written."""
        return format_infos(WRITABLE, ExportSettings)

    @staticmethod
    def infer_schema(settings: ExportSettings, schema: Schema) -> Schema:
        """Refuse what cannot be held, if that is asked for."""
        if settings.on_loss == "error":
            losses = tuple(load_writable(settings.format).losses(schema, settings))
            if losses:
                told = "; ".join(f"{_whose(loss.label)}: {loss.what}" for loss in losses)
                raise SchemaError(
                    "E308",
                    f"the format '{settings.format}' cannot hold everything: {told}",
                    at=("on_loss",),
                    value=settings.on_loss,
                    help="convert or drop it before, or count it with 'report'",
                )
        return schema

    def name_datasets(self, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
        """Give all samples names of one pool where they may meet in one folder."""
        if self._is_one_pool:
            return dict.fromkeys(wanted, POOL)
        return {name: name for name in wanted}

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

    def report_losses(self, losses: Mapping[tuple[str, str], int], folder: Path) -> None:
        """Write what was lost beside what was not; nothing where nothing was."""
        told = [
            {"class": label or None, "what": what, "count": count}
            for (label, what), count in losses.items()
        ]
        if told:
            content = {"format": self.settings.format, "losses": told}
            with replacing(folder / LOSS_REPORT) as path:
                path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))

    @property
    def _is_one_pool(self) -> bool:
        tagged = self.settings.splits is not None
        return tagged or load_writable(self.settings.format).one_folder

    def _split(self, sample: Sample, place: Place) -> str:
        """Return the split to write to: that of a tag, else the dataset under its own name."""
        if self.settings.splits is not None:
            tags = {tag.name for tag in sample.tags}
            return next((name for name in self.settings.splits if name in tags), UNASSIGNED)
        if self._is_one_pool:
            return sample.dataset or sample.origin.dataset
        return place.dataset


def _whose(label: str) -> str:
    return f"class '{label}'" if label else "images"
