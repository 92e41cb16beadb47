"""The training loop, as each of the processes that train together runs it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.corrupted import Corrupted
from dtl_nodes.models.training.events import (
    MetricsEvent,
    NoteEvent,
    ProgressEvent,
    TrainEvent,
    WarningEvent,
)
from dtl_nodes.models.training.job import Job
from dtl_nodes.models.training.loader import MOST_TRIES, Loaded
from dtl_nodes.models.training.moments import epochs_done, is_due
from dtl_nodes.models.training.records import Records
from dtl_nodes.models.training.schedule import Schedule
from dtl_nodes.models.training.sets import TrainLoaders
from dtl_nodes.models.training.state import (
    STATE,
    random_state,
    read_state,
    restore_random_state,
    seeded,
    write_state,
)
from dtl_nodes.models.training.validation import Validation
from dtl_nodes.models.training.weights import initialise

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Tell = Callable[[TrainEvent], None]
State = Mapping[str, Any]


class Training:
    """A training in one process; ``run`` is called once.

    With several devices every process has the same weights and sees the same numbers; the first
    one validates, writes and tells.
    """

    def __init__(
        self, job: Job, fabric: Fabric, tell: Tell, should_stop: Callable[[], bool]
    ) -> None:
        self._job = job
        self._settings = job.settings
        self._fabric = fabric
        self._is_first = fabric.global_rank == 0
        self._tell: Tell = tell if self._is_first else _silent
        self._should_stop = should_stop
        self._architecture = job.architecture(job.config)
        self._corrupted = Corrupted(job.settings.allow_corrupted_samples)
        pins = fabric.device.type == "cuda"
        self._loaders = TrainLoaders(job, self._architecture, fabric.global_rank, pins=pins)
        self._validation = Validation(job, self._architecture, fabric, self._corrupted, self._tell)
        self._epoch = 0
        self._iteration = 0
        self._step = 0
        """Steps behind, over all epochs."""
        self._validations = 0
        self._validated_step = -1
        self._numbers: dict[str, float] = {}
        """What the last step said of itself."""
        self._saved_at = monotonic()

    def run(self) -> bool:
        """Train to the end, from the saved state if there is one.

        Returns:
            Whether the training is complete; if not, it was asked to stop and its state is saved.

        Raises:
            ModelError: it cannot go on; checkpoints and state stay as they were.
        """
        with seeded(self._job.seed, self._fabric.device):
            state = read_state(self._job.folder / STATE)
            self._build(state)
            self._start(state)
            try:
                is_complete = self._train()
                if is_complete and self._is_first and self._settings.keep_checkpoints != "all":
                    self._validation.checkpoints.keep_best_and_last()
            finally:
                self._loaders.close()
                self._validation.close()
                if self._records is not None:
                    self._validation.show(self._records)
                    self._records.close()
            return is_complete

    def _build(self, state: State | None) -> None:
        """Build the network, load its weights and set up its optimiser.

        What is frozen may depend on the weights, and what is optimised on what is frozen.
        """
        module = self._architecture.build()
        if state is None:
            told = initialise(self._architecture, module, self._settings, self._job.weights)
            self._tell(NoteEvent(told))
        else:
            module.load_state_dict(state["module"])
        self._architecture.freeze(module, self._settings)
        self._optimizer = self._architecture.optimizer(module, self._settings)
        self._schedule = Schedule(self._settings, self._optimizer)
        self._network = module
        self._module, self._stepper = self._fabric.setup(module, self._optimizer)
        self._module.train()

    def _start(self, state: State | None) -> None:
        """Go on from a saved state; ``None``: start."""
        import torch

        table_bytes = 0
        if state is None:
            for note in self._schedule.notes:
                self._tell(WarningEvent(note))
            if not self._is_first:
                # Weights are those of the first process; later draws are to differ from its own.
                torch.manual_seed(self._job.seed + self._fabric.global_rank)
        else:
            self._restore(state)
            table_bytes = state["table_bytes"]
            self._tell(NoteEvent(f"training goes on after step {self._step}"))
        self._records = (
            Records(self._job.folder, table_bytes, self._step) if self._is_first else None
        )

    def _restore(self, state: State) -> None:
        self._optimizer.load_state_dict(state["optimizer"])
        self._fabric.strategy.precision.load_state_dict(state["precision"])
        self._schedule.restore(state["schedule"])
        self._corrupted.restore(state["corrupted"])
        if self._is_first:
            self._validation.checkpoints.restore(state["checkpoints"])
        self._epoch, self._iteration = state["epoch"], state["iteration"]
        self._step = state["step"]
        self._validations = state["validations"]
        self._validated_step = state["validated_step"]
        self._numbers = dict(state["numbers"])
        random = state["random"]
        restore_random_state(random[self._fabric.global_rank % len(random)], self._fabric.device)

    def _save(self) -> None:
        """Save the state; all processes call it together."""
        random = _gathered(random_state(self._fabric.device), self._fabric.world_size)
        if self._records is not None:
            state = {
                "module": self._network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "precision": self._fabric.strategy.precision.state_dict(),
                "schedule": self._schedule.state(),
                "corrupted": self._corrupted.state(),
                "checkpoints": self._validation.checkpoints.state(),
                "epoch": self._epoch,
                "iteration": self._iteration,
                "step": self._step,
                "validations": self._validations,
                "validated_step": self._validated_step,
                "numbers": self._numbers,
                "table_bytes": self._records.flush(),
                "random": random,
            }
            write_state(self._job.folder / STATE, state)
        self._saved_at = monotonic()

    def _train(self) -> bool:
        """Take all steps that are left; return whether it came to the end."""
        epochs_to_do = self._settings.epochs
        while self._epoch < epochs_to_do:
            loader = self._loaders.of_epoch(self._epoch)
            if self._loaders.warning:
                self._tell(WarningEvent(self._loaders.warning))
            iterations = len(loader)
            if not iterations:
                raise ModelError(f"the train set of epoch {self._epoch + 1} makes no batch")
            for loaded in loader.epoch(self._epoch, self._iteration):
                epochs = epochs_done(self._epoch, self._iteration, iterations)
                self._schedule.before_step(epochs - 1 / iterations, self._step)
                stops, saves = self._take_step(loaded, epochs)
                self._tell(ProgressEvent("training", self._step, epochs_to_do * iterations))
                self._iteration += 1
                if self._iteration == iterations:
                    self._epoch, self._iteration = self._epoch + 1, 0
                if is_due(epochs, self._settings.val_every, self._validations):
                    self._validate(epochs)
                elif stops or saves:
                    self._save()
                if stops:
                    return False
        if self._validated_step != self._step:
            self._validate(float(epochs_to_do))
        return True

    def _take_step(self, loaded: Loaded, epochs: float) -> tuple[bool, bool]:
        """Learn from one batch; return whether to stop, and whether to save the state."""
        for warning in self._corrupted.count("train", loaded.failures):
            self._tell(WarningEvent(warning))
        if loaded.gave_up:
            raise ModelError(f"{MOST_TRIES} samples of the train set in turn cannot be used")
        batch = self._fabric.to_device(loaded.content)
        self._optimizer.zero_grad(set_to_none=True)
        losses = self._architecture.losses(self._module, batch, self._settings)
        loss = losses["loss"]
        if loss.requires_grad:
            self._fabric.backward(loss)
        # Numbers are asked for once, behind the backward pass: asking waits for the device.
        self._numbers, stops, saves = self._shared(losses)
        total = self._numbers["loss"]
        if not math.isfinite(total):
            raise ModelError(
                f"the loss is {total} after {epochs:g} epochs: the training has diverged; "
                "checkpoints before stay valid; try a lower 'lr', or 'precision' 32"
            )
        # A loss of zero has nothing to teach: a batch of neutral pixels alone, for instance. The
        # step is left out, since momentum and weight decay would move the weights all the same.
        if total != 0 and loss.requires_grad:
            self._stepper.step()
        if self._records is not None:
            self._records.add("train", epochs, self._step, self._numbers)
        self._tell(MetricsEvent("train", epochs, self._numbers))
        self._step += 1
        return stops, saves

    def _shared(self, losses: Mapping[str, Any]) -> tuple[dict[str, float], bool, bool]:
        """Return the numbers of a step and whether to stop or save, alike in all processes."""
        import torch

        minutes = self._job.state_every_minutes
        stops = self._should_stop()
        saves = minutes is not None and monotonic() - self._saved_at >= 60 * minutes
        values = torch.stack([torch.as_tensor(each).detach().float() for each in losses.values()])
        if self._fabric.world_size > 1:
            flags = torch.tensor([float(stops), float(saves)], device=values.device)
            shared = self._fabric.all_reduce(torch.cat([values, flags]), reduce_op="mean")
            *numbers, stop_share, save_share = torch.as_tensor(shared).tolist()
            stops, saves = stop_share > 0, save_share > 0
        else:
            numbers = values.tolist()
        return dict(zip(losses, numbers, strict=True)), stops, saves

    def _validate(self, epochs: float) -> None:
        """Validate in the first process and let all of them know what came of it."""
        metrics: dict[str, float] = {}
        if self._records is not None:
            metrics = self._validation.run(
                self._network, self._records, epochs, self._step, self._numbers
            )
        metrics = self._fabric.broadcast(metrics)
        self._validations += 1
        self._validated_step = self._step
        if told := self._schedule.after_validation(metrics["loss"]):
            self._tell(NoteEvent(told))
        self._save()


def _gathered(value: Any, processes: int) -> list[Any]:
    """Return the values of all processes, by their number."""
    if processes == 1:
        return [value]
    import torch.distributed

    values: list[Any] = [None] * processes
    torch.distributed.all_gather_object(values, value)
    return values


def _silent(event: TrainEvent) -> None:
    """Tell nobody: what the other processes see, the first one tells."""
