"""ResNet classifier: the image gets a tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dtl_engine.sdk import AnnotationError, ModelFamily, Pixels, Sample, Size, Tag
from dtl_nodes.models.architectures.base import Architecture, Arrays, Example
from dtl_nodes.models.architectures.class_scores import class_scores
from dtl_nodes.models.architectures.classification_metrics import class_metrics
from dtl_nodes.models.architectures.network_mode import evaluating
from dtl_nodes.models.architectures.normalisation import imagenet_values, resized
from dtl_nodes.models.architectures.published import imagenet_files
from dtl_nodes.models.architectures.resnet_settings import DEFAULT_LAYERS, ResNetSettings
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.training.settings import TrainSettings

if TYPE_CHECKING:
    import torch

IMAGE = "image"
CHOICE = "choice"
PROBABILITIES = "probabilities"

DEFAULT_SIDE_PX = 224
DECIMALS = 4


class ResNet(Architecture):
    """ResNet of torchvision; its classes are image tags.

    It takes ``image``, (3, H, W) float32 of the input size, and gives ``probabilities``, (C,)
    float32 by the numbers of the tags.

    Source: the ResNet classifier plugin; He et al., "Deep residual learning for image
    recognition", 2015.
    """

    name: ClassVar[str] = "resnet"
    family: ClassVar[ModelFamily] = ModelFamily.TAGS
    suffix: ClassVar[str] = "_resnet"
    settings_model: ClassVar[type[TrainSettings]] = ResNetSettings
    headline: ClassVar[str] = "accuracy"
    last_layers: ClassVar[tuple[str, ...]] = ("fc",)
    shaping: ClassVar[tuple[str, ...]] = ("num_layers",)
    libraries: ClassVar[tuple[str, ...]] = ("torch", "torchvision")
    input_names: ClassVar[tuple[str, ...]] = (IMAGE,)
    output_names: ClassVar[tuple[str, ...]] = (PROBABILITIES,)
    dynamic_axes: ClassVar[Mapping[str, Mapping[int, str]]] = {
        IMAGE: {0: "batch"},
        PROBABILITIES: {0: "batch"},
    }

    drops_last: ClassVar[bool] = True

    @classmethod
    def describe(cls, settings: ResNetSettings) -> dict[str, Any]:
        """Return the depth."""
        return {"name": cls.name, "num_layers": settings.num_layers or DEFAULT_LAYERS}

    @property
    def input_size(self) -> Size:
        """Size in pixels of what the network sees."""
        told = self.config.settings.get("input_size") or {}
        width, height = told.get("width"), told.get("height")
        return Size(int(width or DEFAULT_SIDE_PX), int(height or DEFAULT_SIDE_PX))

    @property
    def network(self) -> str:
        """The name of the network in torchvision."""
        return f"resnet{self.config.architecture.get('num_layers', DEFAULT_LAYERS)}"

    def build(self) -> torch.nn.Module:
        """Return the network with random weights."""
        from torchvision.models import get_model

        network: torch.nn.Module = get_model(
            self.network, weights=None, num_classes=self.config.outputs
        )
        return network

    def published_weights(self) -> Iterable[tuple[str, str]]:
        """Yield ImageNet weights."""
        return imagenet_files(self.network)

    def optimizer(self, module: torch.nn.Module, settings: ResNetSettings) -> torch.optim.Optimizer:
        """Return Adam with its usual betas."""
        import torch

        trained = [each for each in module.parameters() if each.requires_grad]
        return torch.optim.Adam(trained, settings.lr)

    # Training

    def example(self, sample: Sample, rng: np.random.Generator, settings: Any) -> Example:
        """Return ``image`` (3, H, W) float32 and ``choice``, the number of the tag."""
        found = {tag.name for tag in sample.tags} & set(self.config.indices)
        if len(found) != 1:
            told = ", ".join(map(repr, sorted(found))) or "none"
            raise AnnotationError("F604", f"the image needs one tag that is a class, it has {told}")
        (name,) = found
        return {**self.prepare(sample.image.pixels()), CHOICE: self.config.indices[name]}

    def collate(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """Return ``image`` (N, 3, H, W) float32 and ``choice`` (N,) int64."""
        import torch

        return {
            IMAGE: torch.from_numpy(np.stack([example[IMAGE] for example in examples])),
            CHOICE: torch.tensor([example[CHOICE] for example in examples], dtype=torch.int64),
        }

    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        """Return ``loss`` and ``accuracy``."""
        from torch.nn import functional

        logits = module(batch[IMAGE])
        loss = functional.cross_entropy(logits, batch[CHOICE])
        is_right = logits.detach().argmax(1) == batch[CHOICE]
        return {"loss": loss, "accuracy": is_right.float().mean()}

    def validate(
        self, module: torch.nn.Module, batches: Iterable[Any], settings: Any
    ) -> dict[str, float]:
        """Return ``loss``, ``accuracy``, and precision, recall and F1 of each class."""
        from torch.nn import functional

        classes = self.config.outputs
        counts = np.zeros((classes, classes), np.int64)
        total = 0.0
        with evaluating(module):
            for batch in batches:
                logits, wanted = module(batch[IMAGE]), batch[CHOICE]
                total += float(functional.cross_entropy(logits, wanted, reduction="sum"))
                found = logits.argmax(1).cpu().numpy()
                np.add.at(counts, (wanted.cpu().numpy(), found), 1)
        images = max(int(counts.sum()), 1)
        titles = [self.config.title_of(index) for index in range(classes)]
        accuracy = float(np.trace(counts) / images)
        return {"loss": total / images, "accuracy": accuracy, **class_metrics(counts, titles)}

    # Inference

    def prepare(self, pixels: Pixels) -> Arrays:
        """Return ``image`` (3, H, W) float32 of the input size, resized bilinearly."""
        return {IMAGE: imagenet_values(resized(pixels, self.input_size, "linear"))}

    def forward(
        self, module: torch.nn.Module, inputs: Sequence[Arrays], device: torch.device
    ) -> list[Arrays]:
        """Return ``probabilities`` of each image, (C,) float32."""
        from dtl_nodes.models.architectures.with_probabilities import probabilities

        found = probabilities(module, [arrays[IMAGE] for arrays in inputs], device)
        return [{PROBABILITIES: each} for each in found]

    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        """Return the likeliest tag with its probability, rounded to four decimals.

        Raises:
            ModelError: the network has another number of tags than the model says.
        """
        likely = np.asarray(class_scores(outputs[PROBABILITIES], self.config), np.float64)
        best = int(likely.argmax())
        tag = Tag(self.config.title_of(best), round(float(likely[best]), DECIMALS))
        return Prediction(tags=(tag,))

    # Export

    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        """Return the network with its softmax, and one image."""
        import torch

        from dtl_nodes.models.architectures.with_probabilities import WithProbabilities

        width, height = self.input_size
        device = next(module.parameters()).device
        image = torch.zeros((1, 3, height, width), device=device)
        return WithProbabilities(module).eval(), (image,)
