"""What loaded models have in common, whichever library runs them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from dtl_engine.sdk import ModelSpec, Pixels
from dtl_nodes.models.architectures.base import Architecture, Arrays
from dtl_nodes.models.config import CONFIDENCE
from dtl_nodes.models.inference.predictor import Prediction


class LoadedModel(ABC):
    """A ``Predictor``: images are prepared and outputs are read by its architecture.

    ``notes`` say what is otherwise than asked for, such as a GPU that is not there.
    """

    def __init__(
        self,
        architecture: Architecture,
        options: Mapping[str, Any],
        device: str,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.architecture = architecture
        self.options = options
        self.device = device
        self.notes = notes
        name = str(options.get("confidence_tag_name", CONFIDENCE))
        self.spec: ModelSpec = architecture.config.spec(architecture.suffix, confidence=name)

    def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
        """Return a prediction for each image, (H, W, 3) uint8 RGB of any sizes.

        Raises:
            ModelError: the network cannot be run.
        """
        if not images:
            return []
        outputs = self._outputs([self.architecture.prepare(pixels) for pixels in images])
        scores = bool(self.options.get("scores", False))
        return [
            self.architecture.finish(each, pixels, self.options, scores=scores)
            for each, pixels in zip(outputs, images, strict=True)
        ]

    @abstractmethod
    def _outputs(self, inputs: Sequence[Arrays]) -> Sequence[Arrays]:
        """Return what the network says of prepared images."""


def absent_gpu(gpu: int, why: str) -> str:
    """Return the note for a GPU that is asked for and not used."""
    return f"GPU {gpu} {why}: the model runs on the CPU"
