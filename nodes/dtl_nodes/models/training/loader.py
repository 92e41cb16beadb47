"""Batches in an order that depends on seed and epoch alone, loaded by any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dtl_engine.sdk import DataError, Origin, Source
from dtl_nodes.models.training.corrupted import Failure
from dtl_nodes.models.training.data import key_of
from dtl_nodes.models.training.events import SetName

if TYPE_CHECKING:
    from torch.utils.data import DataLoader

    from dtl_nodes.models.architectures.base import Architecture, Example

MOST_TRIES = 100
"""How often another sample is tried in place of one that cannot be used."""

_SET_NUMBER: dict[SetName, int] = {"train": 0, "val": 1}
_SHUFFLE = 2

Draw = tuple[int, int]
"""A place in the data set as it is asked for: the epoch, and the index of a sample."""


@dataclass(frozen=True)
class Loaded:
    """A sample or a batch with what failed on the way; ``content`` is ``None`` if nothing is left.

    ``gave_up``: no sample could be found in the place of one that failed.
    """

    content: Any
    failures: tuple[Failure, ...] = ()
    gave_up: bool = False


@dataclass(frozen=True)
class SampleSet:
    """One set as PyTorch's loader sees it; it pickles.

    What a sample becomes depends on the seed, the epoch and its index, so neither the order of
    loading nor the number of processes matters.
    """

    name: SetName
    source: Source
    origins: tuple[Origin, ...]
    architecture: Architecture
    settings: Any
    seed: int

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, draw: Draw) -> Loaded:
        """Load one sample, or a random other one of the set if it cannot be used.

        Of the training set, one without anything to learn from is replaced too.
        """
        epoch, index = draw
        rng = np.random.default_rng((self.seed, _SET_NUMBER[self.name], epoch, index))
        failures: list[Failure] = []
        for _ in range(MOST_TRIES):
            origin = self.origins[index]
            try:
                example = self._example(origin, rng)
            except DataError as error:
                failures.append((key_of(origin), error.message))
            else:
                if example is not None or self.name == "val":
                    return Loaded(example, tuple(failures))
            index = int(rng.integers(len(self.origins)))
        return Loaded(None, tuple(failures), gave_up=True)

    def _example(self, origin: Origin, rng: np.random.Generator) -> Example | None:
        return self.architecture.example(self.source.read(origin), rng, self.settings)


@dataclass
class Batches:
    """The draws of each batch of one device: a batch sampler whose epoch and start can be set.

    The batches of a step are dealt out to the devices; samples are repeated where the last batch
    would leave a device without its share.
    """

    size: int
    batch_size: int
    seed: int
    shuffles: bool
    drops_last: bool = False
    rank: int = 0
    devices: int = 1
    epoch: int = 0
    start: int = 0
    """How many batches of the epoch are left out: they were trained on before a kill."""

    def __len__(self) -> int:
        whole = self.batch_size * self.devices
        return self.size // whole if self.drops_last else -(-self.size // whole)

    def __iter__(self) -> Iterator[list[Draw]]:
        order = np.arange(self.size)
        if self.shuffles:
            rng = np.random.default_rng((self.seed, _SHUFFLE, self.epoch))
            order = rng.permutation(self.size)
        whole = self.batch_size * self.devices
        for number in range(self.start, len(self)):
            chunk = order[number * whole : (number + 1) * whole]
            missing = -len(chunk) % self.devices
            if missing:
                chunk = np.concatenate([chunk, np.resize(order, missing)])
            yield [(self.epoch, int(index)) for index in chunk[self.rank :: self.devices]]


@dataclass(frozen=True)
class Collate:
    """Joins loaded samples to a batch; it pickles."""

    collate: Callable[[Sequence[Example]], Any]

    def __call__(self, loaded: Sequence[Loaded]) -> tuple[Any, tuple[Failure, ...], bool]:
        """Return the batch (``None``: no sample is left), the failures, whether one gave up."""
        examples = [each.content for each in loaded if each.content is not None]
        failures = tuple(failure for each in loaded for failure in each.failures)
        batch = self.collate(examples) if examples else None
        return batch, failures, any(each.gave_up for each in loaded)


@dataclass
class Loader:
    """One set as batches on the CPU."""

    samples: SampleSet
    batches: Batches
    workers: int
    pins: bool = False
    _loader: DataLoader[Any] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.batches)

    def epoch(self, number: int, start: int = 0) -> Iterator[Loaded]:
        """Yield the batches of an epoch from number ``start`` on; processes stay for the next."""
        import torch
        from torch.utils.data import DataLoader

        self.batches.epoch, self.batches.start = number, start
        if self._loader is None:
            # Spawned, not forked: a fork copies locks that other threads of the parent may hold.
            # The generator keeps the loader from drawing from the stream that networks draw from.
            options: dict[str, Any] = (
                {"multiprocessing_context": "spawn", "persistent_workers": True}
                if self.workers
                else {}
            )
            self._loader = DataLoader(
                self.samples,  # type: ignore[arg-type]  # it is one by its methods
                batch_sampler=self.batches,
                num_workers=self.workers,
                collate_fn=Collate(self.samples.architecture.collate),
                worker_init_fn=_start_worker,
                generator=torch.Generator().manual_seed(0),
                pin_memory=self.pins,
                **options,
            )
        for batch, failures, gave_up in self._loader:
            yield Loaded(batch, failures, gave_up)

    def close(self) -> None:
        """Let the processes go."""
        self._loader = None


def _start_worker(number: int) -> None:
    """Keep OpenCV from starting threads in each of the processes."""
    import cv2

    cv2.setNumThreads(0)
