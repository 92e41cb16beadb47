"""``export`` of a model: write it in a form that other programs load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dtl_engine.sdk import ModelError, OpenedModel, Schema, ValueSinkNode
from dtl_nodes.models.config import CONFIG, WEIGHTS
from dtl_nodes.models.exporting.settings import ExportModelSettings, require_for_export
from dtl_nodes.models.inference.open_model import is_onnx


class ExportModel(ValueSinkNode[ExportModelSettings]):
    """Write a model as ONNX, TorchScript or safetensors; ``dst`` names the file.

    The file is checked before it gets its name: on images of the training it must say what the
    model says.

    Example:
        {"format": "onnx"}
    """

    action = "export"
    marks = (CONFIG, WEIGHTS)

    def check_installed(self, schemas: Mapping[str, Schema], opened: OpenedModel | None) -> None:
        """Refuse to train a model that cannot be written then."""
        require_for_export(self.settings.format)

    def write_values(self, values: Mapping[str, Sequence[Path]], target: Path) -> None:
        """Export the model."""
        from dtl_nodes.models.exporting.export_model import export_model
        from dtl_nodes.models.training.images import example_images

        models = values["model"]
        if len(models) != 1:
            raise ModelError(
                f"'export' writes one model, not {len(models)}: write a layer for each"
            )
        if is_onnx(models[0]):
            raise ModelError(f"{models[0]} is exported already: name the folder of its training")
        export_model(models[0], target, self.settings, example_images(models[0]))
