"""What a dataset format is to the nodes that read and write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from dtl_engine.sdk import Place, Sample, Schema, Source

ALL = "*"
"""Stands for all datasets of what is read."""

Subsets = tuple[str, ...]
"""Names of datasets (splits, subsets) to read; ``("*",)`` for all."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a format cannot hold of the objects of a label, known before one is seen.

    ``label`` is ``""`` for what images have; ``what`` says it in the words of ``formats.losses``.
    """

    label: str
    what: str


class DatasetFormat(ABC):
    """A dataset format that can be read; it holds no state and is never instantiated."""

    name: ClassVar[str]
    """The name in ``"format"`` and on the command line."""

    title: ClassVar[str]
    """The name that people give it."""

    is_fallback: ClassVar[bool] = False
    """Whether ``detect`` counts only where no other format is found, as plain images do."""

    archives: ClassVar[tuple[str, ...]] = ()
    """The ends of the names of archives that are read where they are."""

    @staticmethod
    @abstractmethod
    def detect(place: Path) -> str:
        """Say in a few words what makes ``place`` (a folder or file) this format, or ``""``.

        Cheap: looks at names and the first bytes of few files, whatever the size of the dataset,
        and follows no link out of ``place``.
        """

    @staticmethod
    @abstractmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Open the dataset for reading; annotations may be indexed, no image is read.

        Args:
            place: the folder or file.
            project: what the samples' origin calls it.
            subsets: which of its datasets to read.
            settings: those of the ``data`` layer, options of the format among them.

        Raises:
            SchemaError: E403 or E404, it cannot be read; ``at`` is ``(0,)``.
        """


class WritableFormat(DatasetFormat):
    """A format that can be written too."""

    one_folder: ClassVar[bool] = False
    """Whether the images of all datasets lie in one folder, so that no two may share a name."""

    @staticmethod
    def losses(schema: Schema, settings: Any) -> Iterable[Loss]:
        """Yield what is lost whatever the samples hold: labels of shapes that do not fit."""
        return ()

    @staticmethod
    def start(schema: Schema, folder: Path, settings: Any) -> None:
        """Write what stands before the first sample."""

    @staticmethod
    @abstractmethod
    def write(sample: Sample, schema: Schema, place: Place, settings: Any) -> None:
        """Write one sample; what cannot be held is told to ``place.lose``.

        Samples are written in any order, by several workers: what goes into one common file is
        written to a part of its own below ``PARTS`` first.
        """

    @staticmethod
    def finish(schema: Schema, folder: Path, settings: Any) -> None:
        """Write what stands after the last sample: common files, of the parts in name order."""


PARTS = ".parts"
"""The folder of an output for parts of common files; it is gone when the output is complete."""

LOSS_REPORT = "loss_report.json"
"""The file of an output that tells what was lost; it is no part of any format."""
