"""Two convolutions that give each pixel a class: the smallest network that has all parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dtl_engine.sdk import LabelSpec, ModelFamily, Pixels, Sample, ShapeKind
from dtl_nodes.models.architectures.base import Architecture, Arrays, Example
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.training.settings import TrainSettings

if TYPE_CHECKING:
    import torch

CONFIG = ModelConfig(
    {"name": "tiny", "width": 4},
    ModelFamily.SEMANTIC,
    {"bg": 0, "Äpfel": 1, "kiwi": 2},
    tuple(
        LabelSpec(name, ShapeKind.BITMAP, color)
        for name, color in (("bg", "#000000"), ("Äpfel", "#AA2200"), ("kiwi", "#22AA00"))
    ),
    {"input_size": {"width": 32, "height": 24}},
)


class Tiny(Architecture):
    """The network; nothing of it can be trained."""

    name = "tiny"
    family = ModelFamily.SEMANTIC
    suffix = "_tiny"
    settings_model = TrainSettings
    headline = "miou"
    output_names = ("logits",)
    dynamic_axes: ClassVar[Mapping[str, Mapping[int, str]]] = {
        "image": {0: "batch", 2: "height", 3: "width"},
        "logits": {0: "batch", 2: "height", 3: "width"},
    }

    @classmethod
    def describe(cls, settings: Any) -> dict[str, Any]:
        return {"name": cls.name, "width": 4}

    def build(self) -> torch.nn.Module:
        import torch

        width = int(self.config.architecture["width"])
        return torch.nn.Sequential(
            torch.nn.Conv2d(3, width, 3, padding=1),
            torch.nn.BatchNorm2d(width),
            torch.nn.ReLU(),
            torch.nn.Conv2d(width, self.config.outputs, 1),
        )

    def published_weights(self) -> Iterable[tuple[str, str]]:
        return ()

    def optimizer(self, module: torch.nn.Module, settings: Any) -> torch.optim.Optimizer:
        raise NotImplementedError

    def example(self, sample: Sample, rng: np.random.Generator, settings: Any) -> Example | None:
        raise NotImplementedError

    def collate(self, examples: Sequence[Example]) -> Any:
        raise NotImplementedError

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        raise NotImplementedError

    def validate(
        self, module: torch.nn.Module, batches: Iterable[Any], settings: Any
    ) -> dict[str, float]:
        raise NotImplementedError

    def prepare(self, pixels: Pixels) -> Arrays:
        return {"image": np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32) / 255}

    def forward(
        self, module: torch.nn.Module, inputs: Sequence[Arrays], device: torch.device
    ) -> list[Arrays]:
        import torch

        with torch.no_grad():
            return [
                {"logits": module(torch.from_numpy(each["image"])[None].to(device))[0].numpy()}
                for each in inputs
            ]

    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        return Prediction()

    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        import torch

        return module, (torch.linspace(0, 1, 3 * 16 * 24).reshape(1, 3, 16, 24),)


class Shifted(Tiny):
    """One whose exported network is another than the one it runs: the check has to see it."""

    name = "shifted"

    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        import torch

        _, example = super().exportable(module)
        return torch.nn.Sequential(module, plus_a_quarter()), example


def plus_a_quarter() -> torch.nn.Module:
    """Return a layer that adds 0.25 to each of three channels."""
    import torch

    layer = torch.nn.Conv2d(3, 3, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.eye(3).reshape(3, 3, 1, 1))
        layer.bias.fill_(0.25)  # type: ignore[union-attr]
    return layer


def write_tiny(folder: Path, name: str = "tiny") -> Path:
    """Write a checkpoint of the network with fixed weights."""
    import torch

    from dtl_nodes.models.checkpoint import write_checkpoint

    config = ModelConfig(
        {**CONFIG.architecture, "name": name},
        CONFIG.family,
        CONFIG.indices,
        CONFIG.labels,
        CONFIG.settings,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        module = Tiny(config).build()
    write_checkpoint(folder, config, module.state_dict(), {"miou": 0.5}, b"[]")
    return folder
