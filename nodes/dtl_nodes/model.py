"""The ``model`` node: load a model from disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dtl_engine.sdk import DataFolders, ModelSourceNode, Node, OpenedModel, Schema, SchemaError
from dtl_nodes.models.deployed import DeployedSettings, is_deployment
from dtl_nodes.models.model_source import ModelSettings, open_model_source, require_libraries


class Model(ModelSourceNode[ModelSettings]):
    """Load a trained model: the folder of a training, one of its checkpoints, or an ONNX file.

    ``src`` names it; it is looked for like projects, in the data folders.

    Example:
        {"checkpoint": "best"}

    Source: the models of the original, chosen by number on a server.
    """

    action = "model"

    @classmethod
    def variant(cls, settings: Any) -> type[Node[Any]]:
        """Return the node for settings of the second generation where they are such."""
        return _Deployed if is_deployment(settings) else cls

    @staticmethod
    def open_model(
        settings: ModelSettings, names: tuple[str, ...], data: DataFolders
    ) -> OpenedModel:
        """Find the model and read what it predicts; its weights are loaded when they are used."""
        return open_model_source(settings, names, data)

    def check_installed(self, schemas: Mapping[str, Schema], opened: OpenedModel | None) -> None:
        """Refuse a model that nothing here can run."""
        require_libraries(opened)


class _Deployed(ModelSourceNode[DeployedSettings]):
    """Load the checkpoint that a layer of the second generation would start on a server."""

    action = "model"
    is_named_in_src = False

    @staticmethod
    def open_model(
        settings: DeployedSettings, names: tuple[str, ...], data: DataFolders
    ) -> OpenedModel:
        """Find the model that the settings name."""
        name = getattr(settings, settings.key)
        try:
            return open_model_source(ModelSettings(), (name,), data)
        except SchemaError as error:
            raise SchemaError(
                error.code,
                error.message,
                at=(settings.key,),
                value=name,
                allowed=error.allowed,
                help=error.help,
            ) from error

    def check_installed(self, schemas: Mapping[str, Schema], opened: OpenedModel | None) -> None:
        """Refuse a model that nothing here can run."""
        require_libraries(opened)
