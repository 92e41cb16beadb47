"""Layers of the second generation that start a model on a server, read as ``model``.

What such a layer says of the server means nothing on one's own machine; a checkpoint that lies
there can be loaded.

Source: DTL ``deploy_*``, second generation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import Settings

INSTEAD = (
    'write {"action": "model", "src": ["my_model"], "dst": "$model", "settings": {}} with the name '
    "of a training, a checkpoint or an ONNX file in a data folder"
)
_KEYS = frozenset(
    ("session_id", "agent_id", "model_source", "checkpoint_name", "checkpoint_url")
)  # fmt: skip
_SERVER = "no server is asked: the model is loaded here"


def is_deployment(settings: Any) -> bool:
    """Whether settings, as they are written, are those of a layer that starts a model."""
    return isinstance(settings, Mapping) and not _KEYS.isdisjoint(settings)


class DeployedSettings(Settings):
    """Settings of layers that start a model on a server."""

    model_source: Literal["Pretrained models", "Custom models"] = "Pretrained models"
    """Where the checkpoint comes from."""

    checkpoint_url: str | None = None
    """The checkpoint: its name in a data folder, perhaps with a path behind it."""

    checkpoint_name: str | None = None
    """The same, of a custom model."""

    session_id: int | None = Field(default=None, deprecated=_SERVER)
    """Number on a server."""

    agent_id: int | None = Field(default=None, deprecated=_SERVER)
    """Number on a server."""

    stop_model_session: bool | None = Field(default=None, deprecated=_SERVER)
    """Whether the server lets the model go."""

    device: str | None = Field(
        default=None, deprecated="'infer' says where the model runs, in 'model.gpu_device'"
    )
    """Of the server."""

    runtime: str | None = Field(
        default=None, deprecated="checkpoints run on PyTorch, ONNX files on onnxruntime"
    )
    """Of the server."""

    task_type: str | None = Field(default=None, deprecated="the model says what it predicts")
    """What the model does."""

    arch_type: str | None = Field(default=None, deprecated="the model says of which network it is")
    """The network."""

    config_url: str | None = Field(
        default=None, deprecated="the configuration lies beside the weights"
    )
    """The configuration of the network."""

    @field_validator("checkpoint_url")
    @classmethod
    def _is_here(cls, value: str | None) -> str | None:
        if value is not None and "://" in value:
            raise PydanticCustomError("value_error", "nothing is downloaded", {"help": INSTEAD})
        return value

    @field_validator("checkpoint_name")
    @classmethod
    def _is_custom(cls, value: str | None, info: ValidationInfo) -> str | None:
        told = info.data.get("checkpoint_url", "wrong")
        if value and not told and info.data.get("model_source") == "Pretrained models":
            raise PydanticCustomError(
                "value_error", "published models are not downloaded", {"help": INSTEAD}
            )
        return value

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if not self.checkpoint_url and not self.checkpoint_name:
            raise PydanticCustomError("value_error", "no model is named", {"help": INSTEAD})
        return self

    @property
    def key(self) -> str:
        """Which setting names the model."""
        return "checkpoint_url" if self.checkpoint_url else "checkpoint_name"
