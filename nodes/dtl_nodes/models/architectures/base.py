"""What a network is to training, inference and export: the interface of architectures.

A library offers its own through an entry point of the group ``dtl_engine.architectures`` whose
value is a mapping like ``{"unet": "dtl_nodes.models.architectures.unet:UNet"}``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import ModelFamily, Pixels, Sample
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.training.settings import TrainSettings

if TYPE_CHECKING:
    import torch

Arrays = Mapping[str, NDArray[Any]]
"""Named arrays: what goes into an exported network, or comes out of one."""

Example = Mapping[str, Any]
"""One training sample as arrays (numpy), made by ``example``; it pickles."""


class Architecture(ABC):
    """One network with its configuration; stateless beside it.

    Methods that need ``torch`` import it themselves. ``prepare`` and ``finish`` use numpy and
    OpenCV alone, so that an exported network runs without torch.
    """

    name: ClassVar[str]
    family: ClassVar[ModelFamily]
    suffix: ClassVar[str]
    """What names of results get by default, as ``_unet``."""

    settings_model: ClassVar[type[TrainSettings]]
    """The settings of ``train`` with this architecture; all defaults are those of models' docs."""

    headline: ClassVar[str]
    """The metric by which people compare models, a key of what ``validate`` returns."""

    def __init__(self, config: ModelConfig) -> None:
        self.config = config

    @classmethod
    @abstractmethod
    def describe(cls, settings: Any) -> dict[str, Any]:
        """Return what ``ModelConfig.architecture`` holds for training settings, ``name`` first."""

    # Building

    libraries: ClassVar[tuple[str, ...]] = ("torch",)
    """What building it imports, by the names of imports."""

    shaping: ClassVar[tuple[str, ...]] = ()
    """Options of ``describe`` on which names and shapes of the parameters depend: where training
    starts from a model of this network they are the model's."""

    @abstractmethod
    def build(self) -> torch.nn.Module:
        """Return the network with random weights, on the CPU; the network is never asked."""

    @abstractmethod
    def published_weights(self) -> Iterable[tuple[str, str]]:
        """Yield file names in torch's local cache with weights that may start a training.

        Each with what it is, best first, as ``("maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth",
        "COCO")``. Parameters are matched by name; ``renamed_weights`` brings names in line.
        """

    def renamed_weights(
        self, state: Mapping[str, torch.Tensor], what: str
    ) -> Mapping[str, torch.Tensor]:
        """Return published weights with the names of this network."""
        return state

    last_layers: ClassVar[tuple[str, ...]] = ()
    """Parts of names of the parameters that transfer learning leaves random."""

    def freeze(self, module: torch.nn.Module, settings: Any) -> None:
        """Turn gradients off for what ``train_layers`` leaves out; by default for nothing.

        The weights from which the training starts or goes on are loaded before.
        """
        return

    @abstractmethod
    def optimizer(self, module: torch.nn.Module, settings: Any) -> torch.optim.Optimizer:
        """Return the optimiser over the trainable parameters."""

    # Training

    drops_last: ClassVar[bool] = False
    """Whether training leaves out a last batch that is not full."""

    @abstractmethod
    def example(self, sample: Sample, rng: np.random.Generator, settings: Any) -> Example | None:
        """Turn a sample into arrays of the input size; ``None`` if it has nothing to learn from.

        Raises:
            DataError: the sample cannot be used: it counts as corrupted.
        """

    @abstractmethod
    def collate(self, examples: Sequence[Example]) -> Any:
        """Return a batch of tensors on the CPU."""

    @abstractmethod
    def losses(self, module: torch.nn.Module, batch: Any, settings: Any) -> dict[str, torch.Tensor]:
        """Return the losses of a batch by name, ``loss`` being their total, and train metrics.

        What is charted for training comes from here; only ``loss`` is differentiated. The batch
        is on the device of the network.
        """

    @abstractmethod
    def validate(
        self, module: torch.nn.Module, batches: Iterable[Any], settings: Any
    ) -> dict[str, float]:
        """Return the metrics of the validation set, ``loss`` and the headline among them.

        Without gradients; the network is in the mode in which it was when this returns.
        """

    # Inference

    @abstractmethod
    def prepare(self, pixels: Pixels) -> Arrays:
        """Return the inputs of the exported network for one image, by name, without batch axis."""

    @abstractmethod
    def forward(
        self, module: torch.nn.Module, inputs: Sequence[Arrays], device: torch.device
    ) -> list[Arrays]:
        """Return what the network says of several prepared images, one entry each."""

    @abstractmethod
    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        """Return the prediction of one image from what the network said of it.

        Args:
            outputs: as ``forward`` or the exported network returns them.
            pixels: the image, (H, W, 3) uint8.
            options: the ``model`` settings of ``infer``: thresholds, name of the confidence tag.
            scores: whether scores per pixel are wanted.
        """

    # Export

    @abstractmethod
    def exportable(self, module: torch.nn.Module) -> tuple[torch.nn.Module, tuple[Any, ...]]:
        """Return the network as it is exported, in evaluation mode, and example inputs."""

    input_names: ClassVar[tuple[str, ...]] = ("image",)
    output_names: ClassVar[tuple[str, ...]] = ()
    dynamic_axes: ClassVar[Mapping[str, Mapping[int, str]]] = {}
    """Of inputs and outputs: axis -> its name, where its length may vary."""
