"""What a loaded model is to whoever feeds it: images in, predictions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dtl_engine.sdk import Instance, ModelSpec, Pixels, Tag

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one image.

    ``instances`` carry the classes as the model knows them, in positions of the image that was
    given, each with its confidence tag where the family has one; ``tags`` are those of the image.
    ``scores`` are the probabilities per class and pixel, (C, H, W) float32 in the size of the
    image and in the order of ``ModelSpec.labels``; ``None`` where the model gives none.
    """

    instances: tuple[Instance, ...] = ()
    tags: tuple[Tag, ...] = ()
    scores: Scores | None = None


class Predictor(Protocol):
    """A loaded model; it may be called by one thread at a time."""

    @property
    def spec(self) -> ModelSpec:
        """What it predicts."""
        ...

    @property
    def device(self) -> str:
        """Where it runs: ``cpu``, ``cuda:0``."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What is otherwise than asked for, such as a GPU that is not there."""
        ...

    def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
        """Return a prediction for each image, (H, W, 3) uint8 RGB of any sizes.

        The same images in one call give the same predictions.
        """
        ...
