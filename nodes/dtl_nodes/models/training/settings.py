"""Settings that all trainings share; each architecture derives its own.

Source: the training configurations of the original plugins, key by key.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StrictStr, field_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from dtl_engine.sdk import ModelError, Settings
from dtl_nodes.models.architectures import (
    ALIASES,
    architecture_names,
    canonical_name,
    load_architecture,
)


def _whole(value: Any) -> Any:
    """Take 4.0 for 4, and refuse booleans and texts, as the original schemas do."""
    if isinstance(value, (bool, str)):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return int(value) if isinstance(value, float) and value.is_integer() else value


Name = Annotated[StrictStr, Field(min_length=1)]


class PerSet(Settings):
    """A whole number for each of the two sets."""

    train: Annotated[int, Field(ge=1)] = 1
    """Of the training set."""

    val: Annotated[int, Field(ge=1)] = 1
    """Of the validation set."""

    _check = field_validator("train", "val", mode="before")(_whole)


class WorkersPerSet(Settings):
    """A whole number for each of the two sets; 0 is one."""

    train: Annotated[int, Field(ge=0)] = 0
    """Of the training set."""

    val: Annotated[int, Field(ge=0)] = 0
    """Of the validation set."""

    _check = field_validator("train", "val", mode="before")(_whole)


class DatasetTags(Settings):
    """The image tags that put a sample into the training and the validation set."""

    train: Name = "train"
    """The tag of samples to learn from; its value does not matter."""

    val: Name = "val"
    """The tag of samples to validate with."""


_ORIGINAL_ALONE = frozenset(("icnet", "pspnet", "tf_object_detection", "yolo_v3"))


def _list_architectures(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted({*architecture_names(), *ALIASES})


class TrainSettings(Settings):
    """Settings of ``train`` for every architecture."""

    architecture: Name = Field(json_schema_extra=_list_architectures)
    """The network; what else may be set depends on it."""

    name: Name | None = None
    """The folder of the model among the outputs; not given: the name of the first connection."""

    dataset_tags: DatasetTags = DatasetTags()
    """Image tags: a sample with both is in both sets, one with neither in none."""

    batch_size: PerSet = PerSet()
    """Images per device."""

    data_workers: WorkersPerSet = WorkersPerSet()
    """Processes that load samples; 0: none beside the one that trains."""

    allow_corrupted_samples: WorkersPerSet = WorkersPerSet()
    """How many distinct samples of a set may fail to load in the whole run; each is replaced by
    another one."""

    epochs: Annotated[int, Field(ge=1)] = 2
    """Passes over the training set."""

    val_every: Annotated[float, Field(gt=0)] = 1.0
    """Epochs between validations; fractions are allowed. Each writes a checkpoint."""

    lr: Annotated[float, Field(gt=0)] = 0.001
    """Learning rate at the start."""

    weights_init_type: Literal["transfer_learning", "continue_training"] = "transfer_learning"
    """``transfer_learning``: start from ``weights``, else from published weights that are on this
    machine, else from random ones, with random last layers. ``continue_training``: go on with
    the model in ``weights``, of the same classes."""

    weights: Name | Literal[False] | None = None
    """A checkpoint folder or a file of weights to start from, found like projects; ``false``:
    random weights. Not given: published ones if they are in the local cache."""

    gpu_devices: tuple[Annotated[int, BeforeValidator(_whole), Field(ge=0)], ...] = (0,)
    """Numbers of the GPUs; none, or none there: the CPU."""

    precision: Literal["32", "16-mixed", "bf16-mixed"] = "32"
    """Numbers of the forward pass; ``16-mixed`` needs a GPU."""

    augment: Literal["once", "every_epoch"] = "once"
    """``once``: all epochs see the same samples; ``every_epoch``: the layers before run again for
    each epoch, with fresh draws."""

    keep_checkpoints: Literal["all", "best_and_last"] = "all"
    """Which checkpoints stay when the training is done."""

    @field_validator("architecture")
    @classmethod
    def _check_architecture(cls, value: str) -> str:
        """Return the name of a network that can be loaded; other names become that one."""
        known = architecture_names()
        name = value if value in known else canonical_name(value)
        if name in _ORIGINAL_ALONE and name not in known:
            raise PydanticCustomError(
                "value_error",
                "the original has this network, and it is not among those here",
                {"allowed": known, "help": f"one of: {', '.join(known)}"},
            )
        if name not in known:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(known)})
        try:
            load_architecture(name)
        except ModelError as error:
            raise PydanticCustomError("value_error", "{reason}", {"reason": str(error)}) from error
        return name

    @field_validator("gpu_devices")
    @classmethod
    def _check_devices(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        """Refuse a GPU that is named twice."""
        for at, device in enumerate(value):
            if device in value[:at]:
                raise PydanticCustomError(
                    "value_error", "number {device} is there twice", {"device": device}
                )
        return value

    _check = field_validator("epochs", mode="before")(_whole)


class UnknownArchitecture(TrainSettings):
    """Settings of ``train`` where the network is not known, so that nobody knows all its keys."""

    model_config = ConfigDict(extra="ignore")
