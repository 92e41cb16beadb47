"""Published weights of detectors: their files and the names of what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dtl_nodes.models.architectures.detection_backbones import BACKBONES

if TYPE_CHECKING:
    import torch

COCO = "COCO"
IMAGENET = "ImageNet"

_EPSILON = 1e-5


def published_files(backbone: str, *, with_masks: bool) -> Iterator[tuple[str, str]]:
    """Yield the file names under which torchvision keeps weights, with what they learnt from."""
    from torchvision import models

    known = models.list_models(models.detection)
    detector = f"{'maskrcnn' if with_masks else 'fasterrcnn'}_{backbone}"
    if detector in known:
        yield _file_name(models.get_model_weights(detector)), COCO
    yield _file_name(models.get_model_weights(BACKBONES[backbone].body)), IMAGENET


def _file_name(weights: Any) -> str:
    """Return the file of the first version, by which the published detectors were trained."""
    return str(next(iter(weights)).url.rsplit("/", 1)[-1])


def renamed(
    state: Mapping[str, torch.Tensor], what: str, backbone: str
) -> Mapping[str, torch.Tensor]:
    """Return published weights with the names that the networks of this package have.

    Counts of batches are left out where statistics are to stay as published: that marks them.
    """
    second = BACKBONES[backbone].is_second_version
    if what == IMAGENET:
        state = {
            f"backbone.body.{name.removeprefix('features.')}": value
            for name, value in state.items()
            if not name.startswith(("fc.", "classifier."))
        }
    else:
        state = {_current_name(name): value for name, value in state.items()}
        if backbone == "resnet50_fpn":
            state = _without_epsilon(state)
    if second:
        return state
    return {name: value for name, value in state.items() if not name.endswith("_tracked")}


def _current_name(name: str) -> str:
    """Return what torchvision calls today what it called otherwise when the files were made."""
    parts = name.split(".")
    if name.startswith("rpn.head.conv.") and len(parts) == 4:
        return f"rpn.head.conv.0.0.{parts[-1]}"
    if name.startswith(("backbone.fpn.inner_blocks.", "backbone.fpn.layer_blocks.")):
        return name if len(parts) > 5 else ".".join((*parts[:4], "0", parts[-1]))
    if name.startswith("roi_heads.mask_head.mask_fcn"):
        number = int(parts[2].removeprefix("mask_fcn")) - 1
        return f"roi_heads.mask_head.{number}.0.{parts[-1]}"
    return name


def _without_epsilon(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Scale weights of normalisation as if nothing were added to variances.

    Source: the first detectors were trained so; torchvision sets the number to 0 for them.
    """
    changed = dict(state)
    for name, variance in state.items():
        if name.endswith(".running_var"):
            scale = name.removesuffix("running_var") + "weight"
            changed[scale] = state[scale] * ((variance + _EPSILON) / variance).sqrt()
    return changed
