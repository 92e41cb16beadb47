"""Networks whose outputs are made into probabilities; imported only beside torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from dtl_nodes.models.architectures.network_mode import evaluating


class WithProbabilities(nn.Module):
    """A network whose outputs are made into probabilities: what is exported."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return the softmax over axis 1."""
        return torch.softmax(self.network(image), 1)


def probabilities(
    module: nn.Module, images: Sequence[NDArray[np.float32]], device: torch.device
) -> NDArray[np.float32]:
    """Return the softmax over the classes, (N, C, ...), of N prepared images, (3, H, W) each."""
    batch = torch.from_numpy(np.stack(images))
    with evaluating(module):
        found: NDArray[np.float32] = module(batch.to(device)).float().softmax(1).cpu().numpy()
    return found
