"""The ends of a graph: nodes that read samples, and nodes that write them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dtl_engine.model.sample import Sample
from dtl_engine.model.schema import Schema
from dtl_engine.node.base import Node, S
from dtl_engine.node.count import Count
from dtl_engine.node.signature import SINK, SOURCE

if TYPE_CHECKING:
    from dtl_engine.node.formats import FormatInfo
    from dtl_engine.node.source import DataFolders, Source
    from dtl_engine.node.target import Target


class SourceNode(Node[S]):
    """Reads samples; its ``src`` names what."""

    signature = SOURCE
    family = "source"

    @staticmethod
    @abstractmethod
    def open(settings: Any, patterns: tuple[str, ...], data: DataFolders) -> Source:
        """Open what ``patterns`` name, reading no image.

        Raises:
            SchemaError: a pattern is malformed or names nothing; ``at`` is the pattern's index.
        """

    @abstractmethod
    def apply(self, sample: Sample) -> Sample:
        """Return the sample as it enters the graph."""

    def reading(self) -> Hashable:
        """Return which of the settings decide what ``Source.read`` returns, and how.

        Nodes of equal readings that read one location share each sample; ``()`` where nothing does.
        """
        return ()

    @staticmethod
    def formats() -> tuple[FormatInfo, ...]:
        """Return the dataset formats that the node reads, if it lets one choose among several.

        The setting that chooses is called ``format``.
        """
        return ()

    @staticmethod
    def detect_formats(place: Path) -> Mapping[str, str]:
        """Return the formats that a folder or file looks like, each with what makes it so.

        The setting ``format`` may be left out where it is one.

        Raises:
            SchemaError: it is none, and it is known what is to be done about it.
        """
        return {}


class Place(Protocol):
    """Where a sink writes one sample: chosen names, and paths that turn final all at once."""

    @property
    def dataset(self) -> str:
        """The dataset to write to."""
        ...

    @property
    def stem(self) -> str:
        """The name of the image file without its suffix."""
        ...

    @property
    def target(self) -> Target | None:
        """What ``SinkNode.open_target`` returned."""
        ...

    def path(self, *parts: str) -> Path:
        """Return where to write the output's file of that relative path; its folder exists."""
        ...

    def lose(self, label: str, what: str) -> None:
        """Count that the output cannot hold something of an object, or of an image.

        Args:
            label: the label of the object; ``""`` for what the image itself has.
            what: in few words, the same ones each time, as in "holes" or "line, dropped".
        """
        ...

    def current(self, *parts: str) -> Path:
        """Return where to read the output's file of that relative path, if there is one.

        What was written for the same source image before is what is read.
        """
        ...


class OutputNode(Node[S]):
    """The end of a stream; its ``dst`` names the output, a folder of its own."""

    signature = SINK

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Nothing leaves."""
        return ()

    def start(self, schema: Schema, folder: Path) -> None:
        """Write what stands before the first sample into the output ``folder``.

        It is new and empty, unless samples are added to what it holds.
        """


class SinkNode(OutputNode[S]):
    """Writes samples."""

    family = "sink"

    @staticmethod
    def formats() -> tuple[FormatInfo, ...]:
        """Return the dataset formats that the node writes, if it lets one choose among several.

        The setting that chooses is called ``format``.
        """
        return ()

    def extra_outputs(self, folder: Path) -> tuple[Path, ...]:
        """Return the files that ``finish`` writes beside the output ``folder``."""
        return ()

    def open_target(self, folder: Path, schema: Schema) -> Target | None:
        """Return what ``folder`` holds if samples are added to it; ``None`` if it is to be new.

        Reads only; ``schema`` is that of the samples.

        Raises:
            UsageError: nothing can be added there.
        """
        return None

    def name_datasets(self, wanted: tuple[str, ...], target: Target | None) -> Mapping[str, str]:
        """Return the dataset to write to for each one that the graph asks for.

        Raises:
            UsageError: there is no such dataset in ``target``, or its name is taken.
        """
        return {name: name for name in wanted}

    @abstractmethod
    def write(self, sample: Sample, schema: Schema, place: Place) -> str | None:
        """Write one sample; or return why it has no place in the output, which is counted.

        Raises:
            DataError: the sample cannot be written in this form.
        """

    def finish(self, schema: Schema, folder: Path) -> None:
        """Do what is left when the last sample of a run that was not cut short is written."""

    def report_losses(self, losses: Mapping[tuple[str, str], int], folder: Path) -> None:
        """Record what the output cannot hold, once it is finished.

        Args:
            losses: how often ``Place.lose`` was called with each label and words, sorted.
            folder: the output folder.
        """
