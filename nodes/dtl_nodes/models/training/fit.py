"""Train a network: from the beginning, or from where an earlier run was interrupted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.checkpoint import CHECKPOINTS, INDEX, find_checkpoint, write_file
from dtl_nodes.models.training.curves import CURVES
from dtl_nodes.models.training.data import (
    Data,
    check_batches,
    choose,
    epoch_of,
    leak,
    roots_of,
)
from dtl_nodes.models.training.devices import Devices, choose_devices
from dtl_nodes.models.training.distributed import train_together
from dtl_nodes.models.training.events import NoteEvent, TrainEvent, WarningEvent
from dtl_nodes.models.training.job import Job
from dtl_nodes.models.training.key import OtherTraining, differences, training_key, write_key
from dtl_nodes.models.training.loop import Training
from dtl_nodes.models.training.model_config import model_config
from dtl_nodes.models.training.page import PAGE
from dtl_nodes.models.training.records import EVENTS, METRICS_TABLE
from dtl_nodes.models.training.samples import SAMPLES
from dtl_nodes.models.training.state import FILE, STATE
from dtl_nodes.models.training.weights import starting_file, starting_model

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from dtl_nodes.models.architectures.base import Architecture

COMPLETE = "complete"
"""The file of the state that says that nothing is left to do."""

_OWN = (CHECKPOINTS, INDEX, METRICS_TABLE, CURVES, PAGE, EVENTS, SAMPLES, STATE)
"""What a training writes into its folder."""

_OUT_OF_MEMORY = ("not enough memory", "can't allocate memory", "out of memory")


def fit(
    architecture_class: type[Architecture],
    data: Data,
    folder: Path,
    settings: Any,
    *,
    seed: int,
    graph: bytes,
    tell: Callable[[TrainEvent], None],
    should_stop: Callable[[], bool],
    weights: Path | None = None,
    is_strict: bool = False,
    state_every_minutes: float | None = None,
    devices: Devices | None = None,
) -> bool:
    """Train a network and leave its checkpoints, records and state in a folder.

    Called again with the same data, settings and seed it goes on from the state that it finds, and
    ends, on the CPU, with the very weights of a training that was never interrupted; a complete
    training is left as it is.

    Args:
        architecture_class: the network.
        data: the samples, or a function or object that makes them for each epoch.
        folder: of the model; made if it is not there.
        settings: those of ``train`` for this network.
        seed: of all draws.
        graph: the document, stored with every checkpoint.
        tell: takes events, in the thread that calls.
        should_stop: whether to save the state and return; asked after every step.
        weights: where the setting ``weights`` was found; ``None``: where it says.
        is_strict: whether a GPU that is not there is an error.
        state_every_minutes: how often the state is saved between validations too.
        devices: where to train; ``None``: as the settings say, as far as it is there.

    Returns:
        Whether the training is complete; if not, it was asked to stop.

    Raises:
        OtherTraining: ``folder`` holds something else, which stays as it is.
        ModelError: it cannot start or go on.
        SchemaError: the settings do not fit the classes of the samples.
    """
    seed %= 2**63
    if weights is None and isinstance(settings.weights, str):
        weights = Path(settings.weights)
    chosen_devices = devices or choose_devices(settings, is_strict=is_strict)
    first = epoch_of(data, 0)
    start = starting_model(settings, weights)
    config = model_config(architecture_class, settings, first.source.schema, start)
    chosen = choose(first, settings.dataset_tags, architecture_class.family)
    job = Job(
        architecture_class,
        config,
        settings,
        data,
        first,
        chosen,
        folder,
        chosen_devices,
        seed,
        graph,
        weights,
        state_every_minutes,
    )
    check_batches(
        chosen,
        settings.batch_size,
        chosen_devices.count,
        drops_last=architecture_class.drops_last,
        architecture=architecture_class.name,
    )
    if _prepare_folder(job):
        tell(NoteEvent(f"{folder.name} is trained already, with the same data and settings"))
        return True
    for warning in chosen_devices.warnings:
        tell(WarningEvent(warning))
    if told := leak(roots_of(first, chosen.train), roots_of(first, chosen.val)):
        tell(WarningEvent(told))
    sizes = f"{len(chosen.train)} samples to train on, {len(chosen.val)} to validate on"
    tell(NoteEvent(f"{sizes}, device {chosen_devices.shown}"))
    if chosen_devices.count > 1:
        is_complete = train_together(job, tell, should_stop)
    else:
        is_complete = train_here(job, _fabric(chosen_devices), tell, should_stop)
    if is_complete:
        write_file(folder / STATE / COMPLETE, b"")
    return is_complete


def train_here(
    job: Job,
    fabric: Fabric,
    tell: Callable[[TrainEvent], None],
    should_stop: Callable[[], bool],
) -> bool:
    """Train in this process; return whether the training is complete.

    Raises:
        ModelError: it cannot go on, for want of memory among other reasons.
    """
    try:
        return Training(job, fabric, tell, should_stop).run()
    except (RuntimeError, MemoryError) as error:
        if not isinstance(error, MemoryError) and not any(
            words in str(error) for words in _OUT_OF_MEMORY
        ):
            raise
        size = job.settings.batch_size
        raise ModelError(
            f"the memory of {fabric.device} is not enough: lower 'batch_size' (now train "
            f"{size.train}, val {size.val}) or 'input_size'; checkpoints so far stay valid"
        ) from error


def _fabric(devices: Devices) -> Fabric:
    """Return the Fabric of one device."""
    from lightning_fabric import Fabric

    return Fabric(
        accelerator=devices.accelerator,
        devices=1 if devices.accelerator == "cpu" else list(devices.ids),
        precision=devices.precision,  # type: ignore[arg-type]  # one of its words
    )


def _prepare_folder(job: Job) -> bool:
    """Make the folder ready; return whether the training in it is complete.

    Raises:
        OtherTraining: there is something else in it.
    """
    folder, state = job.folder, job.folder / STATE
    file = starting_file(job.architecture(job.config), job.settings, job.weights)
    key = training_key(job.first, job.config, job.settings, job.seed, file)
    differing = differences(state, key)
    if differing is None:
        if folder.is_dir() and any(folder.iterdir()):
            raise OtherTraining(
                f"{folder} is not empty and holds no training: empty it, or choose another name"
            )
    elif differing:
        raise OtherTraining(
            f"{folder} holds another training; it differs in {', '.join(differing)}: empty the "
            "folder, or choose another name"
        )
    elif (state / COMPLETE).is_file():
        find_checkpoint(folder)
        return True
    if not (state / FILE).is_file():
        _clear(folder)
        state.mkdir(parents=True)
        write_key(state, key)
    return False


def _clear(folder: Path) -> None:
    """Delete what a training wrote that was killed before its first state."""
    for name in _OWN:
        place = folder / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
