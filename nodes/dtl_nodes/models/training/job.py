"""One training as it is handed to the processes that do it; it pickles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.training.data import Chosen, Data, TrainingSet
from dtl_nodes.models.training.devices import Devices

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.base import Architecture


@dataclass(frozen=True)
class Job:
    """All that a training is made of.

    ``first`` are the samples of the first epoch, ``chosen`` which of them are in which set;
    ``weights`` is where the setting of that name was found.
    """

    architecture: type[Architecture]
    config: ModelConfig
    settings: Any
    data: Data
    first: TrainingSet
    chosen: Chosen
    folder: Path
    devices: Devices
    seed: int
    graph: bytes
    weights: Path | None = None
    state_every_minutes: float | None = None
    """How often the state is saved between validations; ``None``: never."""
