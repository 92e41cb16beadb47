"""DeepLab v3+ as a module of PyTorch; imported only where one is built."""

from __future__ import annotations

import segmentation_models_pytorch as smp
import torch
from torch import nn
from torch.nn import functional

from dtl_nodes.models.architectures.normalisation import DEVIATION, MEAN


class PatientBatchNorm(nn.BatchNorm2d):
    """Batch normalisation that uses its running statistics where a batch has but one value.

    The plain one refuses to train on such a batch.
    """

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Normalise (N, C, H, W)."""
        if self.training and values.shape[0] * values.shape[2] * values.shape[3] == 1:
            return functional.batch_norm(
                values, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        return super().forward(values)


class DeepLabNetwork(smp.DeepLabV3Plus):  # type: ignore[misc]  # the library has no types
    """DeepLab v3+ for images of any size with values from 0 to 255.

    The image is normalised inside, repeated at its right and lower border up to a multiple of 16,
    and what belongs to these pixels is cut off.
    """

    def __init__(
        self, encoder: str, output_stride: int, atrous_rates: tuple[int, ...], outputs: int
    ) -> None:
        super().__init__(
            encoder,
            encoder_weights=None,
            encoder_output_stride=output_stride,
            decoder_atrous_rates=atrous_rates,
            classes=outputs,
        )
        # The image as a whole is one value per channel: a batch of one image has but that.
        pooling = self.decoder.aspp[0].convs[-1]
        pooling[2] = PatientBatchNorm(pooling[2].num_features)
        self.register_buffer("mean", _channels(MEAN), persistent=False)
        self.register_buffer("deviation", _channels(DEVIATION), persistent=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return (N, C, H, W) logits for (N, 3, H, W) from 0 to 255."""
        height, width = image.shape[-2:]
        values = (image / 255 - self.mean) / self.deviation
        padding = (0, -width % 16, 0, -height % 16)
        features = self.encoder(functional.pad(values, padding, mode="replicate"))
        logits: torch.Tensor = self.segmentation_head(self.decoder(features))
        return logits[..., :height, :width]


def _channels(values: tuple[float, ...]) -> torch.Tensor:
    return torch.tensor(values).reshape(-1, 1, 1)
