"""U-Net: each pixel gets a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.models.architectures.normalisation import imagenet_values
from dtl_nodes.models.architectures.segmentation import Segmentation
from dtl_nodes.models.architectures.segmentation_loss import cross_entropy, two_class_loss
from dtl_nodes.models.architectures.unet_settings import UNetSettings, default_levels
from dtl_nodes.models.training.settings import TrainSettings

if TYPE_CHECKING:
    import torch


class UNet(Segmentation):
    """U-Net of segmentation-models-pytorch; the default encoder is nearest to the original's.

    Source: the UNet V2 plugin; Ronneberger et al., "U-Net: convolutional networks for biomedical
    image segmentation", 2015.
    """

    name: ClassVar[str] = "unet"
    suffix: ClassVar[str] = "_unet"
    settings_model: ClassVar[type[TrainSettings]] = UNetSettings
    default_encoder: ClassVar[str] = "vgg16_bn"
    default_size: ClassVar[Size] = Size(128, 128)
    shaping: ClassVar[tuple[str, ...]] = ("encoder", "encoder_depth", "decoder_channels")
    libraries: ClassVar[tuple[str, ...]] = ("torch", "segmentation_models_pytorch")

    @classmethod
    def describe(cls, settings: UNetSettings) -> dict[str, Any]:
        """Return encoder, depth and width of the decoder."""
        return {
            "name": cls.name,
            "encoder": settings.encoder,
            "encoder_depth": settings.encoder_depth,
            "decoder_channels": list(settings.levels),
        }

    @staticmethod
    def values(pixels: Pixels) -> NDArray[np.float32]:
        """Return values normalised like ImageNet's."""
        return imagenet_values(pixels)

    def build(self) -> torch.nn.Module:
        """Return the network with random weights."""
        import segmentation_models_pytorch as smp

        shape = self.config.architecture
        depth = int(shape.get("encoder_depth", 4))
        levels = shape.get("decoder_channels") or default_levels(self.encoder, depth)
        network: torch.nn.Module = smp.Unet(
            self.encoder,
            encoder_depth=depth,
            encoder_weights=None,
            decoder_channels=tuple(levels),
            classes=self.config.outputs,
        )
        return network

    def optimizer(self, module: torch.nn.Module, settings: UNetSettings) -> torch.optim.Optimizer:
        """Return Adam with its usual betas."""
        import torch

        trained = [each for each in module.parameters() if each.requires_grad]
        return torch.optim.Adam(trained, settings.lr)

    def total_loss(
        self, logits: torch.Tensor, target: torch.Tensor, settings: UNetSettings
    ) -> torch.Tensor:
        """Return cross-entropy and dice of two outputs, else cross-entropy."""
        if self.config.outputs != 2:
            return cross_entropy(logits, target, self.neutral)
        weights = settings.loss_weights
        return two_class_loss(logits, target, self.neutral, weights.bce, weights.dice)
