"""Detectors as they are exported: tensors in, tensors out. Imported only where torch is needed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from dtl_nodes.models.architectures.detection_freezing import Detector
from dtl_nodes.models.architectures.detection_shape import InputSize


class ExportedDetector(nn.Module):
    """Takes one image, (3, H, W) uint8 RGB, and returns boxes, labels, scores and perhaps masks."""

    def __init__(self, network: Detector, names: tuple[str, ...]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return what is found, under the names given, the masks without their axis of channels."""
        found = self.network([image])[0]
        if "masks" in found:
            found["masks"] = found["masks"][:, 0]
        return tuple(found[name] for name in self.names)


def exported_detector(
    network: Detector, names: tuple[str, ...], size: InputSize
) -> tuple[nn.Module, tuple[Any, ...]]:
    """Return a network ready to be traced, and an image of noise for that."""
    width, height = size.exact or (size.min_dims[-1],) * 2
    drawn = torch.Generator().manual_seed(0)
    image = torch.randint(0, 256, (3, height, width), generator=drawn, dtype=torch.uint8)
    device = next(network.parameters()).device
    return ExportedDetector(network, names).eval(), (image.to(device),)
