"""One run of the ``train`` node: from the samples on disk to the folder of the model."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import FitEvent, FitTask, ModelError, SchemaError
from dtl_nodes.models.training.data import Data, TrainingSet
from dtl_nodes.models.training.events import (
    CheckpointEvent,
    MetricsEvent,
    NoteEvent,
    ProgressEvent,
    TrainEvent,
    WarningEvent,
)
from dtl_nodes.models.training.images import keep_images
from dtl_nodes.models.training.key import OtherTraining
from dtl_nodes.models.training.spool import open_spool
from dtl_nodes.models.training.state import STATE

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.base import Architecture

STATE_EVERY_MINUTES = 10.0
"""The most work that a kill destroys, however long an epoch takes."""


def train(architecture: type[Architecture], settings: Any, task: FitTask) -> None:
    """Train a network with the samples of a task, in the folder of its model.

    Raises:
        ModelError: it cannot be trained; checkpoints that are there stay.
    """
    from dtl_nodes.models.training.fit import fit

    try:
        first = open_spool(task.samples)
    except SchemaError as error:
        raise ModelError(f"there is nothing to train on: {error}") from error
    again = settings.augment == "every_epoch"
    data: Data = _Epochs(task, first) if again else first
    run = partial(
        fit,
        architecture,
        data,
        task.folder,
        settings,
        seed=task.seed,
        graph=task.graph,
        tell=_Teller(task.tell),
        should_stop=task.should_stop,
        weights=_weights(settings, task),
        is_strict=task.strict_devices,
        state_every_minutes=STATE_EVERY_MINUTES,
    )
    try:
        run()
    except OtherTraining as other:
        if not task.overwrite:
            raise ModelError(f"{other}; --overwrite trains anew") from other
        if not (task.folder / STATE).is_dir():
            raise
        shutil.rmtree(task.folder)
        run()
    keep_images(open_spool(task.samples).source, settings.dataset_tags.val, task.folder)


def _weights(settings: Any, task: FitTask) -> Path | None:
    """Return where the weights to start from are, if settings name some.

    Raises:
        ModelError: there are none of that name.
    """
    if not isinstance(settings.weights, str):
        return None
    first, *rest = settings.weights.split("/")
    place = task.find(first)
    if place is not None and all(part not in ("", ".", "..") and "\\" not in part for part in rest):
        place = place.joinpath(*rest)
        if place.exists():
            return place
    raise ModelError(f"'weights': there is no '{settings.weights}' in the data folders")


class _Epochs:
    """Samples that are made anew for each epoch."""

    def __init__(self, task: FitTask, first: TrainingSet) -> None:
        self._task = task
        self._epoch = 0
        self._current = first

    def for_epoch(self, epoch: int) -> TrainingSet:
        """Return the samples of an epoch."""
        if epoch != self._epoch:
            self._current = open_spool(self._task.again(epoch))
            self._epoch = epoch
        return self._current


class _Teller:
    """Tells events as the engine shows them: steps with what was measured in them."""

    def __init__(self, tell: Callable[[FitEvent], None]) -> None:
        self._tell = tell
        self._text = ""
        self._measured: dict[str, Any] | None = None
        """What was measured in a step that is not told yet: its number comes behind it."""

    def __call__(self, event: TrainEvent) -> None:
        """Tell an event."""
        facts = event.as_json()
        match event:
            case ProgressEvent():
                steps = [facts] if self._measured is None else [self._measured, facts]
                self._measured = None
                for each in steps:
                    self._tell(FitEvent("progress", self._text, each, event.current, event.total))
            case MetricsEvent(set="train"):
                self._text = f"epoch {event.epoch:.2f}, {_listed(event)}"
                self._measured = facts
            case MetricsEvent():
                text = f"epoch {event.epoch:.4g}: val {_listed(event)}"
                self._tell(FitEvent("metrics", text, facts))
            case CheckpointEvent():
                best = ", the best so far" if event.best_now else ""
                self._tell(FitEvent("checkpoint", f"checkpoint {event.subdir}{best}", facts))
            case WarningEvent():
                self._tell(FitEvent("warning", event.message, facts))
            case NoteEvent():
                self._tell(FitEvent("note", event.message, facts))


def _listed(event: MetricsEvent) -> str:
    """Return metrics in words; those of single classes are in the records."""
    return ", ".join(
        f"{name} {value:.4g}" for name, value in event.metrics.items() if "/" not in name
    )
