"""Running detectors without training them. Imported only where torch is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from numpy.typing import NDArray
from torch import nn

from dtl_engine.sdk import Size
from dtl_nodes.models.architectures.base import Arrays
from dtl_nodes.models.architectures.detection_coco import Comparison
from dtl_nodes.models.architectures.detection_freezing import Detector

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.detection import DetectionArchitecture

SEED = 0
"""The losses of a validation draw the same regions each time, so that they can be compared."""


def validate(
    architecture: DetectionArchitecture,
    module: nn.Module,
    network: Detector,
    batches: Iterable[Any],
    settings: Any,
) -> dict[str, float]:
    """Return the mean losses of the images and their average precisions.

    Args:
        architecture: whose losses are taken.
        module: the network as it is trained, which may wrap ``network``.
        network: the detector itself.
        batches: as ``collate`` makes them, on the device of the network.
        settings: of the training.

    Returns:
        ``loss``, its parts, ``bbox_mAP``, ``bbox_mAP_50``, ``bbox_mAP_75``, and the same of
        ``segm`` for masks; areas and overlaps are those of images as the network gets them.
    """
    classes = tuple(sorted({index for index in architecture.config.indices.values() if index}))
    comparison = Comparison(classes, architecture.with_masks)
    totals: dict[str, float] = defaultdict(float)
    count = 0
    for batch in batches:
        images = batch["images"]
        with torch.no_grad(), losing(network):
            losses = architecture.losses(module, batch, settings)
        for name, value in losses.items():
            totals[name] += float(value) * len(images)
        count += len(images)
        for image, target, outputs in zip(
            images, batch["targets"], run(module, network, images), strict=True
        ):
            size = Size(image.shape[2], image.shape[1])
            truth = {name: value.cpu().numpy() for name, value in target.items()}
            comparison.add(size, truth, dict(outputs))
    metrics = {name: total / max(count, 1) for name, total in totals.items()}
    if architecture.with_masks:
        metrics |= comparison.average_precisions("segm")
    return metrics | comparison.average_precisions("bbox")


@contextmanager
def losing(network: Detector) -> Iterator[None]:
    """Have the network give losses, and learn nothing and draw nothing that would be missed."""
    device = next(network.parameters()).device
    with kept_modes(network), torch.random.fork_rng([device] if device.type == "cuda" else []):
        network.train()
        network.transform.eval()
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        torch.manual_seed(SEED)
        yield


@contextmanager
def kept_modes(network: nn.Module) -> Iterator[None]:
    """Bring every part of a network back to the mode in which it was."""
    modes = [(module, module.training) for module in network.modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def detect(
    module: nn.Module,
    network: Detector,
    images: Sequence[NDArray[Any]],
    device: torch.device,
) -> list[Arrays]:
    """Return what the network finds in images, (3, H, W) uint8, in order."""
    tensors = [torch.from_numpy(image).to(device) for image in images]
    return run(module, network, tensors)


def run(module: nn.Module, network: Detector, images: Sequence[torch.Tensor]) -> list[Arrays]:
    """Return what the network finds in images on its device, in order."""
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, image in enumerate(images):
        groups[_padded_size(network, image)].append(at)
    found: dict[int, Arrays] = {}
    with torch.no_grad(), kept_modes(network):
        network.eval()
        for places in groups.values():
            outputs = module([images[at] for at in places])
            found.update(zip(places, map(_arrays, outputs), strict=True))
    return [found[at] for at in range(len(images))]


def _padded_size(network: Detector, image: torch.Tensor) -> tuple[int, int]:
    """Return the height and width that an image has for the backbone."""
    transform = network.transform
    height, width = transform.scaled_size(image, transform.min_size[-1])
    divisor = transform.size_divisible
    return -(-height // divisor) * divisor, -(-width // divisor) * divisor


def _arrays(found: dict[str, torch.Tensor]) -> Arrays:
    """Return what is said of one image as arrays."""
    arrays = {name: found[name].float().cpu().numpy() for name in ("boxes", "scores")}
    arrays["labels"] = found["labels"].cpu().numpy()
    if "masks" in found:
        arrays["masks"] = found["masks"][:, 0].float().cpu().numpy()
    return arrays
