"""When a training validates.

Source: the validation moments of the original plugins.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

_TOLERANCE = 1e-9
"""Of a quotient of epochs: fractions such as 0.1 are no exact binary numbers."""


def epochs_done(epoch: int, iteration: int, iterations: int) -> float:
    """Return the epochs behind after an iteration, both counted from 0."""
    return epoch + (iteration + 1) / iterations


def is_due(epochs: float, val_every: float, done: int) -> bool:
    """Whether a validation follows an iteration.

    Args:
        epochs: how many are behind, with a fraction.
        val_every: epochs between validations.
        done: how many validations there were; one at most follows an iteration.
    """
    return math.floor(epochs / val_every + _TOLERANCE) > done


def moments(iterations: int, epochs: int, val_every: float) -> Iterator[float]:
    """Yield when validations are due, in epochs; the one after the last iteration is not due.

    Args:
        iterations: of an epoch.
        epochs: of the training.
        val_every: epochs between validations.
    """
    done = 0
    for epoch in range(epochs):
        for iteration in range(iterations):
            behind = epochs_done(epoch, iteration, iterations)
            if is_due(behind, val_every, done):
                done += 1
                yield behind
