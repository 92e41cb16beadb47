"""DeepLab v3+: each pixel gets a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.models.architectures.deeplab_v3plus_settings import DeepLabSettings
from dtl_nodes.models.architectures.normalisation import raw_values
from dtl_nodes.models.architectures.segmentation import Segmentation
from dtl_nodes.models.architectures.segmentation_loss import cross_entropy
from dtl_nodes.models.training.settings import TrainSettings

if TYPE_CHECKING:
    import torch


class DeepLabV3Plus(Segmentation):
    """DeepLab v3+ of segmentation-models-pytorch, whose encoder is a ResNet by default.

    Source: the DeepLab v3+ plugin, whose encoder is always Xception-65; Chen et al.,
    "Encoder-decoder with atrous separable convolution for semantic image segmentation", 2018.
    """

    name: ClassVar[str] = "deeplab_v3plus"
    suffix: ClassVar[str] = "_deeplab"
    settings_model: ClassVar[type[TrainSettings]] = DeepLabSettings
    default_encoder: ClassVar[str] = "resnet50"
    default_size: ClassVar[Size] = Size(513, 513)
    shaping: ClassVar[tuple[str, ...]] = ("encoder",)
    libraries: ClassVar[tuple[str, ...]] = ("torch", "segmentation_models_pytorch")
    drops_last: ClassVar[bool] = True
    weighs_by_length: ClassVar[bool] = False

    @classmethod
    def describe(cls, settings: DeepLabSettings) -> dict[str, Any]:
        """Return encoder, stride and rates."""
        return {
            "name": cls.name,
            "encoder": settings.encoder,
            "output_stride": settings.output_stride,
            "atrous_rates": list(settings.atrous_rates),
        }

    @staticmethod
    def values(pixels: Pixels) -> NDArray[np.float32]:
        """Return values from 0 to 255; the network normalises them itself."""
        return raw_values(pixels)

    def build(self) -> torch.nn.Module:
        """Return the network with random weights."""
        from dtl_nodes.models.architectures.deeplab_network import DeepLabNetwork

        shape = self.config.architecture
        return DeepLabNetwork(
            self.encoder,
            int(shape.get("output_stride", 16)),
            tuple(shape.get("atrous_rates", (8, 12, 18))),
            self.config.outputs,
        )

    def optimizer(
        self, module: torch.nn.Module, settings: DeepLabSettings
    ) -> torch.optim.Optimizer:
        """Return Adam with weight decay as part of the gradient."""
        import torch

        trained = [each for each in module.parameters() if each.requires_grad]
        return torch.optim.Adam(trained, settings.lr, weight_decay=settings.weight_decay)

    def total_loss(
        self, logits: torch.Tensor, target: torch.Tensor, settings: DeepLabSettings
    ) -> torch.Tensor:
        """Return cross-entropy."""
        return cross_entropy(logits, target, self.neutral)

    def train_metrics(self, logits: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return none: the original charts the loss alone."""
        return {}
