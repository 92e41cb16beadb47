"""What a training tells while it runs, for a progress bar, a log or a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

SetName = Literal["train", "val"]


@dataclass(frozen=True, slots=True)
class TrainEvent:
    """One thing that happened."""

    event_type: ClassVar[str]

    def as_json(self) -> dict[str, Any]:
        """Return the event as JSON data."""
        return {"event_type": self.event_type, **asdict(self)}


@dataclass(frozen=True, slots=True)
class ProgressEvent(TrainEvent):
    """``current`` of ``total`` steps of a part of the work are done."""

    event_type: ClassVar[str] = "PROGRESS"

    subtask: str
    current: int
    total: int


@dataclass(frozen=True, slots=True)
class MetricsEvent(TrainEvent):
    """What was measured; ``epoch`` counts passes over the training set, fractions included."""

    event_type: ClassVar[str] = "METRICS"

    set: SetName
    epoch: float
    metrics: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """Return the event as JSON data, the set under the key that it has in logs."""
        return {
            "event_type": self.event_type,
            "type": self.set,
            "epoch": self.epoch,
            "metrics": dict(self.metrics),
        }


@dataclass(frozen=True, slots=True)
class CheckpointEvent(TrainEvent):
    """A checkpoint was written; ``sizeb`` is its size in bytes, ``subdir`` its folder's name."""

    event_type: ClassVar[str] = "CHECKPOINT"

    id: int
    subdir: str
    sizeb: int
    best_now: bool
    epoch: float
    val_metrics: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the event as JSON data, with the optional part of its own."""
        return {
            "event_type": self.event_type,
            "id": self.id,
            "subdir": self.subdir,
            "sizeb": self.sizeb,
            "best_now": self.best_now,
            "optional": {"epoch": self.epoch, "val_metrics": dict(self.val_metrics)},
        }


@dataclass(frozen=True, slots=True)
class NoteEvent(TrainEvent):
    """Something worth knowing, such as which weights a training starts from."""

    event_type: ClassVar[str] = "NOTE"

    message: str


@dataclass(frozen=True, slots=True)
class WarningEvent(TrainEvent):
    """Something that is not as it was asked for, or makes the results doubtful."""

    event_type: ClassVar[str] = "WARNING"

    message: str
