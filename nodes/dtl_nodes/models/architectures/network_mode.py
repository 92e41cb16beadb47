"""A network in evaluation mode for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@contextmanager
def evaluating(module: torch.nn.Module, *, batch_statistics: bool = False) -> Iterator[None]:
    """Put a network into evaluation mode, without gradients, and each part back afterwards.

    Args:
        module: the network.
        batch_statistics: whether batch normalisation uses the statistics of each batch; the
            running ones do not change.
    """
    import torch
    from torch.nn.modules.batchnorm import _BatchNorm

    modes = [(part, part.training) for part in module.modules()]
    tracking = [
        part
        for part, _ in modes
        if batch_statistics and isinstance(part, _BatchNorm) and part.track_running_stats
    ]
    module.eval()
    for normalising in tracking:
        normalising.training, normalising.track_running_stats = True, False
    try:
        with torch.no_grad():
            yield
    finally:
        for normalising in tracking:
            normalising.track_running_stats = True
        for part, mode in modes:
            part.training = mode
