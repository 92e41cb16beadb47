"""A training on several devices: one process for each, kept in step by Lightning Fabric."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from queue import Empty
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError
from dtl_nodes.models.training.data import Data, TrainingSet, epoch_of
from dtl_nodes.models.training.events import TrainEvent
from dtl_nodes.models.training.job import Job

if TYPE_CHECKING:
    from lightning_fabric import Fabric

_POLL_SECONDS = 0.2


class RemoteEpochs:
    """Asks the process that started the training for the samples of an epoch."""

    def __init__(self, messages: Any, answers: list[Any]) -> None:
        self._messages = messages
        self._answers = answers
        self.rank = 0

    def for_epoch(self, epoch: int) -> TrainingSet:
        """Return the samples of an epoch."""
        self._messages.put(("epoch", (self.rank, epoch)))
        found = self._answers[self.rank].get()
        assert isinstance(found, TrainingSet)
        return found


def train_together(
    job: Job, tell: Callable[[TrainEvent], None], should_stop: Callable[[], bool]
) -> bool:
    """Train on all devices of a job; events are told in the thread that calls.

    Returns:
        Whether the training is complete; if not, it was asked to stop and its state is saved.

    Raises:
        ModelError: it cannot go on, or one of the processes died.
    """
    # Spawned, not forked: a fork copies locks that other threads of the parent may hold.
    context = get_context("spawn")
    messages = context.Queue()
    answers = [context.Queue() for _ in job.devices.ids]
    stop = context.Event()
    remote = job
    if not isinstance(job.data, TrainingSet):
        remote = replace(job, data=RemoteEpochs(messages, answers))
    results: dict[str, Any] = {}
    epochs = _Epochs(job.data)
    with ThreadPoolExecutor(1) as pool:
        launched = pool.submit(_launch, remote, messages, stop)
        try:
            for kind, content in _received(messages, launched):
                if should_stop():
                    stop.set()
                if kind == "event":
                    tell(content)
                elif kind == "epoch":
                    rank, number = content
                    answers[rank].put(epochs.get(number))
                elif kind:
                    results[kind] = content
        finally:
            # Whatever ended the telling: the processes save their state, and end once somebody
            # has taken what they still have to say.
            stop.set()
            for _ in _received(messages, launched):
                pass
    if "error" in results:
        raise ModelError(results["error"])
    if failure := launched.exception():
        raise ModelError(f"a process of the training failed: {failure}") from failure
    return bool(results["done"])


def _received(messages: Any, launched: Future[None]) -> Iterator[tuple[str, Any]]:
    """Yield what the processes send, and now and then ``""`` when they send nothing."""
    while not (launched.done() and messages.empty()):
        try:
            yield messages.get(timeout=_POLL_SECONDS)
        except Empty:
            yield "", None


class _Epochs:
    """The samples of the epoch that was asked for last: every process asks for the same one."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._number = -1
        self._found: TrainingSet | None = None

    def get(self, number: int) -> TrainingSet:
        if self._found is None or number != self._number:
            self._found, self._number = epoch_of(self._data, number), number
        return self._found


def _launch(job: Job, messages: Any, stop: Any) -> None:
    """Start the processes and wait for them."""
    from lightning_fabric import Fabric
    from lightning_fabric.strategies.ddp import DDPStrategy

    devices = job.devices
    fabric = Fabric(
        accelerator=devices.accelerator,
        devices=devices.count if devices.accelerator == "cpu" else list(devices.ids),
        # A batch without objects leaves parts of a detector unused.
        strategy=DDPStrategy(start_method="spawn", find_unused_parameters=True),
        precision=devices.precision,  # type: ignore[arg-type]  # one of its words
    )
    # Bound, not passed on: Fabric looks for networks in arguments and stops at frozen ones.
    fabric.launch(partial(_train_one, job=job, messages=messages, stop=stop))


def _train_one(fabric: Fabric, job: Job, messages: Any, stop: Any) -> None:
    """Train in one of the processes."""
    from dtl_nodes.models.training.fit import train_here

    if isinstance(job.data, RemoteEpochs):
        job.data.rank = fabric.global_rank
    try:
        is_complete = train_here(
            job, fabric, lambda event: messages.put(("event", event)), stop.is_set
        )
    except ModelError as error:
        messages.put(("error", str(error)))
        raise
    if fabric.global_rank == 0:
        messages.put(("done", is_complete))
