"""Detectors of which parts are frozen: stages of the backbone, and published statistics.

Imported only where torch is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import nn
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN

STAGES = ("layer4", "layer3", "layer2", "layer1", "conv1")
TRAINED_STAGES = {"heads": 0, "5+": 1, "4+": 2, "3+": 3, "all": len(STAGES)}
"""``train_layers`` -> how many stages of a backbone are trained, the last ones first."""


class Detector(GeneralizedRCNN):  # type: ignore[misc]
    """A detector whose published normalisation statistics stay as they were published.

    Batches of detectors are too small to estimate statistics anew. Which ones are published is
    part of the state: they have values although no batch was counted.
    """

    train_layers: str | None = None
    """What ``freeze`` left to train, ``None`` before."""

    def __init__(self, *parts: nn.Module) -> None:
        super().__init__(*parts)
        self.register_load_state_dict_post_hook(_freeze_again)

    def freeze(self, train_layers: str) -> None:
        """Turn gradients off for the stages of the backbone that are not trained.

        A random backbone is trained as a whole. Published statistics keep their scales too. What
        is loaded later is looked at again.
        """
        self.train_layers = train_layers
        body = self.backbone.body
        body.requires_grad_(True)
        if self.has_random_backbone():
            return
        for part in _untrained_parts(body, TRAINED_STAGES[train_layers]):
            part.requires_grad_(False)
        if self.has_published_statistics():
            for norm in _norms(body):
                norm.requires_grad_(False)

    def train(self, mode: bool = True) -> Detector:
        """Set the mode; published statistics are used in both."""
        super().train(mode)
        if mode and self.has_published_statistics():
            for norm in _norms(self.backbone.body):
                norm.eval()
        return self

    def has_published_statistics(self) -> bool:
        """Whether the statistics of the backbone were loaded and never trained."""
        norm = next(_norms(self.backbone.body))
        return not int(norm.num_batches_tracked) and bool(norm.running_mean.any())

    def has_random_backbone(self) -> bool:
        """Whether the backbone was neither loaded nor trained."""
        norm = next(_norms(self.backbone.body))
        return not int(norm.num_batches_tracked) and not bool(norm.running_mean.any())


def _freeze_again(network: Detector, _: Any) -> None:
    """Let a network see what was loaded into it."""
    if network.train_layers is not None:
        network.freeze(network.train_layers)
        network.train(network.training)


def _norms(body: nn.Module) -> Iterator[Any]:
    return (module for module in body.modules() if isinstance(module, nn.BatchNorm2d))


def _untrained_parts(body: nn.ModuleDict, count: int) -> list[nn.Module]:
    """Return the parts of a backbone that are not trained, given how many stages are."""
    if "layer1" in body:
        trained = STAGES[:count]
        return [
            part
            for name, part in body.items()
            if name not in trained and not (name == "bn1" and count == len(STAGES))
        ]
    blocks = list(body.values())
    strided = (at for at, block in enumerate(blocks) if getattr(block, "_is_cn", False))
    starts = [0, *strided, len(blocks) - 1]
    return blocks[: {0: len(blocks), len(STAGES): 0}.get(count, starts[-max(count, 1)])]
