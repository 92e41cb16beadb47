"""Networks as they are exported; imported only where one is."""

from __future__ import annotations

import torch
from torch import nn


class WithProbabilities(nn.Module):
    """A network whose outputs are made into probabilities: what is exported."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return the softmax over axis 1."""
        return torch.softmax(self.network(image), 1)
