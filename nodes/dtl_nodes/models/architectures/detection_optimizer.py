"""The optimisers of detectors. Imported only where torch is needed."""

from __future__ import annotations

from typing import Any

import torch

from dtl_nodes.models.architectures.detection_settings import DetectionSettings


def detection_optimizer(
    module: torch.nn.Module, settings: DetectionSettings
) -> torch.optim.Optimizer:
    """Return the optimiser; it clips the norm of the gradient in each step.

    Weights decay, biases and the parameters of normalisation do not. It holds what is frozen too,
    which it never changes, so that its state fits whatever is frozen.
    """
    parameters = list(module.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    optimizer: torch.optim.Optimizer
    if settings.chosen_optimizer == "adamw":
        optimizer = torch.optim.AdamW(groups, lr=settings.lr)
    else:
        optimizer = torch.optim.SGD(groups, lr=settings.lr, momentum=settings.momentum)

    def clip(made: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        torch.nn.utils.clip_grad_norm_(
            [each for group in made.param_groups for each in group["params"]], settings.clip_norm
        )

    optimizer.register_step_pre_hook(clip)
    return optimizer
