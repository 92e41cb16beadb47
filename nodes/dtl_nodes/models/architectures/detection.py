"""What Mask R-CNN and Faster R-CNN have in common: torchvision's detectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dtl_engine.sdk import Pixels, Sample, Size
from dtl_nodes.models.architectures.base import Architecture, Arrays, Example
from dtl_nodes.models.architectures.detection_results import found_instances
from dtl_nodes.models.architectures.detection_shape import (
    DetectorShape,
    InputSize,
    described,
    shape_of,
)
from dtl_nodes.models.architectures.detection_targets import training_example
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.inference.predictor import Prediction

if TYPE_CHECKING:
    import torch

    from dtl_nodes.models.architectures.detection_freezing import Detector


class DetectionArchitecture(Architecture):
    """A detector of torchvision: its backbone, its heads and its scaling of images.

    The network takes images of any size, (3, H, W) uint8 RGB, and scales them itself; boxes come
    back in pixels of the image, masks as scores over their boxes.
    """

    with_masks: ClassVar[bool]
    input_names = ("image",)
    last_layers = ("roi_heads.box_predictor", "roi_heads.mask_predictor")
    shaping = ("backbone",)
    libraries = ("torch", "torchvision")

    def __init__(self, config: ModelConfig) -> None:
        """Take the configuration.

        Raises:
            ModelError: it names a backbone that does not exist.
        """
        super().__init__(config)
        self.shape: DetectorShape = shape_of(config)

    @classmethod
    def describe(cls, settings: Any) -> dict[str, Any]:
        """Return the backbone and all by which its heads differ from others."""
        size = InputSize.of(settings.input_size.model_dump(exclude_none=True))
        return described(cls.name, settings, size)

    # Building

    def build(self) -> Detector:
        """Return the network with random weights."""
        from dtl_nodes.models.architectures.detection_networks import build_detector

        return build_detector(self.shape, with_masks=self.with_masks)

    def published_weights(self) -> Iterable[tuple[str, str]]:
        """Yield the files of weights learnt on COCO, then those of ImageNet."""
        from dtl_nodes.models.architectures.detection_weights import published_files

        return published_files(self.shape.backbone, with_masks=self.with_masks)

    def renamed_weights(
        self, state: Mapping[str, torch.Tensor], what: str
    ) -> Mapping[str, torch.Tensor]:
        """Return published weights with the names of this network."""
        from dtl_nodes.models.architectures.detection_weights import renamed

        return renamed(state, what, self.shape.backbone)

    def freeze(self, module: torch.nn.Module, settings: Any) -> None:
        """Turn gradients off for what ``train_layers`` leaves out, given the weights."""
        _network(module).freeze(settings.train_layers)

    def optimizer(self, module: torch.nn.Module, settings: Any) -> torch.optim.Optimizer:
        """Return SGD or AdamW, which clips gradients before each step."""
        from dtl_nodes.models.architectures.detection_optimizer import detection_optimizer

        return detection_optimizer(module, settings)

    # Training

    def example(self, sample: Sample, rng: np.random.Generator, settings: Any) -> Example | None:
        """Return image, boxes, labels and masks, see ``training_example``."""
        special = settings.special_classes
        return training_example(
            sample,
            self.shape.size,
            rng,
            indices=self.config.indices,
            background=special.background,
            neutral=special.neutral,
            with_negatives=settings.negative_samples,
        )

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Return ``images``, a list of tensors of any sizes, and ``targets``, a list of dicts."""
        import torch

        names = ("boxes", "labels", "neutral", *(("masks",) if self.with_masks else ()))
        return {
            "images": [torch.from_numpy(example["image"]) for example in examples],
            "targets": [
                {name: torch.from_numpy(example[name]) for name in names if name in example}
                for example in examples
            ],
        }

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        """Return torchvision's losses by name and their plain sum, ``loss``."""
        parts: dict[str, torch.Tensor] = module(batch["images"], batch["targets"])
        return {"loss": sum(parts.values(), start=_zero(parts)), **parts}

    def validate(
        self, module: torch.nn.Module, batches: Iterable[Any], settings: Any
    ) -> dict[str, float]:
        """Return losses and average precisions, see ``detection_validation.validate``."""
        from dtl_nodes.models.architectures.detection_validation import validate

        return validate(self, module, _network(module), batches, settings)

    # Inference

    def prepare(self, pixels: Pixels) -> Arrays:
        """Return ``image``, (3, H, W) uint8 RGB; the network scales it."""
        return {"image": np.ascontiguousarray(pixels.transpose(2, 0, 1))}

    def forward(
        self, module: torch.nn.Module, inputs: Sequence[Arrays], device: torch.device
    ) -> list[Arrays]:
        """Return boxes, labels, scores and masks of each image.

        Only images that get one padded size share a pass, so that an image's neighbours change
        nothing of what is said of it.
        """
        from dtl_nodes.models.architectures.detection_validation import detect

        return detect(module, _network(module), [each["image"] for each in inputs], device)

    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        """Return the objects with at least ``min_confidence_threshold``, the surest first."""
        size = Size(pixels.shape[1], pixels.shape[0])
        return Prediction(found_instances(outputs, size, self.config, options))

    # Export

    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        """Return the network of one image, without batch axis: tensors in, tensors out."""
        from dtl_nodes.models.architectures.detection_export import exported_detector

        return exported_detector(_network(module), self.output_names, self.shape.size)


def _network(module: torch.nn.Module) -> Detector:
    """Return the detector itself, whatever wraps it to train on devices."""
    from dtl_nodes.models.architectures.detection_freezing import Detector

    return next(each for each in module.modules() if isinstance(each, Detector))


def _zero(parts: Mapping[str, torch.Tensor]) -> torch.Tensor:
    return next(iter(parts.values())).new_zeros(())
