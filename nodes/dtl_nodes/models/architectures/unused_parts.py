"""Parameters of a network that nothing depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dtl_nodes.models.architectures.network_mode import evaluating

if TYPE_CHECKING:
    import torch

SIDE_PX = 64
"""Of the picture that is sent through the network to see what it uses."""


def freeze_unused(module: torch.nn.Module) -> None:
    """Turn gradients off for parameters that do not take part in the outputs.

    Encoders have layers behind the last picture that is taken from them. Training on several
    devices waits for the gradient of every parameter that requires one, and these have none.

    Args:
        module: a network from (N, 3, H, W) to one tensor. It is not changed otherwise.
    """
    import torch

    trained = [each for each in module.parameters() if each.requires_grad]
    if not trained:
        return
    picture = torch.zeros((1, 3, SIDE_PX, SIDE_PX), device=trained[0].device)
    with evaluating(module), torch.enable_grad():
        gradients = torch.autograd.grad(module(picture).sum(), trained, allow_unused=True)
    for parameter, gradient in zip(trained, gradients, strict=True):
        if gradient is None:
            parameter.requires_grad_(requires_grad=False)
