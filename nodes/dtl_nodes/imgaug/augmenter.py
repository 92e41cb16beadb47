"""An augmenter: its parameters, and a function that does it to pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dtl_engine.sdk import Pixels
from dtl_nodes.imgaug.parameters import Chance, Parameter, Parameters
from dtl_nodes.motion.motion import Motion
from dtl_nodes.motion.pixels import Moved

PER_CHANNEL = Chance()
"""Whether numbers are drawn for each channel by itself."""

Done = tuple[Pixels, tuple[Motion, ...]]
"""New pixels, and the motions that led to them."""


@dataclass(frozen=True, slots=True)
class Augmenter:
    """What one name of imgaug stands for."""

    act: Callable[..., Any]
    parameters: Parameters
    moves: bool
    """Whether it moves content; then ``act`` tells the motions as well."""

    def run(
        self, pixels: Pixels, generator: np.random.Generator, values: Mapping[str, Any]
    ) -> Done:
        """Return new pixels, and what became of the content.

        Args:
            pixels: (H, W, 3) uint8, read-only.
            generator: of all that is random.
            values: as they are written, checked; what is left out has its default.
        """
        read = {
            name: parameter.read(values.get(name, parameter.initial))
            for name, parameter in self.parameters.items()
        }
        done = self.act(pixels, generator, **read)
        return done if self.moves else (done, ())


def colors(act: Callable[..., Pixels], **parameters: Parameter) -> Augmenter:
    """Return an augmenter that leaves content where it is."""
    return Augmenter(act, parameters, moves=False)


def moves(act: Callable[..., Done], **parameters: Parameter) -> Augmenter:
    """Return an augmenter that moves content."""
    return Augmenter(act, parameters, moves=True)


def done(*steps: Moved) -> Done:
    """Return the pixels of the last step and the motions of all."""
    return steps[-1].pixels, tuple(step.motion for step in steps)


def happens(chance: float, generator: np.random.Generator) -> bool:
    """Draw whether something with that probability happens."""
    return chance > 0 and (chance >= 1 or generator.random() < chance)
