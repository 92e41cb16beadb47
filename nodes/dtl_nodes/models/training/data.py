"""The samples of a training, chosen by image tags, and what is wrong with them at first sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from dtl_engine.sdk import (
    DataError,
    ModelError,
    ModelFamily,
    Origin,
    Sample,
    Source,
    did_you_mean,
)
from dtl_nodes.models.training.events import SetName
from dtl_nodes.models.training.settings import DatasetTags, PerSet


@dataclass(frozen=True)
class TrainingSet:
    """Samples on disk, and which of them come from one source image.

    ``roots`` maps ``dataset/file`` of a sample to the id of its source image; a sample that is not
    in it is its own source.
    """

    source: Source
    roots: Mapping[str, str] = field(default_factory=dict)

    def root(self, origin: Origin) -> str:
        """Return the id of the source image of a sample."""
        return self.roots.get(key_of(origin), key_of(origin))


@runtime_checkable
class EpochData(Protocol):
    """Samples that are made anew for each epoch."""

    def for_epoch(self, epoch: int) -> TrainingSet:
        """Return the samples of an epoch, from 0; those of epoch 0 are validated on throughout.

        The same epoch gives the same samples, whatever was asked for before.
        """
        ...


Data = TrainingSet | EpochData | Callable[[int], TrainingSet]
"""What a training is given: samples, or samples for each epoch."""


@dataclass(frozen=True)
class Chosen:
    """The samples of both sets, in the order of their source."""

    train: tuple[Origin, ...]
    val: tuple[Origin, ...]


def key_of(origin: Origin) -> str:
    """Return what identifies a sample in its project: ``dataset/file``."""
    return f"{origin.dataset}/{origin.file}"


def epoch_of(data: Data, epoch: int) -> TrainingSet:
    """Return the samples of an epoch."""
    if isinstance(data, TrainingSet):
        return data
    return data.for_epoch(epoch) if isinstance(data, EpochData) else data(epoch)


def choose(data: TrainingSet, tags: DatasetTags, family: ModelFamily) -> Chosen:
    """Choose the samples of both sets by the names of their image tags.

    A sample whose annotation cannot be read may be in any set; it is taken for one of the
    training set, where it counts as corrupted when it is loaded.

    Raises:
        ModelError: a set has no sample, or no object where the family needs objects.
    """
    chosen = _choose(data, {"train": tags.train, "val": tags.val}, family)
    return Chosen(chosen["train"], chosen["val"])


def choose_train(data: TrainingSet, tags: DatasetTags, family: ModelFamily) -> tuple[Origin, ...]:
    """Choose the samples of the training set alone, as ``choose`` does."""
    return _choose(data, {"train": tags.train}, family)["train"]


def _choose(
    data: TrainingSet, wanted: Mapping[SetName, str], family: ModelFamily
) -> dict[SetName, tuple[Origin, ...]]:
    chosen: dict[SetName, list[Origin]] = {name: [] for name in wanted}
    unread: list[Origin] = []
    with_objects = set(wanted) if family is ModelFamily.TAGS else set()
    seen: set[str] = set()
    for dataset in data.source.datasets:
        for origin in dataset.origins():
            try:
                sample = data.source.read(origin)
            except DataError:
                unread.append(origin)
                continue
            names = {tag.name for tag in sample.tags}
            seen |= names
            for name, tag in wanted.items():
                if tag not in names:
                    continue
                chosen[name].append(origin)
                if name not in with_objects and _has_objects(sample):
                    with_objects.add(name)
    for name, tag in wanted.items():
        if not chosen[name]:
            raise ModelError(_no_sample(name, tag, seen))
        if name not in with_objects:
            effect = "has nothing to learn from" if name == "train" else "measures nothing"
            raise ModelError(
                f"no image with the tag '{tag}' has an object: the {name} set {effect}"
            )
    if "train" in chosen:
        chosen["train"] += unread
    return {name: tuple(origins) for name, origins in chosen.items()}


def check_batches(
    chosen: Chosen, batch_size: PerSet, devices: int, *, drops_last: bool, architecture: str
) -> None:
    """Check that a training makes steps where the last partial batch is dropped.

    Raises:
        ModelError: it makes none.
    """
    whole = batch_size.train * devices
    if drops_last and len(chosen.train) < whole:
        on_devices = f" on each of {devices} devices" if devices > 1 else ""
        raise ModelError(
            f"the train set has {len(chosen.train)} samples, fewer than one batch of "
            f"{batch_size.train}{on_devices}, and {architecture} leaves out the last partial "
            "batch: lower 'batch_size.train'"
        )


def roots_of(data: TrainingSet, origins: Iterable[Origin]) -> list[str]:
    """Return the source image of each sample."""
    return [data.root(origin) for origin in origins]


def leak(train_roots: Iterable[str], val_roots: Sequence[str]) -> str:
    """Say how many source images both sets share, or ``""`` if they share none.

    Args:
        train_roots: the source image of each training sample.
        val_roots: that of each validation sample.
    """
    train, val = set(train_roots), set(val_roots)
    shared = train & val
    if not shared:
        return ""
    touched = sum(root in shared for root in val_roots)
    images = "image" if len(shared) == 1 else "images"
    return (
        f"train and val share {len(shared)} source {images} of {len(train | val)}: {touched} of "
        f"{len(val_roots)} validation samples show what is trained on, so their metrics are too "
        "good; split the source images before they are multiplied"
    )


def _has_objects(sample: Sample) -> bool:
    try:
        return bool(sample.instances)
    except DataError:
        return False


def _no_sample(name: str, tag: str, seen: set[str]) -> str:
    hint = did_you_mean(tag, seen)
    there = f"the images have the tags {', '.join(sorted(seen))}" if seen else "no image has a tag"
    told = "; ".join(part for part in (there, hint) if part)
    return f"no image has the tag '{tag}' of 'dataset_tags.{name}': {told}"
