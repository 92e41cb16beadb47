"""Nodes that make models, load them, use them and write them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from dtl_engine.model.model_spec import ModelSpec
from dtl_engine.node.base import Node, S
from dtl_engine.node.count import Count
from dtl_engine.node.ends import OutputNode, SinkNode
from dtl_engine.node.signature import FIT, MODEL, MODEL_SOURCE, SAMPLES, Signature

if TYPE_CHECKING:
    from dtl_engine.errors import DataError
    from dtl_engine.model.sample import Sample
    from dtl_engine.model.schema import Schema
    from dtl_engine.node.source import DataFolders

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """A model found on disk, known without loading it."""

    path: Path
    spec: ModelSpec
    notes: tuple[str, ...] = ()
    """What is worth a warning."""


class ModelSourceNode(Node[S]):
    """Loads a model; its ``src`` names it."""

    signature = MODEL_SOURCE
    family = "model"

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """No sample leaves."""
        return (Count(),)

    @staticmethod
    @abstractmethod
    def open_model(settings: Any, names: tuple[str, ...], data: DataFolders) -> OpenedModel:
        """Find and describe the model that ``src`` names.

        Raises:
            SchemaError: there is none, or it cannot be read; ``at`` is the index of the name.
        """


@dataclass(frozen=True, slots=True)
class FitEvent:
    """One thing that a fitting node tells.

    ``kind`` is ``progress``, ``metrics``, ``checkpoint``, ``note`` or ``warning``; ``text`` is for
    people, ``facts`` for the JSON log. ``current`` of ``total`` steps are done, where known.
    """

    kind: str
    text: str
    facts: Mapping[str, Any]
    current: int = 0
    total: int = 0


@dataclass(frozen=True)
class FitTask:
    """What a node that fits a model is given when its stream is complete."""

    samples: Path
    """The folder that ``write`` filled."""

    folder: Path
    """The folder of the model; what an earlier run left there is in it."""

    schema: Schema
    seed: int
    graph: bytes
    """The document, for the record."""

    overwrite: bool
    """Whether a model of other settings or data in ``folder`` may be replaced."""

    find: Callable[[str], Path | None]
    """Finds a folder or file in the data folders by its name."""

    again: Callable[[int], Path]
    """Runs the stream again with the draws of an epoch; returns a folder like ``samples``, which
    stays until the next call."""

    tell: Callable[[FitEvent], None]
    """Takes events of progress, for whoever shows the run."""

    should_stop: Callable[[], bool]
    """Whether the run is to end as soon as what is done is saved."""

    strict_devices: bool = False
    """Whether a device that the settings name and that is not there is an error; otherwise another
    one is used, with a warning."""


class FitNode(SinkNode[S]):
    """Fits a model to a whole stream: samples are written to a folder, then ``fit`` runs.

    It may report too: what leaves by a port of kind ``report`` is the folder of the model.
    """

    signature = FIT
    family = "model"

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """No sample leaves."""
        return (Count(), Count())

    @staticmethod
    @abstractmethod
    def infer_model(settings: Any, schema: Schema) -> ModelSpec:
        """Return what the model will predict.

        Raises:
            SchemaError: the settings do not fit the schema.
        """

    @staticmethod
    def check_start(settings: Any, schema: Schema, data: DataFolders) -> None:
        """Check what settings name in the data folders, such as a model to go on with.

        Raises:
            SchemaError: it is not there, or does not fit; ``at`` is a path in the settings.
        """

    @abstractmethod
    def fit(self, task: FitTask) -> None:
        """Fit the model, or go on with what an earlier run left; return when it is complete.

        Raises:
            ModelError: it cannot be fitted; what is saved stays.
        """


class BatchNode(Node[S], Generic[S, R]):
    """Applies a model to samples, several at a time."""

    signature = Signature((SAMPLES, MODEL), (SAMPLES,))
    family = "model"

    @staticmethod
    @abstractmethod
    def infer_schema_with(settings: Any, schema: Schema, model: ModelSpec) -> Schema:
        """Return the schema behind the node, given what enters and what the model predicts.

        Raises:
            SchemaError: the settings fit neither.
        """

    @staticmethod
    def notes(settings: Any, model: ModelSpec) -> Iterable[str]:
        """Return what is worth a warning of settings and a model that fit together."""
        return ()

    @staticmethod
    def batch_size(settings: Any) -> int:
        """Return how many source images are taken through the graph together."""
        return 1

    @abstractmethod
    def open(self, model: Path, spec: ModelSpec) -> R:
        """Load the model; one thread at a time works with what is returned.

        Raises:
            ModelError: it cannot be loaded.
        """

    def remarks(self, resource: R) -> Iterable[str]:
        """Return what is worth telling of a loaded model; the summary of a run has it."""
        return ()

    @abstractmethod
    def apply_batch(
        self, samples: Sequence[Sample], resource: R, schema: Schema
    ) -> Sequence[Sample | DataError]:
        """Return a result for each sample, or why it has none; ``schema`` is what enters."""


class ValueSinkNode(OutputNode[S]):
    """Writes models or reports, no samples; its ``dst`` names the file or folder."""

    family = "sink"
    signature = Signature((MODEL,), ())

    marks: ClassVar[tuple[str, ...]] = ()
    """Files that every folder it writes holds: a folder that has them may be replaced."""

    @staticmethod
    def check_models(settings: Any, models: Sequence[ModelSpec]) -> None:
        """Check the settings against the models that enter.

        Raises:
            SchemaError: they do not fit.
        """

    @abstractmethod
    def write_values(self, values: Mapping[str, Sequence[Path]], target: Path) -> None:
        """Write ``target`` from what enters by each port, in the order of ``src``.

        Raises:
            ModelError: it cannot be written; nothing of it stays.
        """
