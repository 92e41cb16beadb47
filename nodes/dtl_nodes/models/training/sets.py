"""The loaders of a training: its fixed validation set, and the training set of each epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dtl_engine.sdk import Origin, Source
from dtl_nodes.models.training.data import choose_train, epoch_of, leak, roots_of
from dtl_nodes.models.training.events import SetName
from dtl_nodes.models.training.job import Job
from dtl_nodes.models.training.loader import Batches, Loader, SampleSet

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.base import Architecture


class TrainLoaders:
    """The training set, epoch by epoch; the processes that load stay if the samples do."""

    def __init__(self, job: Job, architecture: Architecture, rank: int, *, pins: bool) -> None:
        self._job = job
        self._architecture = architecture
        self._rank = rank
        self._pins = pins
        self._loader: Loader | None = None
        self.warning = ""
        """What the set of the last epoch made doubtful, if nothing did before."""
        self._has_leak = bool(self._leak(roots_of(job.first, job.chosen.train)))

    def of_epoch(self, epoch: int) -> Loader:
        """Return the loader of an epoch, from 0."""
        job = self._job
        self.warning = ""
        if job.settings.augment == "every_epoch" and epoch > 0:
            self.close()
            data = epoch_of(job.data, epoch)
            tags, family = job.settings.dataset_tags, job.architecture.family
            origins = choose_train(data, tags, family)
            if not self._has_leak:
                self.warning = self._leak(roots_of(data, origins))
                self._has_leak = bool(self.warning)
            self._loader = self._make(data.source, origins)
        elif self._loader is None:
            self._loader = self._make(job.first.source, job.chosen.train)
        return self._loader

    def close(self) -> None:
        """Let the processes go."""
        if self._loader is not None:
            self._loader.close()
        self._loader = None

    def _leak(self, train_roots: list[str]) -> str:
        return leak(train_roots, roots_of(self._job.first, self._job.chosen.val))

    def _make(self, source: Source, origins: tuple[Origin, ...]) -> Loader:
        settings = self._job.settings
        batches = Batches(
            len(origins),
            settings.batch_size.train,
            self._job.seed,
            shuffles=True,
            drops_last=self._job.architecture.drops_last,
            rank=self._rank,
            devices=self._job.devices.count,
        )
        samples = _samples(self._job, self._architecture, "train", source, origins)
        return Loader(samples, batches, settings.data_workers.train, self._pins)


def val_loader(job: Job, architecture: Architecture, *, pins: bool) -> Loader:
    """Return the loader of the validation set: all of it in order, on one device."""
    origins = job.chosen.val
    batches = Batches(len(origins), job.settings.batch_size.val, job.seed, shuffles=False)
    samples = _samples(job, architecture, "val", job.first.source, origins)
    return Loader(samples, batches, job.settings.data_workers.val, pins)


def _samples(
    job: Job,
    architecture: Architecture,
    name: SetName,
    source: Source,
    origins: tuple[Origin, ...],
) -> SampleSet:
    return SampleSet(name, source, origins, architecture, job.settings, job.seed)
