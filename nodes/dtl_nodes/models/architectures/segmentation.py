"""What all networks have in common that give each pixel a class."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import ModelFamily, Pixels, Sample, Size
from dtl_nodes.models.architectures.base import Architecture, Arrays, Example
from dtl_nodes.models.architectures.class_scores import class_scores
from dtl_nodes.models.architectures.network_mode import evaluating
from dtl_nodes.models.architectures.normalisation import resized
from dtl_nodes.models.architectures.published import imagenet_files
from dtl_nodes.models.architectures.raster import class_raster, masks_of, nearest
from dtl_nodes.models.architectures.segmentation_metrics import (
    confusion,
    hard_dice,
    iou_metrics,
    pixel_accuracy,
)
from dtl_nodes.models.architectures.unused_parts import freeze_unused
from dtl_nodes.models.inference.predictor import Prediction

if TYPE_CHECKING:
    import torch

IMAGE = "image"
TARGET = "target"
HAS_PIXELS = "has_pixels"
"""Key of a batch: whether one of its pixels is not neutral."""

PROBABILITIES = "probabilities"


class Segmentation(Architecture):
    """A network that says of each pixel how likely it belongs to each class.

    It takes ``image``, (3, H, W) float32 of the input size, and gives ``probabilities``,
    (C, H, W) float32 of the same size, by the numbers of the classes.
    """

    family: ClassVar[ModelFamily] = ModelFamily.SEMANTIC
    headline: ClassVar[str] = "miou"
    last_layers: ClassVar[tuple[str, ...]] = ("segmentation_head",)
    input_names: ClassVar[tuple[str, ...]] = (IMAGE,)
    output_names: ClassVar[tuple[str, ...]] = (PROBABILITIES,)
    dynamic_axes: ClassVar[Mapping[str, Mapping[int, str]]] = {
        IMAGE: {0: "batch"},
        PROBABILITIES: {0: "batch"},
    }

    weighs_by_length: ClassVar[bool] = True
    """Whether validation counts each image alike; else each batch."""

    default_encoder: ClassVar[str]
    default_size: ClassVar[Size]

    @property
    def neutral(self) -> int:
        """The number of neutral pixels in targets: the one after the highest class."""
        return self.config.outputs

    @property
    def input_size(self) -> Size:
        """Size in pixels of what the network sees."""
        told = self.config.settings.get("input_size") or {}
        width, height = self.default_size
        return Size(int(told.get("width", width)), int(told.get("height", height)))

    @property
    def encoder(self) -> str:
        """The name of the encoder."""
        return str(self.config.architecture.get("encoder", self.default_encoder))

    @staticmethod
    @abstractmethod
    def values(pixels: Pixels) -> NDArray[np.float32]:
        """Return pixels of the input size as the network takes them, (3, H, W)."""

    @abstractmethod
    def total_loss(self, logits: torch.Tensor, target: torch.Tensor, settings: Any) -> torch.Tensor:
        """Return the loss of a batch in which a pixel is not neutral."""

    def published_weights(self) -> Iterable[tuple[str, str]]:
        """Yield ImageNet weights of the encoder."""
        return imagenet_files(self.encoder)

    def renamed_weights(
        self, state: Mapping[str, torch.Tensor], what: str
    ) -> Mapping[str, torch.Tensor]:
        """Return weights of the encoder alone under their names in the whole network."""
        return {f"encoder.{name}": value for name, value in state.items()}

    def freeze(self, module: torch.nn.Module, settings: Any) -> None:
        """Turn gradients off for layers of the encoder that lie behind its last picture."""
        freeze_unused(module)

    # Training

    def example(self, sample: Sample, rng: np.random.Generator, settings: Any) -> Example:
        """Return ``image`` (3, H, W) float32 and ``target`` (H, W) uint8 or uint16."""
        raster = class_raster(sample, self.config.indices, settings.special_classes.neutral)
        size = self.input_size
        image = self.values(resized(sample.image.pixels(), size, "cubic"))
        return {IMAGE: image, TARGET: nearest(raster, size)}

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Return ``image`` (N, 3, H, W) float32, ``target`` (N, H, W) int64, ``has_pixels``."""
        import torch

        target = np.stack([example[TARGET] for example in examples]).astype(np.int64)
        return {
            IMAGE: torch.from_numpy(np.stack([example[IMAGE] for example in examples])),
            TARGET: torch.from_numpy(target),
            HAS_PIXELS: bool((target != self.neutral).any()),
        }

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        """Return ``loss`` and train metrics.

        Of a batch with neutral pixels alone the loss is exactly zero, and so are its gradients:
        the step is to be left out. It still has gradients, for which other devices may wait.
        """
        logits = module(batch[IMAGE])
        if not batch[HAS_PIXELS]:
            return {"loss": logits.sum() * 0}
        loss = self.total_loss(logits, batch[TARGET], settings)
        return {"loss": loss, **self.train_metrics(logits.detach(), batch[TARGET])}

    def train_metrics(self, logits: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return what is charted beside the loss: accuracy, and dice of two outputs."""
        predicted = logits.argmax(1)
        metrics = {"accuracy": pixel_accuracy(predicted, target, self.neutral)}
        if self.config.outputs == 2:
            metrics["dice"] = hard_dice(predicted, target, self.neutral)
        return metrics

    def validate(
        self, module: torch.nn.Module, batches: Iterable[Any], settings: Any
    ) -> dict[str, float]:
        """Return ``loss``, ``accuracy``, ``dice`` of two outputs, ``miou``, ``iou/<class>``.

        Batches of neutral pixels alone count in nothing.
        """
        classes = self.config.outputs
        sums: dict[str, float] = {}
        weights = 0
        counts = np.zeros((classes, classes), np.int64)
        by_running = getattr(settings, "validate_with_model_eval", True)
        with evaluating(module, batch_statistics=not by_running):
            for batch in batches:
                if not batch[HAS_PIXELS]:
                    continue
                logits, target = module(batch[IMAGE]), batch[TARGET]
                found = {
                    "loss": self.total_loss(logits, target, settings),
                    **Segmentation.train_metrics(self, logits, target),
                }
                weight = len(target) if self.weighs_by_length else 1
                for name, value in found.items():
                    sums[name] = sums.get(name, 0.0) + weight * float(value)
                weights += weight
                counts += confusion(logits.argmax(1), target, self.neutral, classes)
        means = {name: total / weights for name, total in sums.items()} or {"loss": 0.0}
        titles = [self.config.title_of(index) for index in range(classes)]
        return {**means, **iou_metrics(counts, titles, self.config.background)}

    # Inference

    def prepare(self, pixels: Pixels) -> Arrays:
        """Return ``image`` (3, H, W) float32 of the input size, resized bilinearly."""
        return {IMAGE: self.values(resized(pixels, self.input_size, "linear"))}

    def forward(
        self, module: torch.nn.Module, inputs: Sequence[Arrays], device: torch.device
    ) -> list[Arrays]:
        """Return ``probabilities`` of each image, (C, H, W) float32 of the input size."""
        from dtl_nodes.models.architectures.with_probabilities import probabilities

        found = probabilities(module, [arrays[IMAGE] for arrays in inputs], device)
        return [{PROBABILITIES: each} for each in found]

    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        """Return a mask for each class that has a pixel, background included.

        The probabilities are brought to the size of the image by bicubic interpolation, which may
        leave 0 to 1 a little; then the highest one decides, the lower number in a tie.

        Raises:
            ModelError: the network has another number of classes than the model says.
        """
        height, width = pixels.shape[:2]
        told = class_scores(outputs[PROBABILITIES], self.config)
        likely = _in_size(np.asarray(told, np.float32), Size(width, height))
        instances = masks_of(likely.argmax(0), self.config.indices)
        if not scores:
            return Prediction(instances)
        order = [self.config.indices[label.name] for label in self.config.labels]
        return Prediction(instances, scores=likely[order])

    # Export

    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        """Return the network with its softmax, and one image."""
        import torch

        from dtl_nodes.models.architectures.with_probabilities import WithProbabilities

        width, height = self.input_size
        device = next(module.parameters()).device
        image = torch.zeros((1, 3, height, width), device=device)
        return WithProbabilities(module).eval(), (image,)


def _in_size(likely: NDArray[np.float32], size: Size) -> NDArray[np.float32]:
    """Return maps, (C, H, W), in another size."""
    import cv2

    if likely.shape[1:] == (size.height, size.width):
        return likely
    return np.stack(
        [np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_CUBIC)) for each in likely]
    )
